"""Edit and retry from the dashboard: an editor has the terminal for a while, and everything is as before afterwards."""

import json
import os
import pathlib
import re
import signal

import pytest

from conftest import PROGRAM, eventually

SIZES = [(120, 36), (80, 24)]

# `second` fails until its command is edited.
BROKEN = """\
version: 1
id: broken
steps:
  - {id: first, run: echo first >> first.count}
  - {id: second, needs: [first], run: "echo second >> second.count; test -e fixed"}
  - {id: third, needs: [second], run: echo third >> third.count}
"""

# An editor that holds the terminal until a test lets it go.
WAITING = "touch editing; while [ ! -e go-editor ]; do sleep 0.02; done"


def editor(switchyard, script):
    """Makes an editor of a shell script; `$1` is the file."""
    path = switchyard.folder / "editor"
    path.write_text("#!/bin/sh\n" + script + "\n")
    path.chmod(0o755)


def count(switchyard, name):
    path = switchyard.folder / f"{name}.count"
    return len(path.read_text().split()) if path.exists() else 0


def counts(switchyard):
    return [count(switchyard, name) for name in ("first", "second", "third")]


def exists(switchyard, name):
    return eventually((switchyard.folder / name).exists, f"{name} is there")


def events(switchyard, run):
    return [json.loads(line) for line in switchyard.run("events", run, "--json").stdout.splitlines()]


def failed_run(tmux, switchyard, size=(120, 36), editor="./editor", before=""):
    """A dashboard on a run that failed, with temporary files in a folder of its own."""
    window = tmux(*size)
    switchyard.write(BROKEN)
    (switchyard.folder / "tmp").mkdir()
    window.shell(f"{before}export TMPDIR=$PWD/tmp VISUAL= EDITOR={editor}")
    window.shell(f"clear; sh -c 'echo $$ > pid; exec {PROGRAM} run pipeline.yaml'; echo rc=$?")
    window.eventually("FAILED")
    # One that ended before the dashboard looked is a replay, whose key bar is full.
    eventually(lambda: re.search(r"e edit|event 13 of 13", window.screen()), lambda: window.screen())
    return window


def left_files(switchyard):
    return sorted((switchyard.folder / "tmp").iterdir())


def modes_are_back(window, switchyard):
    window.shell("stty -a > after")
    exists(switchyard, "after")
    before = (switchyard.folder / "before").read_text()
    eventually(lambda: (switchyard.folder / "after").read_text() == before, "stty -a as it was")


def is_back(window):
    assert window.show("#{alternate_on} #{cursor_flag}") == "1 0"


@pytest.mark.parametrize("size", SIZES)
def test_an_edited_definition_takes_over_what_still_fits(tmux, switchyard, size):
    editor(switchyard, "sed -i 's/test -e fixed/true/' \"$1\"")
    window = failed_run(tmux, switchyard, size)
    assert counts(switchyard) == [1, 1, 0]
    window.keys("e")
    window.eventually(["#2", "SUCCEEDED"])
    is_back(window)
    assert counts(switchyard) == [1, 2, 1]
    taken = [event for event in events(switchyard, 2) if event["data"].get("cached_from")]
    assert [event["step"] for event in taken] == ["first"]
    assert left_files(switchyard) == []
    # What ran is what was edited, and the run it came from is as it was.
    assert "true" in events(switchyard, 2)[0]["data"]["definition"]
    assert "test -e fixed" in events(switchyard, 1)[0]["data"]["definition"]


def test_a_replay_can_be_edited_too(tmux, switchyard):
    editor(switchyard, "sed -i 's/test -e fixed/true/' \"$1\"")
    switchyard.write(BROKEN)
    switchyard.run("run", "pipeline.yaml", "--plain")
    window = tmux(120, 36)
    window.shell(f"VISUAL=./editor {PROGRAM} replay last")
    window.eventually(["Replay", "event 13 of 13"])
    window.keys("e")
    window.eventually(["#2", "SUCCEEDED"])
    assert counts(switchyard) == [1, 2, 1]


@pytest.mark.parametrize("size", SIZES)
def test_an_invalid_edit_is_explained_and_edited_again(tmux, switchyard, size):
    editor(switchyard, r"""
if grep -q frist "$1"; then sed -i 's/frist/first/; s/test -e fixed/true/' "$1"
else sed -i 's/needs: .first./needs: [frist]/' "$1"; fi""")
    window = failed_run(tmux, switchyard, size)
    window.keys("e")
    screen = window.eventually(["pipeline.yaml:5:", "error", "frist", "^", "did you mean `first`?", "Enter edits it again"])
    assert "needs: [frist]" in screen
    assert window.show("#{alternate_on}") == "0"
    # Something else is no answer.
    window.shell("nonsense")
    eventually(lambda: window.screen().count("Enter edits it again") == 2, "the question again")
    window.keys("Enter")
    window.eventually(["#2", "SUCCEEDED"])
    is_back(window)
    assert counts(switchyard) == [1, 2, 1]
    assert left_files(switchyard) == []


@pytest.mark.parametrize("answer", ["q", "C-c", "C-d"])
def test_giving_up_keeps_the_text(tmux, switchyard, answer):
    editor(switchyard, "sed -i 's/needs: .first./needs: [frist]/' \"$1\"")
    window = failed_run(tmux, switchyard, (80, 24))
    window.keys("e")
    window.eventually("Enter edits it again")
    window.keys(*([answer, "Enter"] if answer == "q" else [answer]))
    window.eventually(["given up; the edited text is in", "FAILED"])
    is_back(window)
    [left] = left_files(switchyard)
    assert "frist" in left.read_text() and left.name.endswith("-pipeline.yaml")
    assert counts(switchyard) == [1, 1, 0]
    assert len(json.loads(switchyard.run("runs", "--json").stdout)) == 1


def test_a_new_input_is_asked_for(tmux, switchyard):
    editor(switchyard, "sed -i 's/^steps:/inputs: {word: {type: string}}\\nsteps:/; "
                       "s/test -e fixed/echo {{ inputs.word }} > word/' \"$1\"")
    window = failed_run(tmux, switchyard)
    window.keys("e")
    window.eventually("word")
    eventually(lambda: window.show("#{alternate_on}") == "0" and "word" in window.screen(), "the question")
    window.shell("hello")
    window.eventually(["#2", "SUCCEEDED"])
    assert (switchyard.folder / "word").read_text() == "hello\n"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("program, said", [
    ("true", "the definition was left as it is; nothing was started"),
    ("no-such-editor", "the editor `no-such-editor` was not found; nothing was started"),
    ("false", "the editor `false` failed with exit code 1; nothing was started"),
])
def test_nothing_is_started_without_an_edit(tmux, switchyard, size, program, said):
    window = failed_run(tmux, switchyard, size, program, before="stty -a > before; ")
    # The last thing that comes by itself.
    before = window.eventually("nothing printed" if size[0] == 120 else "stderr:").splitlines()
    window.keys("e")
    after = window.eventually(said).splitlines()
    is_back(window)
    # All but the status line and the key bar.
    assert after[:-2] == before[:-2]
    assert left_files(switchyard) == []
    window.keys("q", "q")
    window.eventually("rc=1")
    modes_are_back(window, switchyard)


def test_an_editor_that_is_killed_leaves_no_trace_on_the_terminal(tmux, switchyard):
    editor(switchyard, "echo '# more' >> \"$1\"; printf '\\033[?1049h\\033[?1000h\\033[?25h'; stty raw -echo; "
                       + WAITING.replace("touch editing", "echo $$ > editing"))
    window = failed_run(tmux, switchyard, before="stty -a > before; ")
    screen = window.eventually("nothing printed").splitlines()
    window.keys("e")
    exists(switchyard, "editing")
    pid = eventually(lambda: (switchyard.folder / "editing").read_text().strip(), "the editor's number")
    os.kill(int(pid), signal.SIGKILL)
    after = window.eventually("was ended by signal 9; nothing was started").splitlines()
    is_back(window)
    assert window.show("#{mouse_any_flag}") == "0"
    assert after[:-2] == screen[:-2]
    # What it had written is kept.
    [left] = left_files(switchyard)
    assert left.read_text().endswith("# more\n")
    window.keys("?")
    window.eventually("pause the run")
    window.keys("q", "q", "q")
    window.eventually("rc=1")
    modes_are_back(window, switchyard)


def test_no_key_is_lost_or_doubled(tmux, switchyard):
    editor(switchyard, "IFS= read -r line; printf '%s\\n' \"$line\" >> typed")
    window = failed_run(tmux, switchyard)
    # At once: the editor gets its line, and what it does not read is the dashboard's.
    window.type("ejjk q\n?")
    window.eventually("pause the run")
    assert (switchyard.folder / "typed").read_text() == "jjk q\n"
    window.keys("Escape")
    window.eventually("FAILED")
    window.keys("e")
    window.shell("")
    window.eventually("left as it is")
    assert (switchyard.folder / "typed").read_text() == "jjk q\n\n"


def test_a_size_that_changes_behind_the_editor(tmux, switchyard):
    editor(switchyard, WAITING)
    window = failed_run(tmux, switchyard)
    window.keys("e")
    exists(switchyard, "editing")
    window.resize(80, 24)
    (switchyard.folder / "go-editor").touch()
    window.eventually(["left as it is", "second"])
    is_back(window)
    screen = window.screen()
    assert len(screen.splitlines()) == 24
    window.keys("C-r")
    eventually(lambda: window.screen().splitlines()[:-2] == screen.splitlines()[:-2],
               lambda: f"a redraw changes nothing:\n{screen}\n---\n{window.screen()}")


def test_the_shell_stops_editor_and_dashboard_together(tmux, switchyard):
    editor(switchyard, WAITING)
    window = failed_run(tmux, switchyard)
    window.keys("e")
    exists(switchyard, "editing")
    window.keys("C-z")
    # The shell has its prompt, and its own keys, back.
    window.shell("echo is''here")
    window.eventually("ishere")
    window.shell("fg")
    window.eventually("run pipeline.yaml")
    assert window.show("#{alternate_on}") == "0"
    (switchyard.folder / "go-editor").touch()
    window.eventually(["left as it is", "FAILED"])
    is_back(window)
    window.keys("C-z")
    eventually(lambda: window.show("#{alternate_on}") == "0", "suspending still works")
    window.shell("fg")
    window.eventually(["second", "FAILED"])


def test_keys_that_are_signals_are_the_editors(tmux, switchyard):
    # The key ends the `sleep` of the loop too, and a loop's status is its last command's.
    editor(switchyard, "trap 'touch interrupted' INT; " + WAITING + "; exit 0")
    window = failed_run(tmux, switchyard)
    window.keys("e")
    exists(switchyard, "editing")
    window.keys("C-c")
    exists(switchyard, "interrupted")
    (switchyard.folder / "go-editor").touch()
    window.eventually(["left as it is", "FAILED"])


def test_live_runs_go_on_behind_the_editor(tmux, switchyard):
    editor(switchyard, WAITING)
    switchyard.write("""\
version: 1
id: gated
steps:
  - {id: gate, run: "touch begun; while [ ! -e go-gate ]; do sleep 0.02; done"}
  - {id: after, needs: [gate], run: "true"}
""", "gated.yaml")
    switchyard.write(BROKEN)
    switchyard.run("run", "pipeline.yaml", "--plain")
    window = tmux(120, 36)
    window.shell(f"EDITOR=./editor {PROGRAM} run gated.yaml")
    exists(switchyard, "begun")
    window.eventually("RUNNING")
    window.keys("q")
    window.eventually("broken")
    window.keys("j", "Enter")
    window.eventually(["Replay", "event 13 of 13"])
    window.keys("e")
    exists(switchyard, "editing")
    (switchyard.folder / "go-gate").touch()
    eventually(lambda: events(switchyard, 2)[-1]["type"] == "run.succeeded", "the other run ends")
    assert window.show("#{alternate_on}") == "0"
    (switchyard.folder / "go-editor").touch()
    window.eventually(["left as it is", "Replay"])
    window.keys("q")
    eventually(lambda: re.search(r"gated.*succeeded", window.screen()), "the list knows")


@pytest.mark.parametrize("number, status", [("TERM", 143), ("HUP", 129)])
def test_a_signal_ends_the_editor_too(tmux, switchyard, number, status):
    editor(switchyard, "stty raw -echo; echo $$ > editing; while :; do sleep 0.02; done")
    window = failed_run(tmux, switchyard, before="stty -a > before; ", editor="./editor")
    window.keys("e")
    exists(switchyard, "editing")
    pid = eventually(lambda: (switchyard.folder / "editing").read_text().strip(), "the editor's number")
    os.kill(int((switchyard.folder / "pid").read_text()), getattr(signal, "SIG" + number))
    window.eventually(f"rc={status}")
    eventually(lambda: not pathlib.Path(f"/proc/{pid}").exists(), "the editor is gone")
    modes_are_back(window, switchyard)
    assert window.show("#{alternate_on} #{cursor_flag}") == "0 1"


def test_a_signal_at_the_question_ends_the_dashboard(tmux, switchyard):
    editor(switchyard, "sed -i 's/needs: .first./needs: [frist]/' \"$1\"")
    window = failed_run(tmux, switchyard, before="stty -a > before; ")
    window.keys("e")
    window.eventually("Enter edits it again")
    os.kill(int((switchyard.folder / "pid").read_text()), signal.SIGTERM)
    window.eventually("rc=143")
    modes_are_back(window, switchyard)
