import json

import jsonschema
import openai
import pydantic
import pytest

from conftest import SCHEMA, WEATHER


def client(simulator, **options):
    return openai.OpenAI(
        base_url=simulator.url + "/v1", api_key="k", **{"max_retries": 0, "timeout": 10, **options})


HELLO = [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": "say hello"}]
CHAT_TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}
TOOL = {"type": "function", "name": "get_weather", "parameters": WEATHER, "strict": False}


# Chat Completions

def test_chat(own):
    raw = client(own).chat.completions.with_raw_response.create(model="gpt-6-luna", messages=HELLO)
    assert raw.headers["x-switchyard-simulated"] == "true"
    assert raw.headers["x-ratelimit-remaining-requests"] == "9999"
    reply = raw.parse()
    assert reply.choices[0].message.content == "Hello, wide world, how are you?"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.prompt_tokens == 30 and reply.usage.completion_tokens == 9 and reply.usage.total_tokens == 39
    assert reply.usage.prompt_tokens_details.cached_tokens == 10
    assert reply.usage.prompt_tokens_details.cache_write_tokens == 5
    assert reply.usage.completion_tokens_details.reasoning_tokens == 2
    assert reply._request_id.startswith("req_")


def test_chat_stream(own):
    chunks = list(client(own).chat.completions.create(
        model="gpt-6-luna", messages=HELLO, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "Hello, wide world, how are you?"
    assert len({c.id for c in chunks}) == 1
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert all(c.usage is None for c in chunks[:-1])
    assert chunks[-1].choices == [] and chunks[-1].usage.prompt_tokens == 30


def test_chat_stream_without_usage(own):
    chunks = list(client(own).chat.completions.create(model="gpt-6-luna", messages=HELLO, stream=True))
    assert all(c.usage is None and c.choices for c in chunks)


def test_chat_stream_helper(own):
    with client(own).chat.completions.stream(model="gpt-6-luna", messages=HELLO) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert kinds.count("content.delta") > 2 and kinds[-1] == "content.done"
    assert final.choices[0].message.content == "Hello, wide world, how are you?"


def test_chat_tools(tools):
    messages = [{"role": "user", "content": "What is the weather?"}]
    chat = client(tools).chat.completions
    message = chat.create(model="tools-two", messages=messages, tools=[CHAT_TOOL]).choices[0]
    assert message.finish_reason == "tool_calls" and message.message.content is None
    calls = message.message.tool_calls
    assert [json.loads(c.function.arguments)["city"] for c in calls] == ["Berlin", "Oslo"]
    assert len({c.id for c in calls}) == 2
    messages.append(message.message)
    messages += [{"role": "tool", "tool_call_id": c.id, "content": f"{n} degrees"} for n, c in enumerate(calls)]
    reply = chat.create(model="tools-two", messages=messages, tools=[CHAT_TOOL])
    assert reply.choices[0].message.content == "[simulated] Both: 0 degrees, 1 degrees"


def test_chat_tool_stream(tools):
    with client(tools).chat.completions.stream(
            model="tools-two", messages=[{"role": "user", "content": "weather"}], tools=[CHAT_TOOL]) as stream:
        final = stream.get_final_completion()
    calls = final.choices[0].message.tool_calls
    assert [json.loads(c.function.arguments)["city"] for c in calls] == ["Berlin", "Oslo"]


def test_chat_schema(own):
    reply = client(own).chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": "a review"}],
        response_format={"type": "json_schema", "json_schema": {"name": "r", "schema": SCHEMA, "strict": True}})
    jsonschema.validate(json.loads(reply.choices[0].message.content), SCHEMA)


class Person(pydantic.BaseModel):
    name: str
    age: int
    friends: list["Person"]


def test_chat_parse(own):
    reply = client(own).chat.completions.parse(
        model="gpt-6-luna", messages=[{"role": "user", "content": "someone"}], response_format=Person)
    assert isinstance(reply.choices[0].message.parsed, Person)


def test_chat_forced_tool(own):
    reply = client(own).chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": "weather"}], tools=[CHAT_TOOL],
        tool_choice={"type": "function", "function": {"name": "get_weather"}})
    arguments = json.loads(reply.choices[0].message.tool_calls[0].function.arguments)
    jsonschema.validate(arguments, WEATHER)


# Responses

def test_responses(own):
    reply = client(own).responses.create(model="gpt-6-luna", instructions="Be kind.", input="say hello")
    assert reply.status == "completed" and reply.output_text == "Hello, wide world, how are you?"
    assert reply.usage.input_tokens == 30 and reply.usage.input_tokens_details.cached_tokens == 10
    assert reply.usage.output_tokens_details.reasoning_tokens == 2
    assert reply.instructions == "Be kind."


def test_responses_stream(own):
    events = list(client(own).responses.create(model="gpt-6-luna", input="say hello", stream=True))
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert events[0].type == "response.created" and events[1].type == "response.in_progress"
    assert events[-1].type == "response.completed"
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    assert text == "Hello, wide world, how are you?" == events[-1].response.output_text


def test_responses_stream_helper(own):
    with client(own).responses.stream(model="gpt-6-luna", input="think") as stream:
        for _ in stream:
            pass
        final = stream.get_final_response()
    assert [item.type for item in final.output] == ["reasoning", "message"]
    assert final.output[0].summary[0].text == "First one thing, then the other."
    assert final.output_text == "Done."


def test_responses_tools(tools):
    responses = client(tools).responses
    question = [{"role": "user", "content": "What is the weather?"}]
    with responses.stream(model="tools-one", input=question, tools=[TOOL]) as stream:
        for _ in stream:
            pass
        first = stream.get_final_response()
    message, call = first.output
    assert message.type == "message" and call.type == "function_call" and call.name == "get_weather"
    assert json.loads(call.arguments) == {"city": "Berlin", "unit": "celsius"}
    second = responses.create(model="tools-one", tools=[TOOL], input=question + [
        {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments},
        {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}])
    assert second.output_text == "[simulated] The weather: sunny"


def test_responses_schema(own):
    reply = client(own).responses.create(
        model="gpt-6-luna", input="a review",
        text={"format": {"type": "json_schema", "name": "r", "schema": SCHEMA, "strict": True}})
    jsonschema.validate(json.loads(reply.output_text), SCHEMA)
    parsed = client(own).responses.parse(model="gpt-6-luna", input="someone", text_format=Person)
    assert isinstance(parsed.output_parsed, Person)


def test_responses_length(own):
    reply = client(own).responses.create(model="gpt-6-luna", input="tell me a story", max_output_tokens=3)
    assert reply.status == "incomplete" and reply.incomplete_details.reason == "max_output_tokens"
    assert reply.usage.output_tokens == 3


def test_counting_and_models(own):
    assert client(own).responses.input_tokens.count(model="gpt-6-luna", input="one two three").input_tokens >= 3
    assert [m.id for m in client(own).models.list()] == ["gpt-6-luna"]
    assert client(own).models.retrieve("gpt-6-luna").owned_by == "simulated"
    with pytest.raises(openai.NotFoundError):
        client(own).models.retrieve("gpt-1")


# Errors

STATUSES = [
    ("fault-auth", openai.AuthenticationError, "invalid_api_key"),
    ("fault-permission", openai.PermissionDeniedError, "insufficient_permissions"),
    ("fault-not-found", openai.NotFoundError, "model_not_found"),
    ("fault-invalid", openai.BadRequestError, None),
    ("fault-429", openai.RateLimitError, "rate_limit_exceeded"),
    ("fault-quota", openai.RateLimitError, "insufficient_quota"),
    ("fault-context", openai.BadRequestError, "context_length_exceeded"),
    ("fault-500", openai.InternalServerError, None),
    ("fault-503", openai.InternalServerError, "server_is_overloaded"),
    ("fault-529", openai.InternalServerError, "server_is_overloaded"),
    ("fault-html", openai.InternalServerError, None),
    ("fault-empty", openai.InternalServerError, None),
]


@pytest.mark.parametrize("model, kind, code", STATUSES)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals(faults, model, kind, code, stream):
    with pytest.raises(kind) as chat:
        client(faults).chat.completions.create(
            model=model, messages=[{"role": "user", "content": "x"}], stream=stream)
    assert chat.value.code == code
    assert chat.value.response.headers["x-switchyard-simulated"] == "true"
    with pytest.raises(kind) as responses:
        client(faults).responses.create(model=model, input="x", stream=stream)
    assert responses.value.code == code


def test_rate_limit_headers(faults):
    with pytest.raises(openai.RateLimitError) as caught:
        client(faults).responses.create(model="fault-rate-limit", input="x")
    headers = caught.value.response.headers
    assert headers["retry-after"] == "0.02" and headers["retry-after-ms"] == "20"
    assert headers["x-ratelimit-remaining-requests"] == "0" and headers["x-ratelimit-reset-tokens"] == "6s"


def test_retries_of_the_client_end_well(fresh, took):
    reply = client(fresh, max_retries=2).chat.completions.create(
        model="flaky", messages=[{"role": "user", "content": "x"}])
    assert reply.choices[0].message.content == "third"
    assert took() < 5


def test_error_in_stream(faults):
    for create in (
            lambda: client(faults).chat.completions.create(
                model="fault-error-in-stream", messages=[{"role": "user", "content": "x"}], stream=True),
            lambda: client(faults).responses.create(model="fault-error-in-stream", input="x", stream=True)):
        with pytest.raises(openai.APIError) as caught:
            list(create())
        assert caught.value.code == "server_is_overloaded"


@pytest.mark.parametrize("stream", [False, True])
def test_cut_and_dropped(faults, stream):
    for model in ("fault-cut", "fault-drop"):
        with pytest.raises(openai.APIConnectionError):
            reply = client(faults).chat.completions.create(
                model=model, messages=[{"role": "user", "content": "x"}], stream=stream)
            if stream:
                list(reply)


def test_stall(faults):
    with pytest.raises(openai.APITimeoutError):
        list(client(faults, timeout=0.2).chat.completions.create(
            model="fault-stall", messages=[{"role": "user", "content": "x"}], stream=True))


def test_malformed(faults):
    with pytest.raises(json.JSONDecodeError):
        list(client(faults).chat.completions.create(
            model="fault-malformed", messages=[{"role": "user", "content": "x"}], stream=True))


def test_huge(faults):
    reply = client(faults).chat.completions.create(
        model="fault-huge", messages=[{"role": "user", "content": "x"}])
    assert len(reply.choices[0].message.content) == 4 << 20


@pytest.mark.parametrize("model", ["fault-crlf", "fault-cr", "fault-comments"])
def test_events_written_otherwise(faults, model):
    chunks = client(faults).chat.completions.create(
        model=model, messages=[{"role": "user", "content": "x"}], stream=True)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said == "One two three four five six seven eight."
    events = client(faults).responses.create(model=model, input="x", stream=True)
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == said


def test_a_wait_until_a_moment(faults, took):
    reply = client(faults, max_retries=1).chat.completions.create(
        model="fault-retry-date", messages=[{"role": "user", "content": "x"}])
    assert reply.choices[0].message.content == "[simulated] The moment has come."
    assert 0.5 < took() < 8


def test_stop_sequences(own):
    def said(stop):
        choice = client(own).chat.completions.create(model="m", messages=HELLO, stop=stop).choices[0]
        assert choice.finish_reason == "stop"
        return choice.message.content

    assert said(", how") == said(["zz", ", how"]) == "Hello, wide world"
    assert said("zz") == "Hello, wide world, how are you?"


def test_endings(faults):
    def finish(model):
        return client(faults).chat.completions.create(
            model=model, messages=[{"role": "user", "content": "x"}]).choices[0]

    assert finish("fault-length").finish_reason == "length"
    assert finish("fault-filter").finish_reason == "content_filter"
    assert finish("fault-refusal").message.refusal == "[simulated] I will not."
    refused = client(faults).responses.create(model="fault-refusal", input="x")
    assert refused.output[0].content[0].type == "refusal"


def test_requests_that_openai_refuses(own):
    with pytest.raises(openai.BadRequestError) as caught:
        client(own).chat.completions.create(model="gpt-6-luna", messages=HELLO, max_tokens=5)
    assert caught.value.param == "max_tokens" and caught.value.code == "unsupported_parameter"
