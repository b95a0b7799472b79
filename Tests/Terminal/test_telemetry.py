"""What is told of models: costs, choices, analyses, and what people say of results."""

import csv
import io
import json
import os
import re
import stat

from conftest import eventually

PIPELINE = """\
version: 1
id: digest
steps:
  - {id: facts, run: "echo the sky is blue"}
  - {id: sum, prompt: "Summarize: {{ steps.facts.output }}", task: summarize, model: openai/gpt-6-luna}
  - id: review
    prompt: "Review: {{ steps.sum.output }}"
    task: review_code
    model: openai/gpt-6-luna
    fallback: [anthropic:premium]
"""

SCENARIO = """\
version: 1
rules:
  - {match: {contains: Review, model: gpt-6-luna}, sequence: [{fault: {status: 500}}, {fault: {status: 500}}, {fault: {status: 500}}]}
  - {match: {contains: Review}, reply: {text: "Fine."}}
  - {match: {contains: Summarize}, reply: {text: "Blue, they say."}}
"""


def ran(switchyard):
    switchyard.environment["OLLAMA_HOST"] = "127.0.0.1:1"
    switchyard.write(PIPELINE)
    switchyard.write(SCENARIO, "scenario.yaml")
    run = switchyard.run("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")
    assert run.returncode == 0, run.stdout + run.stderr


def printed(switchyard, *arguments):
    answer = switchyard.run(*arguments)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def parsed(switchyard, *arguments):
    return json.loads(printed(switchyard, *arguments, "--json"))


def test_an_empty_store_says_what_to_do(switchyard):
    for view in [[], ["--providers"], ["--workflows"]]:
        text = printed(switchyard, "telemetry", *view)
        assert text.startswith("no call of a model was recorded in the last 30d\n  hint: `switchyard run FILE`")
    assert parsed(switchyard, "telemetry")["rows"] == []
    assert "nothing was learned yet" in printed(switchyard, "tasks")
    assert not switchyard.store.exists()


def test_costs_providers_and_workflows_of_a_run(switchyard):
    ran(switchyard)
    costs = parsed(switchyard, "telemetry", "--by", "model")
    assert (costs["calls"], costs["failed"], costs["runs"], costs["simulated"]) == (5, 3, 1, True)
    assert costs["saved_usd"] == round(costs["premium_usd"] - sum(
        row["cost_usd"] for row in costs["rows"] if row["premium_usd"]), 6)
    luna = next(row for row in costs["rows"] if row["model"] == "openai/gpt-6-luna")
    assert (luna["calls"], luna["failed"]) == (4, 3)
    providers = {row["provider"]: row for row in parsed(switchyard, "telemetry", "--providers")["rows"]}
    assert providers["openai"]["failures"] == {"server": 3} and providers["openai"]["p50_ms"] is not None
    assert (providers["anthropic"]["calls"], providers["anthropic"]["failed"]) == (1, 0)
    [workflow] = parsed(switchyard, "telemetry", "--workflows")["rows"]
    assert (workflow["pipeline"], workflow["runs"], workflow["succeeded"], workflow["calls"], workflow["fallbacks"]) == (
        "digest", 1, 1, 5, 1)
    rows = list(csv.DictReader(io.StringIO(printed(switchyard, "telemetry", "--by", "task", "--csv"))))
    assert {row["task"] for row in rows} == {"summarize", "review_code"}
    assert all(re.fullmatch(r"\d+\.\d{6}", row["cost_usd"]) for row in rows)
    for view in [[], ["--by", "model"], ["--by", "task"], ["--providers"], ["--workflows"]]:
        for line in printed(switchyard, "telemetry", *view).splitlines():
            assert len(line) <= 80, line


def test_why_tells_the_choice_and_every_try(switchyard):
    ran(switchyard)
    text = printed(switchyard, "why", "last", "review")
    assert re.match(r"run #1, review: openai/gpt-6-luna was chosen, and anthropic/\S+ answered\n", text)
    assert text.count("openai/gpt-6-luna server:") == 3
    assert "openai:cheap breaker OPEN: 3 failures in a row" in text
    assert re.search(r"^\d\d:\d\d\.\d{3}  ↻ anthropic/\S+ instead of openai/gpt-6-luna · server$", text, re.M)
    why = parsed(switchyard, "why", "last", "review")
    assert [call["outcome"] for call in why["calls"]] == ["server"] * 3 + ["answered"]
    assert why["candidates"][0]["model"] == "openai/gpt-6-luna" and why["source"] == "explicit"
    other = switchyard.run("why", "last", "facts")
    assert (other.returncode, other.stderr.splitlines()[0]) == (2, "switchyard: no model was chosen for facts")


def test_analyze_tells_what_a_run_waited_and_paid_for(switchyard):
    ran(switchyard)
    analysis = parsed(switchyard, "analyze", "last")
    assert (analysis["calls"], analysis["waste"]["failed_calls"], analysis["waste"]["failed_unpriced_calls"]) == (5, 3, 0)
    assert analysis["waste"]["waited_ms"] > 0
    assert [step["step"] for step in analysis["critical_path"]] == ["facts", "sum", "review"]
    comparison = analysis["comparison"]
    assert 0 < comparison["cheapest_usd"] <= comparison["actual_usd"] and comparison["premium_usd"] > 0
    assert any(sentence.startswith("openai failed 3 of 4 calls") for sentence in analysis["advice"])
    assert "what the run waited for" in printed(switchyard, "analyze", "last")


def test_what_people_say_of_an_ended_run_is_learned(switchyard):
    ran(switchyard)

    def good():
        tasks = parsed(switchyard, "tasks", "--simulated")
        [learned] = next(task["learned"] for task in tasks if task["task"] == "summarize")
        return learned["good"], learned["answers"]

    before, answers = good()
    assert printed(switchyard, "rate", "last", "sum", "down") == "run #1: sum is rated not good\n"
    after = good()
    assert after[0] < before and after[1] == answers + 1
    assert printed(switchyard, "rate", "last", "sum", "up") == "run #1: sum is rated good\n"
    assert good()[0] > before
    refused = switchyard.run("rate", "last", "facts", "up")
    assert (refused.returncode, refused.stderr) == (2, "switchyard: no model has answered for facts\n")
    # The record of the run itself is closed.
    assert switchyard.run("verify", "last").returncode == 0
    # What a simulator taught is nothing that a real run knows.
    assert all(not task["learned"] for task in parsed(switchyard, "tasks"))


def test_a_plan_recommends_without_a_key(switchyard):
    switchyard.write(PIPELINE)
    [first, second] = parsed(switchyard, "plan", "pipeline.yaml", "--recommend")
    assert (first["step"], second["step"]) == ("sum", "review")
    assert [choice["strategy"] for choice in first["choices"]] == ["balanced", "cost", "performance", "accuracy"]
    assert all(choice["expected_cost_usd"] is not None and 0 < choice["good"] < 1 for choice in first["choices"])
    assert printed(switchyard, "plan", "pipeline.yaml", "--recommend").startswith("sum  ")
    assert not switchyard.store.exists()


def test_models_by_provider_and_tier(switchyard):
    registry = parsed(switchyard, "models", "--registry")
    listed = {model["model"]: model["tier"] for model in parsed(switchyard, "models")}
    assert {f"{provider}/{name}": tier for provider, tiers in registry.items()
            for tier, names in tiers.items() for name in names} == listed
    assert "anthropic, " in printed(switchyard, "models", "--registry", "--provider", "anthropic")


SLOW = """\
version: 1
id: slow
budget: {usd: 5}
steps:
  - {id: sum, prompt: "Summarize the sky", task: summarize, model: openai/gpt-6-luna}
  - {id: gate, needs: [sum], run: "while [ ! -e gate ]; do sleep 0.02; done"}
"""


def test_a_run_is_steered_and_killed_and_its_telemetry_is_whole(switchyard):
    switchyard.write(SLOW)
    switchyard.write(SCENARIO, "scenario.yaml")
    process = switchyard.start("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")

    def types():
        return [json.loads(line)["type"] for line in switchyard.run("events", "last", "--json").stdout.splitlines()]

    eventually(lambda: types().count("step.succeeded") == 1, "the model answered")
    assert printed(switchyard, "budget", "last", "--usd", "0.50", "--on-exceed", "pause") == (
        "run #1: it may spend $0.500000, then it pauses\n")
    assert printed(switchyard, "breaker", "last", "openai:cheap", "open") == (
        "run #1: the breaker of openai:cheap is open\n")
    assert printed(switchyard, "rate", "last", "sum", "up") == "run #1: sum is rated good\n"
    for words in [["budget", "last"], ["budget", "last", "--usd", "x"], ["breaker", "last", "openai:best", "open"],
                  ["breaker", "last", "openai", "shut"], ["rate", "last", "sum", "maybe"]]:
        assert switchyard.run(*words).returncode == 2, words
    assert {"budget.set", "breaker.forced", "model.rated"} <= set(types())
    process.kill()
    process.wait()
    (switchyard.folder / "gate").touch()
    resumed = switchyard.run("resume", "last", "--plain", "--resolve", "gate=retry")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    [workflow] = parsed(switchyard, "telemetry", "--workflows")["rows"]
    assert (workflow["runs"], workflow["succeeded"], workflow["calls"]) == (1, 1, 1)
    [task] = [task for task in parsed(switchyard, "tasks", "--simulated") if task["learned"]]
    assert task["learned"][0]["answers"] == 2


def test_a_simulated_run_stays_simulated(switchyard):
    switchyard.write(SLOW.replace("while [ ! -e gate ]", "touch waits; while [ ! -e gate ]") + """\
  - {id: later, needs: [gate], prompt: "Summarize again", model: openai/gpt-6-luna}
""")
    switchyard.write(SCENARIO, "scenario.yaml")
    process = switchyard.start("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")
    eventually(lambda: (switchyard.folder / "waits").exists(), "the gate waits")
    process.kill()
    process.wait()
    (switchyard.folder / "gate").touch()
    # No provider is set up: a real call could not be answered, and nobody says --simulate again.
    resumed = switchyard.run("resume", "last", "--plain", "--resolve", "gate=retry")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    shown = printed(switchyard, "show", "last")
    assert "simulated" in shown.split("\n")[3], shown
    again = switchyard.run("retry", "last", "--from", "later", "--plain")
    assert again.returncode == 0, again.stdout + again.stderr
    asked = [json.loads(line)["data"] for line in printed(switchyard, "events", "last", "--json").splitlines()
             if json.loads(line)["type"] == "model.requested"]
    assert asked and all(request["simulated"] for request in asked), asked


def test_a_raised_limit_keeps_what_is_not_named(switchyard):
    switchyard.write("""\
version: 1
id: limited
budget: {usd: 0.000001, on_exceed: pause}
steps:
  - {id: sum, prompt: "Summarize", model: openai/gpt-6-luna, max_tokens: 100}
""")
    switchyard.write(SCENARIO, "scenario.yaml")
    process = switchyard.start("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")

    def waits():
        return "model.wait_started" in switchyard.run("events", "last", "--json").stdout

    eventually(waits, "the call waits for money")
    assert switchyard.run("budget", "last", "--usd", "0").returncode == 2
    assert printed(switchyard, "budget", "last", "--tokens", "100000") == (
        "run #1: it may spend $0.000001 and use 100000 tokens, then it pauses\n")
    assert printed(switchyard, "budget", "last", "--usd", "0.5") == (
        "run #1: it may spend $0.500000 and use 100000 tokens, then it pauses\n")
    assert process.wait(timeout=15) == 0


def test_json_lines_keep_telemetry_and_a_refusal_troubles_nobody(switchyard):
    switchyard.environment["SWITCHYARD_STORE"] = f"jsonl:{switchyard.store}"
    ran(switchyard)
    file = switchyard.store / "telemetry.jsonl"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert parsed(switchyard, "telemetry")["calls"] == 5
    file.unlink()
    file.mkdir()
    again = switchyard.run("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")
    assert again.returncode == 0
    [line] = again.stderr.splitlines()
    assert line.startswith("switchyard: telemetry is not kept: "), line
