"""Pipelines that are steps of others, and runs that take turns."""

import json
import re
import signal

import pytest
from conftest import eventually

ASKING = """\
version: 1
id: asking
steps:
  - {id: ok, approval: {message: "go on?"}}
  - {id: done, needs: [ok], run: echo done}
"""

NAMED = """\
version: 1
id: named
steps:
  - {id: x, run: "echo from %s"}
outputs: {x: "{{ steps.x.output | trim }}"}
"""

OUTER = """\
version: 1
id: outer
inputs: {token: {type: secret, required: false}}
steps:
  - {id: a, run: "touch begun; sleep %s", effect: pure}
  - {id: kid, needs: [a], pipeline: {path: %s}}
outputs: {kid: "{{ steps.kid.output }}"}
"""

EACH = """\
version: 1
id: each
steps:
  - {id: kid, foreach: {items: [1, 2]}, pipeline: {path: child.yaml}}
"""

TURNS = """\
version: 1
id: turns
concurrency: {group: deploy}
steps:
  - {id: a, run: "sleep 2", effect: pure}
  - {id: b, needs: [a], run: echo b}
"""


def runs(switchyard, pipeline):
    rows = [line.split() for line in switchyard.run("runs").stdout.splitlines()[1:]]
    return [row for row in rows if row[2] == pipeline]


@pytest.mark.parametrize("path", ["./pipeline.yaml", "sub/../pipeline.yaml"])
def test_a_pipeline_that_stands_in_itself_by_another_name_is_an_error(switchyard, path):
    (switchyard.folder / "sub").mkdir()
    switchyard.write(OUTER % (0, path))
    checked = switchyard.run("validate", "pipeline.yaml")
    assert checked.returncode == 2, checked.stderr
    assert "these pipelines stand in one another" in checked.stderr


def test_a_secret_is_no_input_of_another_pipeline(switchyard):
    switchyard.write((NAMED % "child").replace("id: named", "id: named\ninputs: {t: string}"), "child.yaml")
    switchyard.write(OUTER % (0, 'child.yaml, inputs: {t: "Bearer {{ secrets.token }}"}'))
    checked = switchyard.run("validate", "pipeline.yaml")
    assert checked.returncode == 2, checked.stdout
    assert "a secret cannot be given as the input `t`" in checked.stderr


def test_a_question_inside_ends_a_run_that_nobody_watches(switchyard):
    switchyard.write(ASKING, "child.yaml")
    switchyard.write(OUTER % (0, "child.yaml"))
    ran = switchyard.run("run", "pipeline.yaml", "--plain")
    assert ran.returncode == 3, ran.stderr
    assert "ok asks: go on?" in ran.stderr
    inner, outer = re.findall(r"switchyard resume (\w+)", ran.stderr)
    assert switchyard.run("resume", inner, "--plain", "--approve", "ok").returncode == 0
    assert switchyard.run("resume", outer, "--plain").returncode == 0
    assert len(runs(switchyard, "asking")) == 1


def test_a_question_inside_ends_it_also_where_another_waits_its_turn_behind_it(switchyard):
    switchyard.write(ASKING.replace("steps:", "concurrency: {group: turn, on_conflict: queue}\nsteps:"), "child.yaml")
    switchyard.write(EACH)
    ran = switchyard.run("run", "pipeline.yaml", "--plain")
    assert ran.returncode == 3, ran.stderr
    assert ran.stderr.count("ok asks: go on?") == 1
    inner, outer = re.findall(r"switchyard resume (\w+)", ran.stderr)
    assert outer == runs(switchyard, "each")[0][1]
    assert inner in [row[1] for row in runs(switchyard, "asking")]
    assert len(runs(switchyard, "asking")) == 2


def test_a_run_that_is_resumed_elsewhere_runs_the_pipelines_beside_its_own_file(switchyard):
    other = switchyard.folder / "other"
    other.mkdir()
    switchyard.write(OUTER % (1, "child.yaml"))
    switchyard.write(NAMED % "here", "child.yaml")
    (other / "pipeline.yaml").write_text(OUTER % (1, "child.yaml"))
    (other / "child.yaml").write_text(NAMED % "there")
    process = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually((switchyard.folder / "begun").exists, "the first step began")
    process.send_signal(signal.SIGKILL)
    process.wait()
    run = runs(switchyard, "outer")[0][1]
    switchyard.folder = other
    resumed = switchyard.run("resume", run, "--json")
    assert resumed.returncode == 0, resumed.stderr
    ends = [json.loads(line) for line in resumed.stdout.splitlines()]
    assert ends[-1]["data"]["outputs"] == {"kid": {"x": "from here"}}


def test_a_paused_run_of_a_group_goes_on_when_it_is_resumed_in_lines(switchyard):
    switchyard.write(TURNS)
    process = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually(lambda: "● a" in switchyard.run("events", "last").stdout, "a began")
    assert switchyard.run("pause", "last").returncode == 0
    process.send_signal(signal.SIGKILL)
    process.wait()
    resumed = switchyard.run("resume", "last", "--plain")
    assert resumed.returncode == 0, resumed.stdout
