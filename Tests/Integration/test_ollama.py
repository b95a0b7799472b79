import json

import httpx
import jsonschema
import ollama
import pytest

from conftest import SCHEMA, WEATHER


def client(simulator, **options):
    return ollama.Client(host=simulator.url, **{"timeout": 10, **options})


MODEL = "qwen3:8b"
HELLO = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "say hello"}]
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "d", "parameters": WEATHER}}


def test_chat(own):
    reply = client(own).chat(model=MODEL, messages=HELLO)
    assert reply.message.content == "Hello, wide world, how are you?"
    assert reply.done and reply.done_reason == "stop"
    assert (reply.prompt_eval_count, reply.eval_count) == (30, 9) and reply.total_duration > 0


def test_stream(own):
    lines = list(client(own).chat(model=MODEL, messages=HELLO, stream=True))
    assert "".join(line.message.content for line in lines) == "Hello, wide world, how are you?"
    assert [line.done for line in lines].count(True) == 1 and lines[-1].eval_count == 9
    assert all(line.eval_count is None for line in lines[:-1])


def test_thinking(own):
    lines = list(client(own).chat(model=MODEL, messages=[{"role": "user", "content": "think"}], stream=True))
    assert "".join(line.message.thinking or "" for line in lines) == "First one thing, then the other."


@pytest.mark.parametrize("streams", [False, True])
def test_tools(tools, streams):
    def send(messages):
        if not streams:
            return client(tools).chat(model="tools-two", messages=messages, tools=[TOOL]).message
        lines = list(client(tools).chat(model="tools-two", messages=messages, tools=[TOOL], stream=True))
        return ollama.Message(
            role="assistant", content="".join(line.message.content for line in lines),
            tool_calls=[call for line in lines for call in line.message.tool_calls or []])

    messages = [{"role": "user", "content": "weather"}]
    message = send(messages)
    assert [call.function.arguments["city"] for call in message.tool_calls] == ["Berlin", "Oslo"]
    messages += [message] + [{"role": "tool", "tool_name": "get_weather", "content": n} for n in ("warm", "cold")]
    assert send(messages).content == "[simulated] Both: warm, cold"


def test_schema(own):
    reply = client(own).chat(model=MODEL, messages=[{"role": "user", "content": "a review"}], format=SCHEMA)
    jsonschema.validate(json.loads(reply.message.content), SCHEMA)


def test_lists(own):
    assert [m.model for m in client(own).list().models] == [MODEL]
    assert [m.model for m in client(own).ps().models] == [MODEL]
    shown = client(own).show(MODEL)
    assert "tools" in shown.capabilities and shown.modelinfo["simulated.context_length"] > 0


STATUSES = [
    ("fault-auth", 401), ("fault-not-found", 404), ("fault-invalid", 400), ("fault-429", 429), ("fault-500", 500),
    ("fault-503", 503),
]


@pytest.mark.parametrize("model, status", STATUSES)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals(faults, model, status, stream):
    with pytest.raises(ollama.ResponseError) as caught:
        reply = client(faults).chat(model=model, messages=HELLO, stream=stream)
        if stream:
            list(reply)
    assert caught.value.status_code == status and "[simulated]" in caught.value.error


def test_error_in_stream(faults):
    with pytest.raises(ollama.ResponseError) as caught:
        list(client(faults).chat(model="fault-error-in-stream", messages=HELLO, stream=True))
    assert "overloaded" in caught.value.error


def test_broken_streams(faults):
    for model in ("fault-cut", "fault-drop"):
        with pytest.raises(httpx.RemoteProtocolError):
            list(client(faults).chat(model=model, messages=HELLO, stream=True))
    with pytest.raises(json.JSONDecodeError):
        list(client(faults).chat(model="fault-malformed", messages=HELLO, stream=True))


def test_the_same_server_speaks_openai(own):
    import openai

    chat = openai.OpenAI(base_url=own.url + "/v1", api_key="ollama").chat.completions
    assert chat.create(model=MODEL, messages=HELLO).choices[0].message.content.startswith("Hello")


def test_stop_sequences(own):
    reply = client(own).chat(model=MODEL, messages=HELLO, options={"stop": ["zz", ", how"]})
    assert reply.message.content == "Hello, wide world" and reply.done_reason == "stop"
