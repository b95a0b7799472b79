"""How calls of models are tried, limited and paid for, over real HTTP against the simulator."""

import json
from datetime import datetime

from conftest import eventually

HEAD = """\
version: 1
id: routed
models: {fallback: [anthropic/claude-sonnet-5-5, google/gemini-4-argon]}
"""


def scenario(switchyard, *rules):
    switchyard.write("version: 1\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules), "scenario.yaml")


def run(switchyard, *options):
    return switchyard.run("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml", *options)


def events(switchyard, run="last"):
    return [json.loads(line) for line in switchyard.run("events", run, "--json").stdout.splitlines()]


def of_type(switchyard, *types):
    return [event for event in events(switchyard) if event["type"] in types]


def at(event):
    return datetime.fromisoformat(event["time"].replace("Z", "+00:00"))


def test_three_dead_providers_give_an_error_with_every_attempt(switchyard):
    switchyard.write(HEAD + "steps: [{id: ask, prompt: hi, model: openai/gpt-6-luna}]\n")
    scenario(switchyard, "{match: {}, reply: {fault: unavailable}}")
    ran = run(switchyard)
    assert ran.returncode == 1
    failed = of_type(switchyard, "step.failed")[0]["data"]
    assert failed["class"] == "unavailable"
    for name in ["openai/gpt-6-luna", "anthropic/claude-sonnet-5-5", "google/gemini-4-argon"]:
        assert f"{name} overloaded, overloaded, overloaded" in failed["message"]
    attempts = failed["details"]["attempts"]
    assert len(attempts) == 9
    assert all(attempt["class"] == "overloaded" and attempt["message"] for attempt in attempts)
    assert len(of_type(switchyard, "breaker.opened")) == 2, "the last candidate is degraded, never opened"
    assert len(of_type(switchyard, "breaker.degraded")) == 1
    assert "every model failed" in switchyard.run("show", "last").stdout


def test_a_provider_that_dies_and_heals_is_left_and_returned_to(switchyard):
    switchyard.write(HEAD + """\
steps:
  - {id: first, prompt: hi, model: openai/gpt-6-luna}
  - {id: meanwhile, prompt: hi, model: openai/gpt-6-luna, needs: [first]}
  - {id: rest, wait: 19s, needs: [meanwhile]}
  - {id: later, prompt: hi, model: openai/gpt-6-luna, needs: [rest]}
  - {id: again, prompt: hi, model: openai/gpt-6-luna, needs: [later]}
""")
    scenario(
        switchyard, "{match: {provider: openai}, times: 3, reply: {fault: unavailable}}",
        "{match: {}, reply: {text: hello}}")
    ran = run(switchyard)
    assert ran.returncode == 0, ran.stdout
    answered = {event["step"]: event["data"]["model"] for event in of_type(switchyard, "model.completed")}
    assert answered == {
        "first": "anthropic/claude-sonnet-5-5", "meanwhile": "anthropic/claude-sonnet-5-5",
        "later": "openai/gpt-6-luna", "again": "openai/gpt-6-luna"}
    changes = [event["type"] for event in events(switchyard) if event["type"].startswith("breaker.")]
    assert changes == ["breaker.opened", "breaker.half_opened", "breaker.closed"]


def test_a_server_that_asks_for_two_seconds_gets_them(switchyard):
    switchyard.write("version: 1\nid: limited\nsteps: [{id: ask, prompt: hi, model: openai/gpt-6-luna}]\n")
    scenario(
        switchyard, "{match: {}, times: 1, reply: {fault: {status: 429, retry_after: 2s}}}",
        "{match: {}, reply: {text: hello}}")
    assert run(switchyard).returncode == 0
    asked = of_type(switchyard, "model.requested")
    refused = of_type(switchyard, "model.attempt_failed")[0]
    assert (at(asked[1]) - at(refused)).total_seconds() >= 2
    waits = of_type(switchyard, "model.wait_started")
    assert [wait["data"]["reason"] for wait in waits] == ["rate_limit"]
    assert not of_type(switchyard, "breaker.opened"), "429 is no failure"


def test_a_call_that_waits_holds_no_slot(switchyard):
    switchyard.write("""\
version: 1
id: slots
steps:
  - {id: ask, prompt: hi, model: openai/gpt-6-luna}
  - {id: other, run: "echo meanwhile"}
""")
    scenario(
        switchyard, "{match: {}, times: 1, reply: {fault: {status: 429, retry_after: 2s}}}",
        "{match: {}, reply: {text: hello}}")
    assert run(switchyard, "--slots", "1").returncode == 0
    order = [(event["type"], event.get("step")) for event in events(switchyard)]
    assert order.index(("step.succeeded", "other")) < order.index(("model.wait_ended", "ask"))


def test_twenty_calls_at_once_never_pass_a_budget_for_ten(switchyard):
    # The worst case of a call: its input, and 100 tokens of output at $0.50 a million.
    steps = "".join(
        f'  - {{id: s{number}, prompt: "say {number:02}", model: openai/gpt-6-luna, max_tokens: 100, on_failure: continue}}\n'
        for number in range(20))
    text = "version: 1\nid: money\nmax_concurrent_steps: 20\nbudget: {usd: BUDGET, on_exceed: stop}\nsteps:\n" + steps
    scenario(switchyard, "{match: {}, reply: {text: hello, usage: {input: 30, output: 100}}}")
    switchyard.write(text.replace("BUDGET", "1"))
    assert run(switchyard).returncode == 0
    worst = max(event["data"]["microdollars"] for event in of_type(switchyard, "budget.reserved"))
    # What ten calls use in fact; each is 30 and 100 tokens.
    used = 30 * 0.10 + 100 * 0.50
    limit = int(10 * used + worst - used)
    switchyard.write(text.replace("BUDGET", f"{limit / 1e6:.6f}"))
    run(switchyard)
    spent = sum(event["data"]["cost_microdollars"] for event in of_type(switchyard, "model.completed"))
    assert spent <= limit
    answered = len(of_type(switchyard, "model.completed"))
    assert 9 <= answered <= 10
    refused = [event["data"] for event in of_type(switchyard, "step.failed")]
    assert {failure["class"] for failure in refused} == {"budget"}
    assert len(refused) == 20 - answered
    assert "is left of the budget of" in refused[0]["message"]
    reached = [event["data"]["percent"] for event in of_type(switchyard, "budget.reached")]
    assert sorted(set(reached)) == [50, 80, 90] or sorted(set(reached)) == [50, 80, 90, 100]


def test_a_budget_pauses_the_run_until_it_is_raised(switchyard):
    switchyard.write("""\
version: 1
id: dear
budget: {usd: 0.00001, on_exceed: pause}
steps: [{id: ask, prompt: hi, model: openai/gpt-6-luna, max_tokens: 100}]
""")
    scenario(switchyard, "{match: {}, reply: {text: hello}}")
    process = switchyard.start("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")
    paused = lambda: "paused" in switchyard.run("show", "last").stdout
    eventually(paused, "the run to be paused")
    assert "budget" in switchyard.run("show", "last").stdout
    raised = switchyard.run("budget", "last", "--usd", "0.01")
    assert raised.returncode == 0, raised.stderr
    process.wait(timeout=20)
    assert process.returncode == 0
    assert [event["type"] for event in events(switchyard) if event["type"].startswith("run.")] == [
        "run.created", "run.started", "run.paused", "run.resumed", "run.succeeded"]


def test_the_budget_of_a_step_holds_for_the_run_that_it_is(switchyard):
    switchyard.write("version: 1\nid: child\nsteps: [{id: ask, prompt: hi, model: openai/gpt-6-luna, max_tokens: 100}]\n",
                     "child.yaml")
    text = "version: 1\nid: parent\nsteps: [{id: k, pipeline: child.yaml, budget: {usd: USD}}]\n"
    scenario(switchyard, "{match: {}, reply: {text: hello}}")
    switchyard.write(text.replace("USD", "1"))
    assert run(switchyard).returncode == 0
    # What a person means is what they started, and not the run that its step was.
    assert " parent " in switchyard.run("show", "last").stdout.split("\n")[0]
    switchyard.write(text.replace("USD", "0.000001"))
    ran = run(switchyard)
    assert ran.returncode == 1, ran.stdout
    assert "left of the budget of $0.000001 for step k" in ran.stdout, ran.stdout
