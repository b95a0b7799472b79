"""What the program says where a person slipped, asks how something is, or looks back at what was done."""

import json
import re

import pytest

from conftest import eventually


UNDONE = """\
version: 1
id: undone
steps:
  - {id: deploy, run: echo up, compensate: {run: echo down}}
  - {id: check, needs: [deploy], run: exit 1}
"""


def test_the_log_of_a_step_that_undoes_another_is_found(switchyard):
    assert switchyard.run("run", switchyard.write(UNDONE), "--plain").returncode == 1
    assert "undo deploy" in switchyard.run("show").stdout
    shown = switchyard.run("show", "last", "undo deploy")
    assert shown.returncode == 0, shown.stderr
    log = re.search(r"^log +(\S+)$", shown.stdout, re.MULTILINE)
    assert log and "down" in open(log[1]).read(), shown.stdout
    assert "script" in json.loads(switchyard.run("inspect", "last", "undo deploy").stdout)
    assert not [line for line in shown.stdout.splitlines() if line.endswith(" ")]


def test_what_runs_last_and_what_undoes_is_in_every_picture(switchyard):
    file = switchyard.write(UNDONE + "finally:\n  - {id: report, run: echo told}\n")
    for form in ("boxes", "lanes", "mermaid", "dot"):
        picture = switchyard.run("graph", file, "--form", form).stdout
        assert all(text in picture for text in ("undo deploy", "finally", "report")), picture


LISTS = """\
version: 1
id: lists
inputs: {hosts: array, more: {type: object, default: {}}}
steps:
  - {id: show, run: "echo {{ inputs.hosts | join('+') }} {{ inputs.more | json }}"}
"""


@pytest.mark.parametrize("hosts", ["[a, b]", '["a","b"]', "[a,b]"])
def test_a_list_is_given_as_in_a_pipeline_file(switchyard, hosts):
    run = switchyard.run(
        "run", switchyard.write(LISTS), "--plain", "--input", f"hosts={hosts}", "--input", "more={k: [1]}")
    assert run.returncode == 0, run.stderr
    assert 'show: a+b {"k":[1]}' in run.stdout


def test_a_list_that_is_none_says_what_to_type(switchyard):
    run = switchyard.run("run", switchyard.write(LISTS), "--plain", "--input", "hosts=a,b")
    assert run.returncode == 2 and "write `--input 'hosts=[a, b]'`" in run.stderr, run.stderr


ASKING_ITEMS = """\
version: 1
id: items
steps:
  - id: confirm
    foreach: {items: [eu, us], key: "{{ item }}"}
    approval: {message: "Publish in {{ item }}?", timeout: 1h}
  - {id: after, needs: [confirm], run: "until [ -e gate ]; do sleep 0.02; done"}
"""


def test_a_run_that_waits_for_a_person_is_listed_so(switchyard):
    process = switchyard.start("run", switchyard.write(ASKING_ITEMS), "--plain")
    status = lambda: [run["status"] for run in json.loads(switchyard.run("runs", "--json").stdout)]
    eventually(lambda: status() == ["waiting"], status)
    assert " waiting " in switchyard.run("runs").stdout
    refused = switchyard.run("approve", "last", "--step", "confirm")
    assert refused.returncode == 2
    assert "what asks now: --step 'confirm[eu]', --step 'confirm[us]'" in refused.stderr, refused.stderr
    for item in ("eu", "us"):
        assert switchyard.run("approve", "last", "--step", f"confirm[{item}]").returncode == 0
    assert status() == ["running"]
    (switchyard.folder / "gate").touch()
    assert process.wait(timeout=15) == 0
    assert status() == ["succeeded"]


def test_the_effect_of_a_step_is_explained(switchyard):
    file = switchyard.write("""\
version: 1
id: effects
steps:
  - {id: own, effect: pure, run: date}
  - {id: shell, run: date}
  - {id: tool, tool: file.read, with: {path: a}}
""")
    rows = {line.split()[1]: line for line in switchyard.run("plan", file, "--explain", "effect").stdout.splitlines()}
    assert "pure" in rows["own"] and "step pipeline.yaml:4" in rows["own"]
    assert "unsafe, by `run`" in rows["own"] and "unsafe, by `run`" in rows["shell"]
    assert "by the tool file.read" in rows["tool"]


def test_a_pipeline_that_is_not_there_has_no_place_in_it(switchyard):
    switchyard.write("version: 1\nid: child\nsteps:\n  - {id: a, run: date}\n", "child.yaml")
    file = switchyard.write("version: 1\nid: p\nsteps:\n  - {id: a, pipeline: {path: chlid.yaml}}\n")
    wrong = switchyard.run("validate", file)
    assert wrong.returncode == 2
    assert "4:13: error: chlid.yaml: there is no such file\n" in wrong.stderr, wrong.stderr
    assert "did you mean `child.yaml`?" in wrong.stderr
