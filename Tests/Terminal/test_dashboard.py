"""The dashboard as a person meets it: in tmux, at two sizes, with the keys of a keyboard."""

import json
import os
import re
import signal
import subprocess

import pytest

from conftest import PROGRAM, eventually, processes_in_group

SIZES = [(120, 36), (80, 24)]

# Each step waits for a file, so that a test decides when it ends.
GATED = """\
version: 1
id: gated
steps:
  - {id: alpha, run: "while [ ! -e go-alpha ]; do sleep 0.02; done; echo alpha is done"}
  - {id: beta, run: "while [ ! -e go-beta ]; do sleep 0.02; done"}
  - {id: gamma, needs: [alpha, beta], run: "while [ ! -e go-gamma ]; do sleep 0.02; done"}
"""

STUBBORN = """\
version: 1
id: stubborn
steps:
  - id: deep
    run: |
      trap '' TERM
      (trap '' TERM; sleep 1000) &
      echo up
      sleep 1000
"""


def row(screen, step):
    """The line of the steps pane that shows a step."""
    lines = [line for line in screen.splitlines() if re.search(rf"\b{step}\b +(bash|sh)\b", line)]
    return lines[0] if lines else ""


def has_state(window, step, state):
    return eventually(lambda: state in row(window.screen(), step), lambda: f"{step} {state}:\n{window.screen()}")


def open_run(tmux, switchyard, text, size, *options):
    window = tmux(*size)
    switchyard.write(text)
    window.shell(" ".join([PROGRAM, "run", "pipeline.yaml", *options]))
    return window


def go(switchyard, step):
    (switchyard.folder / f"go-{step}").touch()


def events(switchyard):
    return [json.loads(line) for line in switchyard.run("events", "last", "--json").stdout.splitlines()]


@pytest.mark.parametrize("size", SIZES)
def test_steps_change_state_live(tmux, switchyard, size):
    window = open_run(tmux, switchyard, GATED, size)
    window.eventually(["alpha", "beta", "gamma", "RUNNING"])
    has_state(window, "alpha", "running")
    has_state(window, "gamma", "waiting")
    go(switchyard, "alpha")
    has_state(window, "alpha", "done")
    has_state(window, "gamma", "waiting")
    go(switchyard, "beta")
    has_state(window, "gamma", "running")
    go(switchyard, "gamma")
    window.eventually("SUCCEEDED")


@pytest.mark.parametrize("size", SIZES)
def test_pause_holds_and_step_starts_exactly_one(tmux, switchyard, size):
    window = open_run(tmux, switchyard, GATED, size, "--step")
    window.eventually("PAUSED")
    window.keys("s")
    has_state(window, "alpha", "running")
    assert "running" not in row(window.screen(), "beta")
    assert [event["step"] for event in events(switchyard) if event["type"] == "step.started"] == ["alpha"]
    window.keys("p")
    has_state(window, "beta", "running")
    window.keys("p")
    window.eventually("PAUSED")
    go(switchyard, "alpha")
    go(switchyard, "beta")
    has_state(window, "beta", "done")
    has_state(window, "gamma", "ready")
    window.keys("p")
    has_state(window, "gamma", "running")
    go(switchyard, "gamma")
    window.eventually("SUCCEEDED")


@pytest.mark.parametrize("size", SIZES)
def test_cancel_asks_and_leaves_no_process(tmux, switchyard, size):
    window = open_run(tmux, switchyard, STUBBORN, size)
    has_state(window, "deep", "running")

    def group():
        found = [event["data"]["process_group"] for event in events(switchyard) if event["type"] == "step.progress"]
        return found[0] if found else None

    group = eventually(group, "a process group in the log")
    eventually(lambda: len(processes_in_group(group)) >= 2, "two processes in the group")
    window.keys("C")
    window.eventually("y ")
    window.keys("Enter")
    eventually(lambda: "any other key" not in window.screen(), "Enter closes the question")
    has_state(window, "deep", "running")
    window.keys("C")
    window.eventually("any other key")
    window.keys("y")
    window.eventually("CANCELLED")
    assert processes_in_group(group) == []
    assert events(switchyard)[-1]["type"] == "run.cancelled"


@pytest.mark.parametrize("number, status", [("TERM", 143), ("HUP", 129), ("SEGV", 139), ("KILL", 137)])
def test_every_way_out_gives_the_terminal_back(tmux, switchyard, number, status):
    window = tmux(120, 36)
    switchyard.write(GATED)
    window.shell("stty -a > before; export SWIFT_BACKTRACE=enable=no")
    window.shell(f"clear; sh -c 'echo $$ > pid; exec {PROGRAM} run pipeline.yaml'; echo rc=$?")
    window.eventually(["alpha", "RUNNING"])
    assert window.show("#{alternate_on} #{cursor_flag}") == "1 0"
    os.kill(int((switchyard.folder / "pid").read_text()), getattr(signal, "SIG" + number))
    eventually(lambda: window.show("#{alternate_on} #{cursor_flag}") == "0 1", "the screen is given back")
    if number != "KILL":
        window.eventually(f"rc={status}")

    def modes_are_back():
        # After KILL a guard process sets them right, a moment after the shell has its prompt again.
        window.shell("stty -a > after")
        after = switchyard.folder / "after"
        return after.exists() and after.read_text() == (switchyard.folder / "before").read_text()

    eventually(modes_are_back, "stty -a as it was")
    for step in ("alpha", "beta"):
        go(switchyard, step)


def test_quitting_gives_the_terminal_back_and_says_what_was(tmux, switchyard):
    window = tmux(80, 24)
    switchyard.write("version: 1\nid: short\nsteps:\n  - {id: only, run: echo hello}\n")
    window.shell("stty -a > before")
    window.shell(f"{PROGRAM} run pipeline.yaml; echo rc=$?; stty -a > after")
    window.eventually("SUCCEEDED")
    window.keys("q")
    window.eventually("Runs")
    window.keys("q")
    screen = window.eventually("rc=0")
    assert "short" in screen and "switchyard replay" in screen
    assert (switchyard.folder / "after").read_text() == (switchyard.folder / "before").read_text()


def test_alone_it_opens_everything_recorded(tmux, switchyard):
    switchyard.write("version: 1\nid: short\nsteps:\n  - {id: only, run: echo hello}\n")
    switchyard.run("run", "pipeline.yaml", "--plain")
    window = tmux(80, 24)
    window.shell(PROGRAM)
    window.eventually(["Runs", "short", "succeeded"])
    window.keys("Enter")
    window.eventually(["short", "only", "SUCCEEDED"])
    window.keys("q")
    window.eventually("Runs")
    window.keys("q")
    window.eventually("ready>")


def test_suspend_and_resume(tmux, switchyard):
    window = open_run(tmux, switchyard, GATED, (120, 36))
    window.eventually(["alpha", "RUNNING"])
    window.keys("C-z")
    eventually(lambda: window.show("#{alternate_on}") == "0", "the screen is given back")
    window.shell("fg")
    window.eventually(["alpha", "RUNNING"])
    go(switchyard, "alpha")
    has_state(window, "alpha", "done")


def test_resizing_never_breaks_the_screen(tmux, switchyard):
    window = open_run(tmux, switchyard, GATED, (120, 36))
    window.eventually(["alpha", "RUNNING"])
    for columns, rows in [(80, 24), (60, 16), (40, 10), (20, 5), (200, 50), (120, 36)]:
        window.resize(columns, rows)
        if columns >= 60:
            window.eventually("alpha")
    def steps():
        # Without the times, which go on.
        return [row(window.screen(), step)[:30] for step in ("alpha", "beta", "gamma")]

    window.eventually(["alpha", "beta", "gamma", "RUNNING"])
    before = steps()
    window.keys("C-r")
    assert steps() == before


def test_help_lists_the_keys_and_wrong_keys_do_nothing(tmux, switchyard):
    window = open_run(tmux, switchyard, GATED, (120, 36))
    window.eventually(["alpha", "RUNNING"])
    for key in ("x", "Q", "5", "0", "%", "F9", "M-p"):
        window.keys(key)
    has_state(window, "alpha", "running")
    window.keys("?")
    window.eventually(["pause", "cancel"])
    window.keys("Escape")
    eventually(lambda: "alpha" in row(window.screen(), "alpha"), "help closes")


def panes(window):
    """What live view and replay share: all rows but the header and the last two."""
    return window.screen().splitlines()[1:34]


@pytest.mark.parametrize("steps", [GATED, STUBBORN.replace("sleep 1000", "exit 3")])
def test_replay_ends_with_the_frame_the_live_run_ended_with(tmux, switchyard, steps):
    window = open_run(tmux, switchyard, steps, (120, 36))
    for step in ("alpha", "beta", "gamma"):
        go(switchyard, step)
    window.eventually(" in ")
    live = panes(window)
    window.keys("q", "q")
    window.eventually("switchyard replay")
    window.shell(f"clear; {PROGRAM} replay last")
    window.eventually("Replay")
    window.keys("G")
    eventually(lambda: panes(window) == live, lambda: "\n".join(live) + "\n---\n" + window.screen())


def test_replay_goes_event_by_event(tmux, switchyard):
    switchyard.write("version: 1\nid: short\nsteps:\n  - {id: only, run: echo hello}\n")
    switchyard.run("run", "pipeline.yaml", "--json")
    count = len(events(switchyard))
    window = tmux(120, 36)
    window.shell(f"{PROGRAM} replay last")
    window.eventually("Replay")
    window.eventually(f"of {count}")
    window.keys(",")
    window.keys("g")
    window.eventually(f"event 1 of {count}")
    window.keys(".")
    window.eventually(f"event 2 of {count}")
    window.keys(".")
    window.eventually(f"event 3 of {count}")
    window.keys(",")
    window.eventually(f"event 2 of {count}")
    window.keys("G")
    window.eventually(f"event {count} of {count}")


def test_hostile_output_harms_neither_screen_nor_memory(tmux, switchyard):
    window = open_run(tmux, switchyard, r"""
version: 1
id: hostile
steps:
  - {id: bytes, run: "printf 'a\\033[31mred\\033]0;TITLE\\a\\rX\\302\\233 C1 \\342\\200\\256bidi\\n'"}
  - {id: flood, needs: [bytes], run: "head -c 100000000 /dev/zero | tr '\\0' x | fold -w 100"}
  - {id: gate, needs: [flood], run: "while [ ! -e go-gate ]; do sleep 0.02; done"}
""", (120, 36))
    has_state(window, "gate", "running")
    pid = subprocess.run(["pgrep", "-f", f"^{PROGRAM} run"], capture_output=True, text=True).stdout.split()[0]
    status = open(f"/proc/{pid}/status").read()
    # The debug build's code alone is twice the release build's.
    assert int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) < 120_000, status
    window.keys("g")
    window.eventually("‹ESC›")
    assert window.show("#{pane_title}") != "TITLE"
    go(switchyard, "gate")
    window.eventually("SUCCEEDED")


@pytest.mark.parametrize("options, environment, bad", [
    ("--ascii", "", "[^\\x00-\\x7f]"), ("", "LC_ALL=C LANG=C", "[^\\x00-\\x7f]"), ("", "NO_COLOR=1", None),
])
def test_poor_terminals(tmux, switchyard, options, environment, bad):
    window = tmux(80, 24)
    switchyard.write(GATED)
    window.shell(f"{environment} {PROGRAM} run pipeline.yaml {options}")
    has_state(window, "alpha", "running")
    if bad:
        assert re.search(bad, window.screen()) is None
    else:
        colours = window.call("capture-pane", "-e", "-p")
        assert re.search(r"\x1b\[(3[0-7]|4[0-7]|9\d|10\d|38;|48;)", colours) is None
    for step in ("alpha", "beta", "gamma"):
        go(switchyard, step)


def test_a_dumb_terminal_gets_lines(tmux, switchyard):
    window = tmux(80, 24)
    switchyard.write("version: 1\nid: short\nsteps:\n  - {id: only, run: echo hello}\n")
    window.shell(f"TERM=dumb {PROGRAM} run pipeline.yaml; echo rc=$?")
    screen = window.eventually("rc=0")
    assert "hello" in screen


def test_quitting_ends_every_live_run_and_lets_its_finally_run(tmux, switchyard):
    window = open_run(tmux, switchyard, STUBBORN + "finally:\n  - {id: clean, run: echo cleaned}\n", (120, 36))
    has_state(window, "deep", "running")
    window.keys("C")
    window.eventually("any other key")
    window.keys("y")
    window.eventually("CANCELLED")
    window.keys("r")
    window.eventually("any other key")
    window.keys("y")
    window.eventually(["#2", "RUNNING"])
    has_state(window, "deep", "running")
    window.keys("C-c")
    window.eventually("any other key")
    window.keys("y")
    window.eventually("ready>")
    eventually(lambda: events(switchyard)[-1]["type"] == "run.cancelled", "the second run is cancelled")
    recorded = events(switchyard)
    group = [event["data"]["process_group"] for event in recorded if event["type"] == "step.progress"][0]
    assert processes_in_group(group) == []
    assert any(event.get("step") == "finally/clean" and event["type"] == "step.succeeded" for event in recorded)
