import json

import anthropic
import httpx2
import jsonschema
import pytest

from conftest import SCHEMA, WEATHER


def client(simulator, **options):
    return anthropic.Anthropic(base_url=simulator.url, api_key="k", **{"max_retries": 0, "timeout": 10, **options})


HELLO = {"model": "claude-haiku-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "say hello"}]}
TOOL = {"name": "get_weather", "description": "The weather.", "input_schema": WEATHER}
OLD = {"default_headers": {"anthropic-version": "2023-06-01"}}


def ask(model, text="x", **more):
    return {"model": model, "max_tokens": 1000, "messages": [{"role": "user", "content": text}], **more}


@pytest.mark.parametrize("options", [{}, OLD], ids=["2026-10-21", "2023-06-01"])
def test_message(own, options):
    raw = client(own, **options).messages.with_raw_response.create(**HELLO)
    assert raw.headers["x-switchyard-simulated"] == "true"
    assert raw.headers["anthropic-ratelimit-requests-remaining"] == "3999"
    reply = raw.parse()
    assert reply.content[0].text == "Hello, wide world, how are you?"
    assert reply.stop_reason == "end_turn" and reply.role == "assistant"
    usage = reply.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (15, 10, 5)
    assert usage.output_tokens == 9 and usage.output_tokens_details.thinking_tokens == 2
    assert reply._request_id.startswith("req_")


def test_stream(own):
    names = []
    with client(own).messages.stream(**HELLO) as stream:
        for event in stream:
            names.append(event.type)
        final = stream.get_final_message()
    assert names[0] == "message_start" and names[-1] == "message_stop"
    assert final.content[0].text == "Hello, wide world, how are you?"
    assert final.usage.output_tokens == 9 and final.usage.input_tokens == 15


def test_raw_stream_order(own):
    events = list(client(own).messages.create(**HELLO, stream=True))
    kinds = [e.type for e in events]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(kinds[2:-3]) == {"content_block_delta"}


def test_thinking(own):
    with client(own).messages.stream(**ask("claude-haiku-5-5", "think")) as stream:
        final = stream.get_final_message()
    thinking, text = final.content
    assert thinking.type == "thinking" and thinking.thinking == "First one thing, then the other."
    assert thinking.signature and text.text == "Done."


@pytest.mark.parametrize("streams", [False, True])
def test_tools(tools, streams):
    messages = client(tools).messages

    def send(**request):
        if not streams:
            return messages.create(**request)
        with messages.stream(**request) as stream:
            return stream.get_final_message()

    request = ask("tools-two", "weather", tools=[TOOL])
    first = send(**request)
    assert first.stop_reason == "tool_use"
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Berlin", "Oslo"]
    request["messages"] += [
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call.id, "content": f"{n} degrees"}
            for n, call in enumerate(calls)]}]
    assert send(**request).content[0].text == "[simulated] Both: 0 degrees, 1 degrees"


def test_schema(own):
    reply = client(own).messages.create(
        **ask("claude-haiku-5-5", "a review", output_config={"format": {"type": "json_schema", "schema": SCHEMA}}))
    jsonschema.validate(json.loads(reply.content[0].text), SCHEMA)


def test_forced_tool(own):
    forced = {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "get_weather"}}
    reply = client(own).messages.create(**ask("claude-haiku-5-5", "weather", **forced))
    jsonschema.validate(reply.content[0].input, WEATHER)
    with pytest.raises(anthropic.BadRequestError):
        client(own).messages.create(**ask("claude-sonnet-5-5", "weather", **forced))


def test_counting_and_models(own):
    count = client(own).messages.count_tokens(
        model="claude-haiku-5-5", messages=[{"role": "user", "content": "one two three"}])
    assert count.input_tokens >= 3
    assert [m.id for m in client(own).models.list()] == ["claude-haiku-5-5"]
    assert client(own).models.retrieve("claude-haiku-5-5").max_tokens == 128_000


def test_versions_differ(own):
    with pytest.raises(anthropic.BadRequestError) as caught:
        client(own).messages.create(**HELLO, extra_body={"temperature": 1.0})
    assert "temperature" in str(caught.value)
    assert client(own, **OLD).messages.create(**HELLO, extra_body={"temperature": 1.0}).content
    with pytest.raises(anthropic.BadRequestError):
        client(own, default_headers={"anthropic-version": "2020-01-01"}).messages.create(**HELLO)


STATUSES = [
    ("fault-auth", anthropic.AuthenticationError, "authentication_error"),
    ("fault-permission", anthropic.PermissionDeniedError, "permission_error"),
    ("fault-not-found", anthropic.NotFoundError, "not_found_error"),
    ("fault-invalid", anthropic.BadRequestError, "invalid_request_error"),
    ("fault-rate-limit", anthropic.RateLimitError, "rate_limit_error"),
    ("fault-quota", anthropic.RateLimitError, "rate_limit_error"),
    ("fault-context", anthropic.BadRequestError, "invalid_request_error"),
    ("fault-500", anthropic.InternalServerError, "api_error"),
    ("fault-503", anthropic._exceptions.ServiceUnavailableError, "api_error"),
    ("fault-529", anthropic._exceptions.OverloadedError, "overloaded_error"),
    ("fault-timeout", anthropic._exceptions.DeadlineExceededError, "timeout_error"),
]


@pytest.mark.parametrize("model, kind, type", STATUSES)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals(faults, model, kind, type, stream):
    with pytest.raises(kind) as caught:
        client(faults).messages.create(**ask(model), stream=stream)
    assert caught.value.body["error"]["type"] == type
    assert caught.value.request_id.startswith("req_")
    assert caught.value.response.headers["x-switchyard-simulated"] == "true"


def test_waits(faults):
    with pytest.raises(anthropic.RateLimitError) as caught:
        client(faults).messages.create(**ask("fault-rate-limit"))
    headers = caught.value.response.headers
    assert headers["retry-after"] == "0.02" and headers["anthropic-ratelimit-requests-remaining"] == "0"
    with pytest.raises(anthropic.RateLimitError) as caught:
        client(faults).messages.create(**ask("fault-quota"))
    assert "retry-after" not in caught.value.response.headers
    assert caught.value.body["error"]["details"]["error_code"] == "enforced_spend_limit_reached"


def test_retries_of_the_client_end_well(fresh):
    reply = client(fresh, max_retries=2).messages.create(**ask("flaky"))
    assert reply.content[0].text == "third"


@pytest.mark.parametrize("model", ["fault-error-in-stream", "fault-error-first"])
def test_error_in_stream(faults, model):
    with pytest.raises(anthropic.APIStatusError) as caught:
        list(client(faults).messages.create(**ask(model), stream=True))
    assert caught.value.status_code == 200 and caught.value.body["error"]["type"] == "overloaded_error"


@pytest.mark.parametrize("model, kind", [
    ("fault-cut", httpx2.RemoteProtocolError), ("fault-drop", anthropic.APIConnectionError),
    ("fault-malformed", json.JSONDecodeError),
])
def test_broken_streams(faults, model, kind):
    with pytest.raises(kind):
        list(client(faults).messages.create(**ask(model), stream=True))


@pytest.mark.parametrize("model", ["fault-crlf", "fault-cr", "fault-comments"])
def test_events_written_otherwise(faults, model):
    with client(faults).messages.stream(**ask(model)) as stream:
        assert stream.get_final_text() == "One two three four five six seven eight."


def test_stop_sequences(own):
    reply = client(own).messages.create(**HELLO, stop_sequences=["zz", ", how"])
    assert reply.content[0].text == "Hello, wide world"
    assert reply.stop_reason == "stop_sequence" and reply.stop_sequence == ", how"
    with client(own).messages.stream(**HELLO, stop_sequences=[" wide"]) as stream:
        last = stream.get_final_message()
    assert last.content[0].text == "Hello," and last.stop_sequence == " wide"


def test_endings(faults):
    assert client(faults).messages.create(**ask("fault-length")).stop_reason == "max_tokens"
    refused = client(faults).messages.create(**ask("fault-refusal"))
    assert refused.stop_reason == "refusal" and refused.stop_details.type == "refusal"
