"""The program's own providers ask LiteLLM's proxy, which mocks the replies and says them in each provider's format."""

import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.request

import pytest

from conftest import REPOSITORY

PROXY = pathlib.Path(os.environ.get("LITELLM", REPOSITORY / ".venv-integration/litellm/bin/litellm"))
KEY = "sk-canary-8d41c07b"
TEXT = "Blau, sagen sie, ist der wörtliche Himmel 👋🏽, “and” \\ {so} on."

# A model's first answer calls a tool; the hook lets the second tell what the tool said, as far as it got here.
CONFIG = f"""\
model_list:
  - model_name: said
    litellm_params: {{model: openai/any, api_key: none, mock_response: {json.dumps(TEXT, ensure_ascii=False)}}}
  - model_name: typed
    litellm_params: {{model: openai/any, api_key: none, mock_response: '{{"color": "blue", "depth": 2}}'}}
  - model_name: calls
    litellm_params:
      model: openai/any
      api_key: none
      mock_response: ""
      mock_tool_calls:
        - {{id: call_1, type: function, function: {{name: file_read, arguments: '{{"path": "note"}}'}}}}
  - model_name: limited
    litellm_params: {{model: openai/any, api_key: none, mock_response: litellm.RateLimitError}}
  - model_name: broken
    litellm_params: {{model: openai/any, api_key: none, mock_response: litellm.InternalServerError}}
RELAYED
general_settings: {{master_key: {KEY}}}
litellm_settings: {{telemetry: false, num_retries: 0, callbacks: hook.instance}}
router_settings: {{num_retries: 0, disable_cooldowns: true}}
"""

# The proxy asks itself and translates between the formats: mocks alone skip its translation, and its streams. It has
# two ways: one loses texts in Messages, the other fails at streams of Responses.
RELAYED = """\
  - model_name: relayed-NAME
    litellm_params:
      {model: openai/NAME, api_base: "http://127.0.0.1:PORT/v1", api_key: KEY, use_chat_completions_api: true}
  - model_name: passed-NAME
    litellm_params: {model: hosted_vllm/NAME, api_base: "http://127.0.0.1:PORT/v1", api_key: KEY}
"""

HOOK = """\
from litellm.integrations.custom_logger import CustomLogger


class Hook(CustomLogger):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        results = [message for message in data.get("messages") or [] if message.get("role") == "tool"]
        if data.get("model") == "calls" and results:
            data["model"] = "said"
            data["mock_response"] = f"It says {results[-1]['content']} to {results[-1]['tool_call_id']}"
        return data


instance = Hook()
"""

SETTINGS = """\
providers:
  openai: {base_url: "URL/v1", key: env:PROXY_KEY, api: responses}
  chatty: {kind: openai, base_url: "URL/v1", key: env:PROXY_KEY, api: chat}
  anthropic: {base_url: "URL", key: env:PROXY_KEY}
  older: {kind: anthropic, base_url: "URL/v1/", key: env:PROXY_KEY, api_version: "2023-06-01"}
  google: {base_url: "URL", key: env:PROXY_KEY, api_version: v1beta}
  box: {kind: compatible, base_url: "URL/v1", key: env:PROXY_KEY}
"""

PROVIDERS = ["openai", "chatty", "anthropic", "older", "google", "box"]


def relayed(provider):
    """The beginning of the names of models that the proxy translates for."""
    return f"{provider}/passed-" if provider in ["anthropic", "older"] else f"{provider}/relayed-"


ASKING = """\
version: 1
id: asking
steps:
  - {id: said, prompt: "What is blue?", system: "Be kind.", model: PROVIDER/said, stream: STREAM}
  - id: typed
    messages: [{role: user, content: "Which color?"}, {role: assistant, content: "Of what?"}, {role: user, content: "Sky."}]
    model: PROVIDER/typed
    stream: STREAM
    output_schema:
      type: object
      properties: {color: {type: string}, depth: {type: integer, minimum: 1}}
      required: [color, depth]
      additionalProperties: false
"""


@pytest.fixture(scope="session")
def proxy(tmp_path_factory):
    assert PROXY.exists(), f"there is no {PROXY}: make integration"
    folder = tmp_path_factory.mktemp("litellm")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    relayed = "".join(RELAYED.replace("NAME", name) for name in ["said", "typed", "calls", "limited", "broken"])
    config = CONFIG.replace("RELAYED\n", relayed.replace("PORT", str(port)).replace("KEY", KEY))
    (folder / "config.yaml").write_text(config)
    (folder / "hook.py").write_text(HOOK)
    log = folder / "log"
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [PROXY, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)], cwd=folder, stdout=output,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            # Nothing is fetched: not even the list of prices.
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"})
    try:
        wait(process, f"{url}/health/liveliness", log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(process, url, log, seconds=180):
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, f"no proxy: {log.read_text()[-3000:]}"
            time.sleep(0.2)


@pytest.fixture
def ask(switchyard, proxy):
    """Runs a pipeline with the proxy as every provider; returns what was printed."""
    switchyard.environment["PROXY_KEY"] = KEY
    switchyard.write(SETTINGS.replace("URL", proxy), "switchyard.yaml")
    switchyard.write("forty two", "note")

    def run(text):
        switchyard.write(text, "pipeline.yaml")
        return switchyard.run("run", "pipeline.yaml", "--plain")

    return run


def outputs(events):
    return {event["step"]: event["data"]["output"] for event in events if event["type"] == "step.succeeded"}


def completed(events):
    return [event["data"] for event in events if event["type"] == "model.completed"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_answers_in_every_format(switchyard, ask, provider, stream):
    text = ASKING.replace("STREAM", str(stream).lower())
    models = [relayed(provider)]
    # The proxy fails at streams of its own mocks in this one format; it is tested below.
    if not (stream and provider == "openai"):
        models.append(f"{provider}/")
    for model in models:
        ran = ask(text.replace("PROVIDER/", model))
        assert ran.returncode == 0, ran.stdout + ran.stderr
        events = switchyard.events()
        assert outputs(events) == {"said": TEXT, "typed": {"color": "blue", "depth": 2}}
        answers = completed(events)
        assert {answer["finish"] for answer in answers} == {"stop"}
        assert {answer["model"] for answer in answers} == {f"{model}said", f"{model}typed"}
        assert all(answer["usage"]["output"] is not None and not answer["simulated"] for answer in answers)
        assert all(("first_token_us" in answer) == stream for answer in answers)
    assert switchyard.run("verify", "last").returncode == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_tool_is_called_and_its_result_understood(switchyard, ask, provider):
    ran = ask(f"""\
version: 1
id: reading
steps:
  - {{id: look, prompt: "Look at the note.", model: {relayed(provider)}calls, tools: [file.read, file.list], stream: false}}
""")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    events = switchyard.events()
    called = [event["data"] for event in events if event["type"] == "model.tool_called"]
    assert [(call["tool"], call["arguments"]) for call in called] == [("file.read", {"path": "note"})]
    answers = completed(events)
    assert [answer["finish"] for answer in answers] == ["tool_calls", "stop"]
    said = outputs(events)["look"]
    # The proxy makes an id of its own where Google's format has none.
    assert said.startswith("It says ") and "forty two" in said
    assert said.endswith(" to call_file_read" if provider == "google" else " to call_1")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_errors_are_of_their_kind(switchyard, ask, provider):
    ran = ask(f"""\
version: 1
id: failing
steps:
  - {{id: limited, prompt: "x", model: {relayed(provider)}limited, on_failure: continue}}
  - {{id: broken, prompt: "x", model: {relayed(provider)}broken, on_failure: continue}}
""")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "after 3 attempts" in ran.stdout
    failures = [event for event in switchyard.events() if event["type"] == "model.attempt_failed"]
    kinds = {step: {f["data"]["class"] for f in failures if f["step"] == step} for step in ["limited", "broken"]}
    assert kinds == {"limited": {"rate_limited"}, "broken": {"server"}}
    limited = [failure["data"]["message"] for failure in failures if failure["step"] == "limited"]
    assert all(message.startswith(f"{provider} takes no more requests for now (429)") for message in limited)


def test_an_error_that_comes_as_a_stream_is_understood(switchyard, ask):
    ran = ask("""\
version: 1
id: streamed
steps: [{id: it, prompt: "x", model: openai/said}]
""")
    assert ran.returncode == 1
    failures = [event["data"] for event in switchyard.events() if event["type"] == "model.attempt_failed"]
    assert {(failure["class"], failure["message"]) for failure in failures} == {
        ("server", "openai failed (500): Error processing stream start")}


def test_the_key_is_nowhere(switchyard, ask):
    for model in ["openai/said", "google/relayed-limited", "older/nothing"]:
        ran = ask(f"""\
version: 1
id: keyed
steps: [{{id: it, prompt: "Say it.", model: {model}, stream: false}}]
""")
        shown = [switchyard.run(*words) for words in [
            ("show", "last"), ("events", "last", "--json"), ("inspect", "last", "it"),
            ("export", "last", "-o", f"{model.replace('/', '-')}.switchyard")]]
        for output in [ran, *shown]:
            assert KEY not in output.stdout + output.stderr
    for path in switchyard.folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_doctor_finds_it(switchyard, ask, proxy):
    # An address that only a project names is asked nothing; this one is the person's own.
    own = switchyard.folder / ".config/switchyard"
    own.mkdir(parents=True)
    (own / "config.yaml").write_text(SETTINGS.replace("URL", proxy))
    found = switchyard.run("doctor").stdout
    for name in ["openai", "anthropic", "chatty", "older", "box"]:
        assert any(line.split()[:2] == ["ok", name] and "15 models" in line for line in found.splitlines()), found
