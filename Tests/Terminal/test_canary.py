"""A provider's key and a pipeline's secret, looked for wherever a server that echoes everything could have put them."""

import json

import pytest

from test_language import forms

KEY = "sk-canary-5f2e9c71d0b84a63"
# A quote, a brace, a percent sign and a space: what JSON, YAML and URLs each write differently.
SECRET = 'cAnary-{"7f3}%9 Zq\\w'

MODELS = {
    "responses": "openai/canary", "chat": "box/canary", "anthropic": "anthropic/canary", "google": "google/canary",
    "ollama": "ollama/canary",
}

# The same question with and without a stream.
PIPELINE = """\
version: 1
id: canary
inputs:
  token: secret
defaults: {on_failure: continue}
steps:
  - {id: streamed, prompt: "CASE: is {{ secrets.token }} right?", model: MODEL, tools: [file.read], stream: true}
  - {id: whole, prompt: "CASE: is {{ secrets.token }} right?", model: MODEL, tools: [file.read], stream: false}
"""

QUOTED = json.dumps(f"You sent {KEY} and {SECRET} here.")
MANY = json.dumps(f"{KEY} {SECRET} " * 40)

# Every reply holds the key, the secret or both. The holes tell that the real ones were sent, not their masks.
SCENARIO = f"""\
version: 1
stream: {{chunk_tokens: 1, split_bytes: 5}}
rules:
  - match: {{contains: success, has_tool_results: false}}
    reply: {{text: {QUOTED}, tool_calls: [{{name: file_read, arguments: {{path: note}}}}]}}
  - match: {{has_tool_results: true, regex: 'Zq'}}
    reply:
      reasoning: {QUOTED}
      text: "GOT {{{{ inputs.tool_results[0] }}}} AND {{{{ inputs.question }}}} AND {KEY}"
  - match: {{contains: unauthorized}}
    reply: {{fault: {{error: auth, message: {QUOTED}}}}}
  - match: {{contains: echoed}}
    reply: {{fault: {{error: invalid_request, message: {QUOTED}}}}}
  - match: {{contains: page}}
    reply: {{fault: {{status: 400, body: text, message: {QUOTED}}}}}
  - match: {{contains: broken}}
    reply: {{text: {MANY}, fault: {{cut_after: 30}}}}
  - match: {{contains: malformed}}
    reply: {{text: {MANY}, stream: {{chunk_tokens: 60}}, fault: {{malformed: true}}}}
  - match: {{contains: arguments}}
    reply: {{tool_calls: [{{name: file_read, malformed: {json.dumps('{"path": ' + KEY + " " + SECRET)}}}]}}
  - match: {{contains: misnamed}}
    reply: {{tool_calls: [{{name: {json.dumps(KEY)}, arguments: {{path: {QUOTED}, {json.dumps(KEY)}: 1}}}}]}}
"""

CASES = {
    "success": None, "unauthorized": "auth", "echoed": "invalid_request", "page": "invalid_request",
    "broken": "transport", "malformed": "invalid_output", "arguments": None, "misnamed": None,
}


def leaks(text):
    data = text if isinstance(text, bytes) else text.encode()
    return [form for canary in (KEY, SECRET) for form in forms(canary) if form in data]


@pytest.fixture
def asked(switchyard, tmp_path_factory, format):
    """The program beside a server that echoes; what holds the canaries by right is elsewhere."""
    source = tmp_path_factory.mktemp("scenario")
    # A server without a key has none to echo.
    (source / "scenario.yaml").write_text(SCENARIO.replace(KEY, "word") if format == "ollama" else SCENARIO)
    simulator = switchyard.start("simulator", "--scenario", str(source / "scenario.yaml"), "--port", "0")
    url = simulator.stdout.readline().removeprefix("listening on ").strip()
    assert url.startswith("http://"), simulator.stderr.read()
    work = source / "work"
    work.mkdir()
    (work / "note").write_text(f"the note says {SECRET}")
    own = switchyard.folder / ".config/switchyard"
    own.mkdir(parents=True)
    (own / "config.yaml").write_text(
        f'providers:\n  box: {{kind: compatible, base_url: "{url}/v1", key: env:BOX_KEY}}\n')
    switchyard.environment |= {
        "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url + "/v1", "BOX_KEY": KEY, "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": url, "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": url, "OLLAMA_HOST": url,
        "SWITCHYARD_SECRET_TOKEN": SECRET,
    }
    switchyard.work = work
    return switchyard


def test_the_search_finds_what_is_there():
    for canary in (KEY, SECRET):
        assert leaks(f"before {canary} after") and leaks(json.dumps({"a": canary}))
    assert leaks("nothing of it") == []


@pytest.mark.parametrize("format", MODELS)
def test_what_a_server_echoes_is_nowhere(asked, format):
    for case, kind in CASES.items():
        asked.write(PIPELINE.replace("MODEL", MODELS[format]).replace("CASE", case))
        ran = asked.run("run", "pipeline.yaml", "--json", "--workspace", asked.work, "--set", "retry.max_attempts=1")
        outputs = [ran.stdout, ran.stderr]
        for words in [
            ("show", "last", "--json"), ("show", "last", "streamed"), ("show", "last", "whole"),
            ("events", "last", "--json"), ("events", "last", "--linear"), ("inspect", "last", "streamed", "--context"),
            ("export", "last", "--logs", "-o", f"{case}.switchyard"),
        ]:
            said = asked.run(*words)
            assert said.returncode == 0, (words, said.stderr)
            outputs += [said.stdout, said.stderr]
        assert [found for text in outputs if (found := leaks(text))] == [], case
        events = [json.loads(line) for line in ran.stdout.splitlines()]
        ends = [event["data"] for event in events if event["type"] in ["step.succeeded", "step.failed"]]
        check(format, case, kind, ends)
    files = [path for path in asked.folder.rglob("*") if path.is_file()]
    assert any(b"***" in path.read_bytes() for path in files)
    assert {str(path): found for path in files if (found := leaks(str(path).encode() + path.read_bytes()))} == {}


def check(format, case, kind, steps):
    """Whether both steps came to what the case is meant to be."""
    assert len(steps) == 2, (case, steps)
    for step in steps:
        if case == "success":
            # Gemini's results of tools are objects.
            result = '{"output":"the note says ***"}' if format == "google" else "the note says ***"
            word = "word" if format == "ollama" else "***"
            assert step["output"] == f"GOT {result} AND success: is *** right? AND {word}", step
        if kind:
            assert step["details"]["class"] == kind, (case, step)
