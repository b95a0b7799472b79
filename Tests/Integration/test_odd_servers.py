"""The program's own providers ask its simulator, which writes what is right as few servers write it."""

import json

import pytest

from conftest import simulator

WAYS = ["no_id", "no_index", "bare", "same_index", "from_one", "repeated", "whole"]

# Arguments that come in several pieces.
CALLS = "\n".join(f"""\
  - match: {{model: {way}, has_tool_results: false}}
    reply:
      text: Let me look.
      tool_calls:
        - {{name: file_read, arguments: {{path: first}}}}
        - {{name: file_list, arguments: {{path: ".", pattern: "sec*"}}}}
      fault: {{call_deltas: {way}}}""" for way in WAYS)

SCENARIO = f"""\
version: 1
stream: {{chunk_tokens: 1, split_bytes: 7}}
rules:
{CALLS}
  - match: {{has_tool_results: true}}
    reply: "{{{{ inputs.tool_results | join(' | ') }}}}"
  - match: {{model: crlf}}
    reply: {{reasoning: Hm., text: "Two lines,\\r\\nüber 👋.", fault: {{line_ends: crlf}}}}
  - match: {{model: cr}}
    reply: {{reasoning: Hm., text: "Two lines,\\r\\nüber 👋.", fault: {{line_ends: cr}}}}
  - match: {{model: comments}}
    reply: {{reasoning: Hm., text: "Two lines,\\r\\nüber 👋.", fault: {{comments: true, line_ends: crlf}}}}
"""


@pytest.fixture
def odd(tmp_path_factory):
    file = tmp_path_factory.mktemp("scenario") / "odd.yaml"
    file.write_text(SCENARIO)
    yield from simulator(file)


def outputs(switchyard, url, steps):
    """What the steps say, by their ids."""
    own = switchyard.folder / ".config/switchyard"
    own.mkdir(parents=True)
    (own / "config.yaml").write_text(f'providers:\n  box: {{kind: compatible, base_url: "{url}/v1"}}\n')
    switchyard.environment |= {
        "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url + "/v1", "ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": url,
        "GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": url,
    }
    written = "".join(f"  - {{{step}}}\n" for step in steps)
    switchyard.write("version: 1\nid: odd\nsteps:\n" + written, "pipeline.yaml")
    ran = switchyard.run("run", "pipeline.yaml", "--plain", "--set", "retry.max_attempts=1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return {
        event["step"]: event["data"]["output"] for event in switchyard.events() if event["type"] == "step.succeeded"}


def test_calls_in_pieces_of_every_kind(switchyard, odd):
    switchyard.write("1st", "first")
    switchyard.write("2nd", "second")
    said = outputs(switchyard, odd.url, [
        f"id: {way}, prompt: Look., model: box/{way}, tools: [file.read, file.list], stream: true" for way in WAYS])
    assert set(said) == set(WAYS)
    for way, text in said.items():
        first, second = text.split(" | ")
        assert first == "1st" and "second" in json.dumps(second), (way, text)


def test_events_written_otherwise(switchyard, odd):
    said = outputs(switchyard, odd.url, [
        f"id: {name}-{way}, prompt: Say it., model: {name}/{way}, stream: true"
        for name in ["openai", "box", "anthropic", "google"] for way in ["crlf", "cr", "comments"]])
    assert len(said) == 12 and set(said.values()) == {"Two lines,\r\nüber 👋."}
