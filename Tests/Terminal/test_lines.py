"""What the program prints and returns when nobody looks at a dashboard."""

import fcntl
import json
import re
import signal
import struct
import termios

from conftest import eventually, processes_in_group

CHAIN = """\
version: 1
id: chain
steps:
  - {id: third, needs: [second], run: cat order && echo third >> order}
  - {id: first, run: echo first >> order}
  - {id: second, needs: [first], run: echo second >> order}
"""


def bytes_waiting(stream):
    """How much a pipe holds."""
    return struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, bytes(4)))[0]


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_chain_keeps_its_order(switchyard):
    run = switchyard.run("run", switchyard.write(CHAIN), "--plain")
    assert run.returncode == 0, run.stderr
    assert (switchyard.folder / "order").read_text().split() == ["first", "second", "third"]


def test_json_lines_are_the_events_of_the_store_and_fold_to_the_same_state(switchyard):
    run = switchyard.run("run", switchyard.write(CHAIN), "--json")
    printed = events(run.stdout)
    assert [event["seq"] for event in printed] == list(range(1, len(printed) + 1))
    assert events(switchyard.run("events", "last", "--json").stdout) == printed
    shown = json.loads(switchyard.run("show", "--json").stdout)
    assert shown["last_seq"] == len(printed)
    assert shown["status"] == "succeeded"
    assert {step["step"]: step["state"] for step in shown["steps"]} == dict.fromkeys(
        ["first", "second", "third"], "succeeded")
    replayed = switchyard.run("replay", "last", "--json").stdout
    assert replayed == run.stdout


def test_both_stores_record_the_same(switchyard):
    file = switchyard.write(CHAIN)
    types = []
    for store in ("lite", "jsonl:lines"):
        (switchyard.folder / "order").unlink(missing_ok=True)
        assert switchyard.run("run", file, "--json", "--store", store).returncode == 0
        listed = switchyard.run("events", "--json", "--store", store).stdout
        # Two processes may report their group in either order; a chain has one at a time.
        types.append([event["type"] for event in events(listed)])
    assert types[0] == types[1]


def test_sentences_for_screen_readers(switchyard):
    run = switchyard.run("run", switchyard.write(CHAIN), "--linear")
    lines = run.stdout.splitlines()
    assert lines and all(re.fullmatch(r"[A-Z].*[.!]|Step \w+ prints: .*", line) for line in lines), run.stdout
    assert [line for line in lines if "prints:" in line] == ["Step third prints: first", "Step third prints: second"]


def test_a_failed_run_exits_with_1_and_says_why(switchyard):
    file = switchyard.write("version: 1\nid: x\nsteps:\n  - {id: a, run: exit 3}\n")
    run = switchyard.run("run", file, "--plain")
    assert run.returncode == 1
    assert "exited with status 3" in run.stdout


def test_interrupt_cancels_and_leaves_no_process(switchyard):
    file = switchyard.write("""\
version: 1
id: tree
steps:
  - id: deep
    run: |
      trap '' TERM
      (trap '' TERM; sleep 1000) &
      echo up
      sleep 1000
finally:
  - {id: clean, run: echo cleaned}
""")
    process = switchyard.start("run", file, "--json")
    group = None
    for line in process.stdout:
        event = json.loads(line)
        if event["type"] == "step.progress":
            group = event["data"]["process_group"]
            break
    eventually(lambda: len(processes_in_group(group)) >= 2, "two processes in the step's group")
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert processes_in_group(group) == []
    types = [event["type"] for event in events(rest)]
    assert "run.cancel_requested" in types and types[-1] == "run.cancelled"
    assert any(event.get("step") == "finally/clean" and event["type"] == "step.succeeded" for event in events(rest))


def test_term_ends_every_process_and_leaves_the_run_interrupted(switchyard):
    file = switchyard.write("version: 1\nid: x\nsteps:\n  - {id: a, run: sleep 1000}\n")
    process = switchyard.start("run", file, "--json")
    group = next(json.loads(line)["data"]["process_group"] for line in process.stdout if "step.progress" in line)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 143
    assert processes_in_group(group) == []
    assert json.loads(switchyard.run("runs", "--json").stdout)[0]["status"] == "interrupted"


def test_a_reader_that_goes_away_does_not_end_the_run(switchyard):
    file = switchyard.write("version: 1\nid: x\nsteps:\n  - {id: a, run: sleep 0.3}\n  - {id: b, needs: [a], run: echo}\n")
    process = switchyard.start("run", file, "--json")
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert json.loads(switchyard.run("show", "--json").stdout)["status"] == "succeeded"


def test_bad_input_is_explained_and_nothing_is_recorded(switchyard):
    head = "version: 1\nid: x\nsteps:\n"
    cases = {
        "version: 1\nid: x\nsteps:\n  - {id: a, run: echo\n": r"p\.yaml:\d+:\d+: error: ",
        head + "  - {id: a, run: echo, tiemout: 3s}\n": r"p\.yaml:4:\d+: error: .*tiemout",
        head + "  - {id: a, needs: [b], run: echo}\n  - {id: b, needs: [a], run: echo}\n":
            r"p\.yaml:\d+:\d+: error: .*a → b → a",
        head + "  - {id: a, tool: file.raed, with: {path: x}}\n": r"p\.yaml:4:\d+: error: .*file\.raed",
        head + "  - {id: a, run: 'echo {{ steps.b.output }}'}\n": r"p\.yaml:4:\d+: error: .*`b`",
    }
    for text, message in cases.items():
        run = switchyard.run("run", switchyard.write(text, "p.yaml"), "--plain")
        assert run.returncode == 2, text
        assert re.search(message, run.stderr), (text, run.stderr)
        assert "^" in run.stderr
        assert run.stdout == ""
    run = switchyard.run("run", "missing.yaml", "--plain")
    assert run.returncode == 2 and run.stderr.startswith("missing.yaml:1:1: error: ")
    typed = switchyard.write("version: 1\nid: x\ninputs:\n  n: integer\nsteps:\n  - {id: a, run: echo}\n", "p.yaml")
    run = switchyard.run("run", typed, "--plain", "--input", "n=abc")
    assert run.returncode == 2 and re.match(r"p\.yaml:4:\d+: error: .*integer", run.stderr), run.stderr
    assert not switchyard.store.exists()


def test_bad_usage_exits_with_2(switchyard):
    for arguments in (["rnu"], ["run"], ["run", "x.yaml", "--slots", "0"], ["show", "77"], ["run", "--nonsense"]):
        run = switchyard.run(*arguments)
        assert run.returncode == 2, arguments
        assert run.stderr and not run.stdout, arguments


def test_a_store_that_cannot_be_used_says_so(switchyard):
    file = switchyard.write(CHAIN)
    (switchyard.folder / "file").write_text("")
    for store in ("file", "file/below", "/proc/switchyard"):
        run = switchyard.run("run", file, "--plain", "--store", store)
        assert run.returncode == 2
        assert run.stderr.startswith("switchyard: the store "), run.stderr
        assert not (switchyard.folder / "order").exists()


def test_hostile_output_never_reaches_the_terminal_as_bytes(switchyard):
    file = switchyard.write(r"""
version: 1
id: hostile
steps:
  - id: bytes
    run: printf 'a\033[31mred\033]52;c;aGk\a\rX\302\233 C1 \342\200\256bidi\n'
  - id: again
    argv: [printf, "%s", "${{ steps.bytes.output }}"]
""")
    for form in ("--plain", "--linear", "--json"):
        run = switchyard.run("run", file, form)
        assert run.returncode == 0
        bad = [c for c in run.stdout if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066"]
        assert bad == [], form
    assert "‹ESC›" in switchyard.run("show", "last", "bytes").stdout


def test_files_of_the_store_are_private(switchyard):
    switchyard.run("run", switchyard.write(CHAIN), "--plain")
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in switchyard.store.rglob("*") if path.is_file()}
    assert modes and set(modes.values()) == {"0o600"}, modes


def test_every_verb_has_help_with_an_example(switchyard):
    for verb in ("run", "validate", "plan", "runs", "show", "events", "replay", "themes"):
        help = switchyard.run(verb, "--help")
        assert help.returncode == 0
        assert "switchyard " + verb in help.stdout.split("USAGE")[0], verb


def test_doctor_finds_what_is_here(switchyard):
    run = switchyard.run("doctor", "--json")
    findings = {finding["check"]: finding["state"] for finding in json.loads(run.stdout)}
    assert findings["store"] == "fine" and findings["bash"] == "fine"


def test_a_reader_that_stalls_keeps_nobody_from_ending_the_program(switchyard):
    file = switchyard.write("version: 1\nid: flood\nsteps:\n  - {id: a, run: yes flood | head -c 5000000; sleep 1000}\n"
                            "  - {id: quick, run: sleep 0.2}\n")
    process = switchyard.start("run", file, "--plain")
    # Nobody reads: the pipe fills, and the program's write waits.
    waiting = []

    def is_stuck():
        waiting.append(bytes_waiting(process.stdout))
        return len(waiting) > 25 and waiting[-1] > 10_000 and len(set(waiting[-25:])) == 1

    eventually(is_stuck, "a full pipe")
    groups = lambda: json.loads(switchyard.run("show", "--json").stdout)["steps"][0]["attempts"]
    group = eventually(lambda: groups() and groups()[0].get("process_group"), "a process group")
    # The record goes on without the reader.
    state = lambda: json.loads(switchyard.run("show", "last", "quick", "--json").stdout)["state"]
    eventually(lambda: state() == "succeeded", "the other step is recorded")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 143
    assert processes_in_group(group) == []


def test_stepping_needs_a_dashboard(switchyard):
    run = switchyard.run("run", switchyard.write(CHAIN), "--plain", "--step")
    assert run.returncode == 2 and "--step" in run.stderr
    assert switchyard.run("runs").stdout.startswith("nothing")


def test_a_replay_slower_than_any_clock_is_no_crash(switchyard):
    switchyard.run("run", switchyard.write(CHAIN), "--plain")
    process = switchyard.start("replay", "last", "--plain", "--speed", "1e-300")
    assert process.stdout.readline()
    process.terminate()
    assert process.wait(timeout=10) == -signal.SIGTERM
