"""The program among programs of others: the official clients of the providers ask its simulator, and its own
providers ask a proxy."""

import json
import os
import pathlib
import select
import subprocess
import time

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SWITCHYARD", str(REPOSITORY / ".build/debug/switchyard"))
SCENARIOS = REPOSITORY / "sample-pipelines/scenarios"

# What the tests ask for beside the shipped scenarios.
OWN = """
version: 1
models: [openai/gpt-6-luna, anthropic/claude-haiku-5-5, google/gemini-3.8-flash, 'ollama/qwen3:8b']
stream: {chunk_tokens: 2, first_after: 2ms, every: 1ms}
rules:
  - match: {contains: say hello}
    reply: {text: "Hello, wide world, how are you?", usage: {input: 30, output: 9, cached: 10, cache_write: 5, reasoning: 2}}
  - match: {contains: think}
    reply: {reasoning: "First one thing, then the other.", text: "Done."}
  - match: {model: flaky}
    sequence: [{fault: {error: rate_limit, retry_after: 20ms}}, {fault: server}, third]
"""


class Simulator:
    def __init__(self, file):
        self.process = subprocess.Popen(
            [PROGRAM, "simulator", "--scenario", str(file), "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], 30)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith("listening on http://"):
            self.end()
            raise RuntimeError(f"no simulator: {line!r} {self.process.stderr.read()}")
        self.url = line.removeprefix("listening on ").strip()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def simulator(file):
    program = Simulator(file)
    yield program
    program.end()


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    file = tmp_path_factory.mktemp("scenario") / "own.yaml"
    file.write_text(OWN)
    yield from simulator(file)


@pytest.fixture
def fresh(tmp_path):
    """One whose rules have counted nothing yet."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    yield from simulator(file)


@pytest.fixture(scope="session")
def faults():
    yield from simulator(SCENARIOS / "faults.yaml")


@pytest.fixture
def tools():
    yield from simulator(SCENARIOS / "tools.yaml")


class Switchyard:
    """The program with a store and a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "USER": "ada",
            "SWITCHYARD_STORE": str(folder / "store"),
            # Nothing listens there: a server that the machine really has must not answer.
            "OLLAMA_HOST": "127.0.0.1:1",
        }

    def write(self, text, name):
        (self.folder / name).write_text(text)
        return name

    def run(self, *arguments):
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=240, stdin=subprocess.DEVNULL)

    def events(self):
        """Those of the last run."""
        return [json.loads(line) for line in self.run("events", "last", "--json").stdout.splitlines()]


@pytest.fixture
def switchyard(tmp_path):
    return Switchyard(tmp_path)


@pytest.fixture
def took():
    start = time.monotonic()
    return lambda: time.monotonic() - start


# A schema with what clients and people use: nesting, references, choices, bounds.
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 3, "maxLength": 40},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "verdict": {"type": "string", "enum": ["pass", "fail"]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "author": {"$ref": "#/$defs/person"},
        "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
    },
    "required": ["title", "score", "stars", "verdict", "tags", "author", "note"],
    "additionalProperties": False,
    "$defs": {
        "person": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}},
            "required": ["name", "email"], "additionalProperties": False,
        }
    },
}

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
    "required": ["city"],
}
