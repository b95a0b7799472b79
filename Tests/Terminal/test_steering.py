"""Steering a run from another process, and going on from what is recorded."""

import json

from conftest import eventually

GATED = """\
version: 1
id: gated
inputs: {word: {type: string, default: hello}}
steps:
  - id: first
    run: |
      echo {{ inputs.word }} | tee -a first.count
      while [ ! -e gate ]; do sleep 0.02; done
  - {id: second, needs: [first], run: "echo second >> second.count; test ! -e broken"}
  - {id: third, needs: [second], run: echo third >> third.count}
"""


def count(switchyard, name):
    path = switchyard.folder / f"{name}.count"
    return len(path.read_text().split()) if path.exists() else 0


def events(switchyard, run="last"):
    lines = switchyard.run("events", run, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


def types(switchyard, run="last"):
    return [(event["type"], event.get("step")) for event in events(switchyard, run)]


def begun(switchyard):
    """A run whose first step is under way, in a process of its own."""
    process = switchyard.start("run", switchyard.write(GATED), "--plain")
    eventually(lambda: count(switchyard, "first") == 1, "the first step began")
    return process


def test_a_second_terminal_pauses_steps_and_lets_go(switchyard):
    process = begun(switchyard)
    assert switchyard.run("pause", "last").stdout == "run #1: paused\n"
    refused = switchyard.run("pause", "last")
    assert (refused.returncode, refused.stderr) == (2, "switchyard: the run is already paused\n")
    (switchyard.folder / "gate").touch()
    eventually(lambda: ("step.ready", "second") in types(switchyard), "the second step is ready")
    assert count(switchyard, "second") == 0
    assert switchyard.run("step", "last").stdout == "run #1: one step starts\n"
    eventually(lambda: ("step.ready", "third") in types(switchyard), "the third step is ready")
    assert count(switchyard, "third") == 0
    assert switchyard.run("unpause", "last").returncode == 0
    assert process.wait(timeout=20) == 0
    actors = {event["type"]: event.get("actor") for event in events(switchyard) if event.get("actor")}
    assert actors["run.paused"] == actors["run.resumed"] == "user:ada@cli"
    ended = switchyard.run("pause", "last")
    assert (ended.returncode, ended.stderr) == (2, "switchyard: run #1 has ended: succeeded\n")


def test_a_breakpoint_and_a_skip(switchyard):
    process = begun(switchyard)
    assert switchyard.run("break", "last", "--step", "second").stdout == "run #1: will pause before second\n"
    assert "is no condition" in switchyard.run("break", "last", "--when", "cost >").stderr
    assert "the run has no step nope" in switchyard.run("break", "last", "--step", "nope").stderr
    (switchyard.folder / "gate").touch()
    eventually(lambda: ("breakpoint.hit", "second") in types(switchyard), "the breakpoint is hit")
    assert switchyard.run("skip", "last", "--step", "second").stdout == "run #1: goes on without second\n"
    # What needs nothing but skipped steps is skipped too, so nothing is left that could be paused.
    assert process.wait(timeout=20) == 0
    assert (count(switchyard, "second"), count(switchyard, "third")) == (0, 0)


def test_cancelling_from_elsewhere(switchyard):
    process = begun(switchyard)
    assert switchyard.run("cancel", "last").returncode == 0
    assert process.wait(timeout=20) == 130
    assert types(switchyard)[-1][0] == "run.cancelled"


def test_nobody_has_the_run(switchyard):
    process = begun(switchyard)
    process.kill()
    process.wait()
    answer = switchyard.run("approve", "last", "--step", "first")
    assert answer.returncode == 2
    assert answer.stderr == (
        "switchyard: no process has run #1\n  hint: `switchyard resume 1 --approve first` goes on with it\n")
    # Its step lives on until somebody resumes the run.
    (switchyard.folder / "gate").touch()


def test_retry_does_again_only_what_did_not_succeed(switchyard):
    (switchyard.folder / "gate").touch()
    (switchyard.folder / "broken").touch()
    assert switchyard.run("run", switchyard.write(GATED), "--plain").returncode == 1
    (switchyard.folder / "broken").unlink()
    again = switchyard.run("retry", "last", "--plain")
    assert again.returncode == 0, again.stderr
    assert again.stderr == "switchyard: takes over 1 result of run #1\n"
    assert [count(switchyard, name) for name in ("first", "second", "third")] == [1, 2, 1]
    # From a step on, it and what follows from it.
    assert switchyard.run("retry", "2", "--from", "third", "--plain").returncode == 0
    assert [count(switchyard, name) for name in ("first", "second", "third")] == [1, 2, 2]


def test_a_fork_goes_another_way(switchyard):
    (switchyard.folder / "gate").touch()
    assert switchyard.run("run", switchyard.write(GATED), "--plain").returncode == 0
    assert switchyard.run("fork", "1", "--at", "third", "--plain").returncode == 0
    assert [count(switchyard, name) for name in ("first", "second", "third")] == [1, 1, 2]
    # Another input: what read it is done again, what did not is not.
    assert switchyard.run("fork", "1", "--at", "third", "--input", "word=bye", "--plain").returncode == 0
    assert [count(switchyard, name) for name in ("first", "second", "third")] == [2, 1, 3]
    wrong = switchyard.run("fork", "1", "--at", "99", "--plain")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("switchyard: the run has no event 99: they are numbered from 1 to ")


def test_an_edited_definition(switchyard):
    (switchyard.folder / "gate").touch()
    assert switchyard.run("run", switchyard.write(GATED), "--plain").returncode == 0
    edited = switchyard.run(
        "retry", "1", "--from", "third", "--edit", "--plain", env={"EDITOR": "sed -i s/third.count/edited.count/"})
    assert edited.returncode == 0, edited.stderr
    assert (count(switchyard, "third"), count(switchyard, "edited")) == (1, 1)
    same = switchyard.run("retry", "1", "--edit", "--plain", env={"EDITOR": "true"})
    assert same.stderr == "switchyard: the definition was left as it is; nothing was started\n"


def test_a_fork_that_was_killed_still_knows_what_it_takes_over(switchyard):
    (switchyard.folder / "gate").touch()
    (switchyard.folder / "broken").touch()
    assert switchyard.run("run", switchyard.write(GATED), "--plain").returncode == 1
    process = switchyard.start("retry", "1", "--plain", "--slots", "1")
    process.wait(timeout=20)
    (switchyard.folder / "broken").unlink()
    again = switchyard.run("retry", "2", "--plain")
    assert again.returncode == 0, again.stderr
    assert count(switchyard, "first") == 1
