"""The keys for breakers, budgets and ratings, pressed on the real program while a run with models is under way."""

import json

import pytest
from conftest import PROGRAM, eventually

PIPELINE = """\
version: 1
id: steered
steps:
  - {id: sum, prompt: "Summarize", model: openai/gpt-6-luna}
  - {id: gate, needs: [sum], run: "while [ ! -e gate ]; do sleep 0.02; done"}
  - {id: later, needs: [gate], prompt: "Again", model: openai/gpt-6-luna}
"""
SCENARIO = """\
version: 1
rules:
  - {match: {}, reply: {text: hello, usage: {input: 1000, output: 500}}}
"""


@pytest.mark.parametrize("columns, rows", [(120, 36), (80, 24)])
def test_breakers_budgets_and_ratings_have_keys(tmux, switchyard, columns, rows):
    switchyard.write(PIPELINE)
    switchyard.write(SCENARIO, "scenario.yaml")
    window = tmux(columns, rows)
    window.shell(f"{PROGRAM} run pipeline.yaml --scenario scenario.yaml")

    def recorded(type):
        lines = switchyard.run("events", "last", "--json").stdout.splitlines()
        return [event["data"] for event in map(json.loads, lines) if event["type"] == type]

    def becomes(type, count):
        return eventually(lambda: (found := recorded(type)) and len(found) == count and found, f"{count} {type}")[-1]

    eventually(lambda: recorded("model.completed"), "the model answered")
    window.eventually(["▌gate", "running"])
    window.keys("g")
    window.eventually("▌sum")
    # Opening is asked about, and Enter never confirms.
    window.keys("!")
    window.eventually("Open the breaker of openai:cheap?")
    window.keys("Enter")
    eventually(lambda: "Open the breaker" not in window.screen(), "the question is gone")
    assert not recorded("breaker.forced")
    window.keys("!")
    window.eventually("Open the breaker of openai:cheap?")
    window.keys("y")
    assert becomes("breaker.forced", 1)["breaker"] == {"provider": "openai", "tier": "cheap"}
    window.eventually("╱")
    window.keys("=")
    becomes("breaker.forced", 2)
    window.eventually("═")
    window.keys("~")
    becomes("breaker.forced", 3)
    window.eventually("≈")
    window.keys("u")
    becomes("model.rated", 1)
    window.eventually("sum is rated good")
    window.keys("d")
    becomes("model.rated", 2)
    window.eventually("sum is rated not good")
    window.keys("$")
    window.type("half")
    window.keys("Enter")
    window.eventually("half is no amount of dollars")
    window.keys("$")
    window.type("0.50")
    window.keys("Enter")
    assert becomes("budget.set", 1)["microdollars"] == 500_000
    window.eventually("of $0.50")
    (switchyard.folder / "gate").touch()
    # What the two answers cost stands beside their steps.
    screen = window.eventually(["100%", ".0004"])
    assert screen.count(" .0004") == 2, screen
