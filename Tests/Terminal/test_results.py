"""What becomes of results: kept for later runs, judged, waited for."""

import json

KEPT = """\
version: 1
id: kept
inputs: {city: {type: string, default: Bern}}
steps:
  - {id: ask, run: "echo asked >> asked; echo sunny in {{ inputs.city }}", cache: {ttl: 1h}}
  - {id: tell, run: "echo {{ steps.ask.output }}"}
"""

BEATING = """\
version: 1
id: beating
steps:
  - id: alive
    run: for i in 1 2 3 4 5 6 7 8; do sleep 0.1; touch "$SWITCHYARD_HEARTBEAT"; done
    timeout: {heartbeat: 500ms}
  - {id: dead, run: sleep 60, timeout: {heartbeat: 500ms}, on_failure: continue}
"""

JUDGED = """\
version: 1
id: judged
steps:
  - id: draw
    run: echo x >> draws; wc -l < draws
    quality: {check: "${{ (steps.draw.output | trim) == '3' }}", on_low: retry}
    retry: {max_attempts: 5, backoff: {initial: 1ms}}
"""


def events(switchyard):
    return [json.loads(line) for line in switchyard.run("events", "last", "--json").stdout.splitlines()]


def test_a_kept_result_is_taken_by_later_processes_until_what_it_depends_on_changes(switchyard):
    switchyard.write(KEPT)
    asked = switchyard.folder / "asked"
    for count, city in [(1, "Bern"), (1, "Bern"), (2, "Genf"), (2, "Bern")]:
        ran = switchyard.run("run", "pipeline.yaml", "--plain", "--input", f"city={city}")
        assert ran.returncode == 0, ran.stderr
        assert f"sunny in {city}" in ran.stdout
        assert len(asked.read_text().splitlines()) == count
    taken = [event["data"]["cached_from"] for event in events(switchyard)
             if event["type"] == "step.succeeded" and event["step"] == "ask"]
    first = json.loads(switchyard.run("show", "1", "--json").stdout)["run"]
    assert taken[0]["run"] == first
    assert switchyard.run("verify", "--all").returncode == 0


def test_a_step_that_gives_no_sign_of_life_is_ended(switchyard):
    switchyard.write(BEATING)
    ran = switchyard.run("run", "pipeline.yaml", "--plain")
    assert ran.returncode == 0, ran.stdout
    assert "gave no sign of life for its heartbeat timeout of 500ms" in ran.stdout
    assert "✓ alive" in ran.stdout


def test_a_result_that_is_not_good_enough_is_made_again(switchyard):
    switchyard.write(JUDGED)
    assert switchyard.run("run", "pipeline.yaml", "--plain").returncode == 0
    scores = [event["data"]["score"] for event in events(switchyard) if event["type"] == "model.quality_scored"]
    assert scores == [0, 0, 1]

RECORDED = """\
version: 1
id: recorded
inputs: {n: {type: integer, default: 2}, token: secret}
steps:
  - id: flaky
    run: echo x >> tries; [ "$(wc -l < tries)" -ge 2 ] && echo {{ inputs.n }} {{ secrets.token }}
    retry: {max_attempts: 3, backoff: {initial: 1ms}}
  - {id: slow, run: sleep 60, timeout: 200ms, on_failure: continue}
  - {id: each, foreach: {items: "{{ [1, 2, 3] }}"}, run: "echo {{ item }}"}
  - {id: confirm, approval: {message: "go on?"}}
  - {id: last, when: "${{ steps.confirm.output.approved }}", run: "echo {{ steps.flaky.output }}"}
outputs: {last: "{{ steps.last.output }}", each: "{{ steps.each.output }}"}
"""


def test_a_pipeline_is_tested_against_a_recorded_run(switchyard):
    switchyard.write(RECORDED)
    switchyard.environment["TOKEN"] = "a-secret-of-then"
    ran = switchyard.run("run", "pipeline.yaml", "--plain", "--secret", "token=env:TOKEN", "--approve", "confirm")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    del switchyard.environment["TOKEN"]
    same = switchyard.run("test", "pipeline.yaml", "--from-run", "last")
    assert (same.returncode, same.stdout) == (0, "pipeline.yaml: 8 steps, as in run #1\n"), same.stderr
    switchyard.write(RECORDED.replace("echo {{ item }}", "echo item {{ item }}").replace("id: slow", "id: idle"))
    other = switchyard.run("test", "pipeline.yaml", "--from-run", "1", "--json")
    assert other.returncode == 1
    differences = json.loads(other.stdout)["differences"]
    assert [(difference["kind"], difference["step"]) for difference in differences] == [
        ("unrecorded", "idle"), ("input", "each[0]"), ("input", "each[1]"), ("input", "each[2]"), ("gone", "slow")]
    assert len((switchyard.folder / "tries").read_text().splitlines()) == 2
