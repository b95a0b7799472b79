"""Runs beside one another, and in one another."""

import json

from conftest import eventually

QUEUED = """\
version: 1
id: queued
concurrency: {group: deploy, on_conflict: POLICY}
steps:
  - {id: work, run: "echo began >> began; while [ ! -e gate ]; do sleep 0.02; done"}
"""

PARENT = """\
version: 1
id: parent
inputs: {who: {type: string, default: Ada}}
steps:
  - {id: greet, pipeline: {path: parts/child.yaml, inputs: {name: "{{ inputs.who }}"}}}
  - {id: tell, run: "echo told {{ steps.greet.output.text }}"}
"""

CHILD = """\
version: 1
id: child
inputs: {name: string}
steps:
  - id: say
    effect: idempotent
    run: "echo began >> began; while [ ! -e gate ]; do sleep 0.02; done; echo hello {{ inputs.name }}"
outputs: {text: "{{ steps.say.output }}"}
"""


def runs(switchyard):
    return json.loads(switchyard.run("runs", "--json").stdout)


def states(switchyard):
    return [run["status"] for run in runs(switchyard)]


def test_runs_of_a_group_take_turns(switchyard):
    switchyard.write(QUEUED.replace("POLICY", "queue"))
    first = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually((switchyard.folder / "began").exists, "the first run to begin")
    second = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually(lambda: states(switchyard) == ["waiting", "running"], "the second to queue")
    (switchyard.folder / "gate").touch()
    assert first.wait(timeout=15) == 0 and second.wait(timeout=15) == 0
    assert states(switchyard) == ["succeeded", "succeeded"]


def test_a_run_is_rejected_while_another_of_its_group_is_under_way(switchyard):
    switchyard.write(QUEUED.replace("POLICY", "reject"))
    first = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually((switchyard.folder / "began").exists, "the first run to begin")
    second = switchyard.run("run", "pipeline.yaml", "--plain")
    assert second.returncode == 1
    assert "of the concurrency group deploy is under way" in second.stdout
    (switchyard.folder / "gate").touch()
    assert first.wait(timeout=15) == 0


def test_a_newer_run_ends_the_one_of_another_process(switchyard):
    switchyard.write(QUEUED.replace("POLICY", "cancel_older"))
    first = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually((switchyard.folder / "began").exists, "the first run to begin")
    second = switchyard.start("run", "pipeline.yaml", "--plain")
    assert first.wait(timeout=15) == 130
    (switchyard.folder / "gate").touch()
    assert second.wait(timeout=15) == 0
    assert states(switchyard) == ["succeeded", "cancelled"]


def test_a_killed_run_goes_on_with_the_run_inside_of_it(switchyard):
    (switchyard.folder / "parts").mkdir()
    switchyard.write(PARENT)
    switchyard.write(CHILD, "parts/child.yaml")
    process = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually((switchyard.folder / "began").exists, "the run inside to begin")
    process.kill()
    process.wait()
    assert states(switchyard) == ["interrupted", "interrupted"]
    (switchyard.folder / "gate").touch()
    resumed = switchyard.run("resume", "1", "--plain")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "told hello Ada" in resumed.stdout
    assert [(run["pipeline"], run["status"]) for run in runs(switchyard)] == [
        ("child", "succeeded"), ("parent", "succeeded")]
    assert switchyard.run("verify", "--all").returncode == 0


def test_what_is_wrong_with_a_pipeline_inside_is_told_before_anything_runs(switchyard):
    (switchyard.folder / "parts").mkdir()
    switchyard.write(CHILD, "parts/child.yaml")
    switchyard.write(PARENT.replace("name:", "nam:").replace(
        'run: "echo told {{ steps.greet.output.text }}"', "pipeline: {path: pipeline.yaml}"))
    refused = switchyard.run("run", "pipeline.yaml", "--plain")
    assert refused.returncode == 2
    assert "pipeline child has no input `nam`" in refused.stderr
    assert "did you mean `name`?" in refused.stderr
    assert "these pipelines stand in one another: pipeline.yaml → pipeline.yaml" in refused.stderr
    assert runs(switchyard) == []
