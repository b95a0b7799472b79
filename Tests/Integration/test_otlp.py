"""What a run exports, as OpenTelemetry's own definitions read it."""

import os
import subprocess

import pytest

from conftest import PROGRAM
from otlp import Collector

# `fetch` fails once.
PIPELINE = """\
version: 1
id: telemetry
steps:
  - id: fetch
    run: |
      test -e again && exit 0
      touch again
      exit 1
    retry: {max_attempts: 3, backoff: {initial: 10ms}}
  - id: ask
    needs: [fetch]
    prompt: "say hello, {{ inputs.canary }}"
    model: openai/gpt-6-luna
inputs:
  canary: {type: string, default: canary-7f3a}
"""

SCENARIO = """\
version: 1
models: [openai/gpt-6-luna]
rules:
  - match: {contains: say hello}
    reply: {text: "Hello, canary-91bb", usage: {input: 30, output: 9, cached: 10, reasoning: 2}}
"""

# The same, but the first try meets a server that fails.
FLAKY = """\
version: 1
models: [openai/gpt-6-luna]
rules:
  - match: {contains: say hello}
    sequence: [{fault: server}, {text: "Hello, canary-91bb", usage: {input: 30, output: 9}}]
"""


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.close()
    assert not collector.problems


def run(folder, environment, scenario=SCENARIO):
    (folder / "telemetry.yaml").write_text(PIPELINE)
    (folder / "scenario.yaml").write_text(scenario)
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("OTEL_")}
    return subprocess.run(
        [PROGRAM, "run", "telemetry.yaml", "--plain", "--scenario", "scenario.yaml"],
        cwd=folder, env={**inherited, "XDG_STATE_HOME": str(folder / "state"), **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)


def asked(collector):
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=k%201",
        "OTEL_SERVICE_NAME": "shop", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
    }


def check_spans(collector, pipeline, model, provider):
    """That the spans of a run with one step `ask` are what the semantic conventions say."""
    run_span = collector.span(f"run {pipeline}")
    assert run_span.parent == b"" and run_span.kind == "internal" and not run_span.is_error
    assert run_span.attributes["switchyard.run.status"] == "succeeded"
    assert run_span.attributes["gen_ai.operation.name"] == "invoke_workflow"
    assert run_span.attributes["gen_ai.workflow.name"] == pipeline

    step = collector.span("step ask")
    assert collector.parent(step) is run_span
    assert step.attributes["switchyard.step.status"] == "succeeded"
    chats = [span for span in collector.spans if span.name == f"chat {model}"]
    assert chats
    for chat in chats:
        assert collector.parent(chat) is step and chat.kind == "client" and not chat.is_error
        assert step.start <= chat.start <= chat.end <= step.end
        told = chat.attributes
        assert told["gen_ai.operation.name"] == "chat"
        assert told["gen_ai.provider.name"] == told["gen_ai.system"] == provider
        assert told["gen_ai.request.model"] == told["gen_ai.response.model"] == model
        assert told["gen_ai.response.finish_reasons"] in (["stop"], ["tool_calls"])
        assert told["gen_ai.usage.input_tokens"] > 0 and told["gen_ai.usage.output_tokens"] > 0

    # The first attempt failed; each of the two has a span of its own.
    fetch = collector.span("step fetch")
    first, second = collector.span("attempt 1"), collector.span("attempt 2")
    assert collector.parent(first) is fetch and collector.parent(second) is fetch
    assert first.is_error and first.attributes["error.type"] and not second.is_error
    assert len({span.trace for span in collector.spans}) == 1
    assert len({span.id for span in collector.spans}) == len(collector.spans)
    for span in collector.spans:
        assert span.is_error == ("error.type" in span.attributes)


def check_metrics(collector, model, provider):
    usage = {point.attributes["gen_ai.token.type"]: point for point in collector.metric("gen_ai.client.token.usage")}
    assert set(usage) == {"input", "output"}
    for point in usage.values():
        assert point.unit == "{token}" and point.bounds == [4.0**power for power in range(14)]
        assert point.attributes["gen_ai.operation.name"] == "chat"
        assert point.attributes["gen_ai.provider.name"] == provider
        assert point.attributes["gen_ai.request.model"] == point.attributes["gen_ai.response.model"] == model
    for kind in ("input", "output"):
        told = sum(span.attributes.get(f"gen_ai.usage.{kind}_tokens", 0) for span in chats(collector))
        assert usage[kind].sum == told
    durations = collector.metric("gen_ai.client.operation.duration")
    assert [point.unit for point in durations] == ["s"]
    assert durations[0].count == len(chats(collector))
    assert durations[0].bounds == [0.01 * 2**power for power in range(14)]
    assert [point.value for point in collector.metric("switchyard.runs")] == [1]
    statuses = [point.attributes["switchyard.step.status"] for point in collector.metric("switchyard.steps")]
    assert set(statuses) == {"succeeded"}


def chats(collector):
    return [span for span in collector.spans if span.name.startswith("chat ")]


def test_a_run(collector, tmp_path):
    result = run(tmp_path, asked(collector))
    assert result.returncode == 0, result.stderr
    check_spans(collector, "telemetry", "gpt-6-luna", "openai")
    check_metrics(collector, "gpt-6-luna", "openai")

    chat, = chats(collector)
    assert chat.attributes["gen_ai.usage.input_tokens"] == 30
    assert chat.attributes["gen_ai.usage.output_tokens"] == 9
    assert chat.attributes["gen_ai.usage.cache_read.input_tokens"] == 10
    assert chat.attributes["gen_ai.usage.reasoning.output_tokens"] == 2
    assert chat.attributes["switchyard.simulated"] is True
    assert [point.value for point in collector.metric("switchyard.step.retries")] == [1]

    for path, headers in collector.requests:
        assert headers["api-key"] == "k 1"
    for told in collector.spans + collector.points:
        assert told.resource["service.name"] == "shop"
        assert told.resource["deployment.environment.name"] == "test"
        assert told.resource["service.version"] and told.resource["service.instance.id"]


def test_a_try_that_fails(collector, tmp_path):
    """Each is a span, and a value of the durations, of its own."""
    result = run(tmp_path, asked(collector), FLAKY)
    assert result.returncode == 0, result.stderr
    failed, answered = sorted(chats(collector), key=lambda span: span.start)
    assert failed.is_error and failed.attributes["error.type"] == "server"
    assert "gen_ai.response.model" not in failed.attributes
    assert [name for name, _ in failed.events] == ["switchyard.model.attempt_failed"]
    assert not answered.is_error and answered.attributes["switchyard.model.attempts"] == 2
    assert collector.parent(failed) is collector.parent(answered) is collector.span("step ask")
    durations = {point.attributes.get("error.type"): point.count
                 for point in collector.metric("gen_ai.client.operation.duration")}
    assert durations == {None: 1, "server": 1}
    assert [point.value for point in collector.metric("switchyard.model.failed_attempts")] == [1]


def test_content_stays(collector, tmp_path):
    result = run(tmp_path, asked(collector))
    assert result.returncode == 0, result.stderr
    assert collector.spans and collector.points
    for told in collector.spans:
        assert "canary" not in repr((told.name, told.attributes, told.events, told.resource))
    for told in collector.points:
        assert "canary" not in repr((told.name, told.attributes, told.resource))


def test_a_collector_that_is_gone(tmp_path):
    """It costs the run nothing."""
    gone = Collector()
    gone.close()
    result = run(tmp_path, asked(gone))
    assert result.returncode == 0, result.stderr
    assert "succeeded" in result.stdout


def test_off(collector, tmp_path):
    result = run(tmp_path, {**asked(collector), "OTEL_SDK_DISABLED": "true"})
    assert result.returncode == 0, result.stderr
    assert not collector.requests
