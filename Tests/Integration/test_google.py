import json

import httpx2
import jsonschema
import pytest
from google import genai
from google.genai import errors, types

from conftest import SCHEMA, WEATHER


# A client that nobody holds closes itself, whatever its `models` still does.
HELD = []


def client(simulator, version="v1"):
    HELD.append(genai.Client(api_key="k", http_options=types.HttpOptions(
        base_url=simulator.url, api_version=version, timeout=10_000)))
    return HELD[-1]


MODEL = "gemini-3.8-flash"
TOOL = types.Tool(function_declarations=[
    types.FunctionDeclaration(name="get_weather", description="d", parameters_json_schema=WEATHER)])
WITH_TOOL = types.GenerateContentConfig(
    tools=[TOOL], automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_generate(own, version):
    reply = client(own, version).models.generate_content(model=MODEL, contents="say hello")
    assert reply.text == "Hello, wide world, how are you?"
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP
    usage = reply.usage_metadata
    assert (usage.prompt_token_count, usage.cached_content_token_count) == (30, 10)
    assert (usage.candidates_token_count, usage.thoughts_token_count, usage.total_token_count) == (7, 2, 39)
    assert reply.model_version == MODEL
    assert reply.sdk_http_response.headers["x-switchyard-simulated"] == "true"


def test_stream(own):
    chunks = list(client(own).models.generate_content_stream(model=MODEL, contents="say hello"))
    assert len(chunks) > 2 and "".join(c.text for c in chunks) == "Hello, wide world, how are you?"
    totals = [c.usage_metadata.total_token_count for c in chunks]
    assert totals == sorted(totals) and totals[-1] == 39
    assert [bool(c.candidates[0].finish_reason) for c in chunks].count(True) == 1


def test_thoughts(own):
    chunks = list(client(own).models.generate_content_stream(model=MODEL, contents="think"))
    parts = [p for c in chunks for p in c.candidates[0].content.parts]
    assert "".join(p.text for p in parts if p.thought) == "First one thing, then the other."
    assert "".join(p.text for p in parts if not p.thought) == "Done."


@pytest.mark.parametrize("streams", [False, True])
def test_tools(tools, streams):
    models = client(tools).models

    def parts(contents):
        if not streams:
            return models.generate_content(model="tools-two", contents=contents, config=WITH_TOOL) \
                .candidates[0].content.parts
        stream = models.generate_content_stream(model="tools-two", contents=contents, config=WITH_TOOL)
        return [p for c in stream for p in c.candidates[0].content.parts]

    question = types.Content(role="user", parts=[types.Part(text="weather")])
    calls = parts([question])
    assert [p.function_call.args["city"] for p in calls] == ["Berlin", "Oslo"]
    assert all(p.thought_signature for p in calls)
    results = types.Content(role="user", parts=[
        types.Part.from_function_response(name="get_weather", response={"output": n}) for n in ("warm", "cold")])
    answer = parts([question, types.Content(role="model", parts=calls), results])
    assert "".join(p.text for p in answer) == '[simulated] Both: {"output":"warm"}, {"output":"cold"}'


def test_schema(own):
    config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=SCHEMA)
    reply = client(own).models.generate_content(model=MODEL, contents="a review", config=config)
    jsonschema.validate(json.loads(reply.text), SCHEMA)


def test_googles_own_schema(own):
    schema = types.Schema(
        type="OBJECT", required=["n", "kind"], properties={
            "n": types.Schema(type="INTEGER", minimum=2, maximum=4),
            "kind": types.Schema(type="STRING", enum=["a", "b"]),
            "list": types.Schema(type="ARRAY", items=types.Schema(type="NUMBER"))})
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=schema)
    value = json.loads(client(own).models.generate_content(model=MODEL, contents="x", config=config).text)
    assert 2 <= value["n"] <= 4 and value["kind"] in "ab" and all(isinstance(n, float | int) for n in value["list"])


def test_counting_and_models(own):
    assert client(own).models.count_tokens(model=MODEL, contents="one two three").total_tokens >= 3
    assert [m.name for m in client(own).models.list()] == [f"models/{MODEL}"]


STATUSES = [
    ("fault-auth", errors.ClientError, 401, "UNAUTHENTICATED"),
    ("fault-permission", errors.ClientError, 403, "PERMISSION_DENIED"),
    ("fault-not-found", errors.ClientError, 404, "NOT_FOUND"),
    ("fault-invalid", errors.ClientError, 400, "INVALID_ARGUMENT"),
    ("fault-429", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
    ("fault-array", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
    ("fault-quota", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
    ("fault-context", errors.ClientError, 400, "INVALID_ARGUMENT"),
    ("fault-500", errors.ServerError, 500, "INTERNAL"),
    ("fault-503", errors.ServerError, 503, "UNAVAILABLE"),
    ("fault-timeout", errors.ServerError, 504, "DEADLINE_EXCEEDED"),
]


@pytest.mark.parametrize("model, kind, code, status", STATUSES)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals(faults, model, kind, code, status, stream):
    with pytest.raises(kind) as caught:
        if stream:
            list(client(faults).models.generate_content_stream(model=model, contents="x"))
        else:
            client(faults).models.generate_content(model=model, contents="x")
    assert caught.value.code == code and caught.value.status == status


def test_wait_is_in_the_body(faults):
    with pytest.raises(errors.ClientError) as caught:
        client(faults).models.generate_content(model="fault-rate-limit", contents="x")
    details = caught.value.details["error"]["details"]
    assert details[-1] == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.02s"}


def test_error_in_stream(faults):
    with pytest.raises(errors.APIError) as caught:
        list(client(faults).models.generate_content_stream(model="fault-error-in-stream", contents="x"))
    assert caught.value.code == 503


def test_broken_streams(faults):
    for model in ("fault-cut", "fault-drop"):
        with pytest.raises(httpx2.RemoteProtocolError):
            list(client(faults).models.generate_content_stream(model=model, contents="x"))
    with pytest.raises(errors.UnknownApiResponseError):
        list(client(faults).models.generate_content_stream(model="fault-malformed", contents="x"))


# The client knows no comments.
@pytest.mark.parametrize("model", ["fault-crlf", "fault-cr"])
def test_events_written_otherwise(faults, model):
    chunks = client(faults).models.generate_content_stream(model=model, contents="x")
    assert "".join(chunk.text or "" for chunk in chunks) == "One two three four five six seven eight."


def test_stop_sequences(own):
    reply = client(own).models.generate_content(
        model=MODEL, contents="say hello", config=types.GenerateContentConfig(stop_sequences=["zz", ", how"]))
    assert reply.text == "Hello, wide world"
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP


def test_endings(faults):
    def reason(model):
        return client(faults).models.generate_content(model=model, contents="x").candidates[0].finish_reason

    assert reason("fault-length") == types.FinishReason.MAX_TOKENS
    assert reason("fault-refusal") == types.FinishReason.SAFETY
