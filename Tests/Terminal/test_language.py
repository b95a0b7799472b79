"""What a pipeline asks of a person, what it keeps secret, and how it is drawn, described and begun."""

import base64
import json
import re
import signal
import urllib.parse

import pytest

from conftest import PROGRAM, eventually, processes_in_group
from test_emulator import Emulated

ASKING = """\
version: 1
id: ask
steps:
  - {id: confirm, approval: {message: "Publish it?"}}
  - {id: publish, when: "${{ steps.confirm.output.approved }}", run: echo published >> published}
"""

# The step says in a file that it began, and goes on when a test opens the gate.
KILLED = """\
version: 1
id: killed
steps:
  - id: work
    effect: EFFECT
    run: |
      echo began >> begun
      while [ ! -e gate ]; do sleep 0.02; done
  - {id: after, needs: [work], run: echo after}
"""

ASKED = """\
version: 1
id: asked
inputs:
  name: {type: string, description: Whom to greet}
  times: {type: integer, min: 1, max: 9}
  token: secret
steps:
  - id: greet
    run: |
      echo Hello {{ inputs.name }} {{ inputs.times }} {{ secrets.token }}
      printf %s {{ secrets.token }} > told
"""

# A quote, a brace, a percent sign and a space: what JSON, the shell and URLs each write differently.
CANARY = 'cAnary-{"7f3}%9 Zq\\w'

LEAKING = """\
version: 1
id: leaking
inputs:
  token: secret
defaults: {on_failure: continue}
steps:
  - {id: printed, env: {T: "{{ secrets.token }}"}, run: 'echo "out $T"; echo "err $T" >&2; printf %s "$T" > child'}
  - {id: word, run: "echo {{ secrets.token }}"}
  - {id: apart, env: {T: "{{ secrets.token }}"}, run: 'printf %s "${T:0:7}"; sleep 0.1; echo "${T:7}"'}
  - {id: coded, env: {T: "{{ secrets.token }}"}, run: 'for before in "" x xy; do printf %s "$before$T" | base64; done'}
  - {id: argument, argv: [printf, "%s", "{{ secrets.token }}"]}
  - {id: child, env: {T: "{{ secrets.token }}"}, argv: [env]}
  - {id: passed, argv: [printf, "%s", "{{ steps.printed.output }}"]}
  - {id: message, env: {T: "{{ secrets.token }}"}, run: 'echo "no entry for $T" >&2; exit 4'}
  - {id: missing, tool: file.read, with: {path: "nowhere/{{ secrets.token }}"}}
  - id: refused
    tool: http.get
    with: {url: "http://127.0.0.1:1/{{ secrets.token }}", headers: {X-Key: "{{ secrets.token }}"}}
  - {id: written, tool: file.write, with: {path: kept, content: "{{ secrets.token }}"}}
  - {id: text, needs: [written], tool: file.read, with: {path: kept}}
  - {id: bytes, needs: [written], tool: file.read, with: {path: kept, encoding: base64}}
  - {id: value, tool: json.query, with: {value: {a: "{{ secrets.token }}"}, query: "$"}}
  - {id: items, foreach: {items: ["{{ secrets.token }}"], key: "{{ item }}"}, run: "echo {{ item }}"}
  - {id: ask, approval: {message: "Use {{ secrets.token }}?"}}
outputs:
  token: "{{ secrets.token }}"
  value: ${{ steps.value.output }}
"""

SITES = """\
version: 1
id: sites
steps:
  - {id: before, run: echo prepared}
  - {id: aside, run: echo aside}
  - id: sites
    needs: [before]
    foreach: {items: [{name: eu, port: 1}, {name: us, port: 2}], key: "{{ item.name }}"}
    steps:
      - {id: page, run: "echo page-of-{{ item.name }}"}
      - {id: size, run: "echo {{ steps.page.output }} {{ steps.before.output }}"}
"""


def events(switchyard):
    return [json.loads(line) for line in switchyard.run("events", "last", "--json").stdout.splitlines()]


def state(switchyard, step):
    return json.loads(switchyard.run("show", "last", step, "--json").stdout)["state"]


@pytest.mark.parametrize("key, answer, publish", [("a", "approved", "succeeded"), ("x", "rejected", "skipped")])
def test_an_approval_is_answered_in_the_dashboard(tmux, switchyard, key, answer, publish):
    window = tmux(120, 36)
    switchyard.write(ASKING)
    window.shell(f"{PROGRAM} run pipeline.yaml; echo rc=$?")
    window.eventually(["WAITING", "Publish it?"])
    window.keys(key)
    window.eventually("any other key")
    window.keys("n")
    eventually(lambda: "any other key" not in window.screen(), "another key closes the question")
    assert state(switchyard, "confirm") == "waiting"
    window.keys(key)
    window.eventually("any other key")
    window.keys("y")
    window.eventually(["SUCCEEDED", answer])
    assert state(switchyard, "publish") == publish
    assert (switchyard.folder / "published").exists() == (publish == "succeeded")
    answered = [event for event in events(switchyard) if event["type"] == "approval.answered"]
    assert len(answered) == 1 and "ada" in str(answered[0]["actor"])
    window.keys("q")
    window.eventually("Runs")
    window.keys("q")
    window.eventually("rc=0")


@pytest.mark.parametrize("option, publish", [("--approve", "succeeded"), ("--reject", "skipped")])
def test_a_run_that_asks_without_a_dashboard_ends_with_3_and_is_resumed(switchyard, option, publish):
    run = switchyard.run("run", switchyard.write(ASKING), "--plain")
    assert run.returncode == 3
    assert "Publish it?" in run.stdout
    name = re.search(r"`switchyard resume (\S+) --approve confirm`", run.stderr)
    assert name and "--reject" in run.stderr, run.stderr
    again = switchyard.run("resume", name[1], "--plain")
    assert again.returncode == 3 and "--approve confirm" in again.stderr
    resumed = switchyard.run("resume", name[1], option, "confirm", "--plain")
    assert resumed.returncode == 0, resumed.stderr
    # What was printed when it happened is not printed again.
    first = re.match(r"run #1 goes on at event (\d+)\n", resumed.stdout)
    assert first and "created from" not in resumed.stdout and "Publish it?" not in resumed.stdout, resumed.stdout
    assert int(first[1]) > len(run.stdout.splitlines()) - 2
    assert state(switchyard, "publish") == publish
    assert (switchyard.folder / "published").exists() == (publish == "succeeded")


def test_an_approval_is_given_in_advance(switchyard):
    run = switchyard.run("run", switchyard.write(ASKING), "--plain", "--approve", "confirm")
    assert run.returncode == 0, run.stderr
    assert state(switchyard, "publish") == "succeeded"


@pytest.fixture
def kill(switchyard):
    """Kills a run in the middle of its step `work`, and gives the process group that the step had."""
    gate = switchyard.folder / "gate"

    def kill(effect):
        process = switchyard.start("run", switchyard.write(KILLED.replace("EFFECT", effect)), "--json")
        group = next(json.loads(line)["data"]["process_group"] for line in process.stdout if "step.progress" in line)
        eventually((switchyard.folder / "begun").exists, "the step begins")
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert json.loads(switchyard.run("runs", "--json").stdout)[0]["status"] == "interrupted"
        return group

    kill.gate = gate
    yield kill
    gate.touch()


def begun(switchyard):
    return (switchyard.folder / "begun").read_text().split()


@pytest.mark.parametrize("effect", ["pure", "idempotent"])
def test_what_may_be_repeated_is_repeated_after_a_kill(switchyard, kill, effect):
    group = kill(effect)
    process = switchyard.start("resume", "last", "--json")
    eventually(lambda: len(begun(switchyard)) == 2, "the step begins again")
    assert processes_in_group(group) == []
    kill.gate.touch()
    assert process.wait(timeout=30) == 0
    attempts = json.loads(switchyard.run("show", "last", "work", "--json").stdout)["attempts"]
    assert len(attempts) == 2
    assert state(switchyard, "after") == "succeeded"


@pytest.mark.parametrize("what, status, after, begins", [
    ("done", 0, "succeeded", 1), ("retry", 0, "succeeded", 2), ("failed", 1, "skipped", 1),
])
def test_a_person_says_what_became_of_an_unsafe_step(switchyard, kill, what, status, after, begins):
    group = kill("unsafe")
    resumed = switchyard.run("resume", "--plain")
    assert resumed.returncode == 3
    assert "outcome unknown" in resumed.stdout
    name = re.search(r"`switchyard resume (\S+) --resolve work=done`", resumed.stderr)
    assert name and "=retry" in resumed.stderr and "=failed" in resumed.stderr, resumed.stderr
    assert processes_in_group(group) == []
    assert state(switchyard, "work") == "outcome_unknown"
    wrong = switchyard.run("resume", name[1], "--resolve", "work=well", "--plain")
    assert wrong.returncode == 2 and "step=done" in wrong.stderr
    kill.gate.touch()
    resolved = switchyard.run("resume", name[1], "--resolve", f"work={what}", "--plain")
    assert resolved.returncode == status, resolved.stderr
    assert len(begun(switchyard)) == begins
    assert state(switchyard, "after") == after


@pytest.fixture
def emulate(switchyard):
    opened = []

    def emulate(*arguments, **size):
        opened.append(Emulated(switchyard, *arguments, **size))
        return opened[-1]

    yield emulate
    for emulated in opened:
        emulated.close()


@pytest.mark.parametrize("form, end", [([], "SUCCEEDED"), (["--plain"], "succeeded")])
def test_what_is_missing_is_asked_for_and_a_secret_is_not_echoed(emulate, switchyard, form, end):
    emulated = emulate("run", switchyard.write(ASKED), *form)
    emulated.until("name>")
    assert "Whom to greet" in emulated.text()
    emulated.press("Bea\r")
    emulated.until("times>")
    emulated.press("10\r")
    emulated.until("`times` wants")
    emulated.press("4\r")
    emulated.until("token>")
    emulated.press("unseen-9d1\r")
    emulated.until(end)
    assert "Hello Bea 4 ***" in emulated.text()
    assert b"Bea" in emulated.bytes and b"unseen" not in emulated.bytes
    assert (switchyard.folder / "told").read_text() == "unseen-9d1"
    assert [path for path in switchyard.store.rglob("*") if path.is_file() and b"unseen" in path.read_bytes()] == []


def test_leaving_a_question_cancels_and_records_nothing(tmux, switchyard):
    window = tmux(80, 24)
    switchyard.write(ASKED)
    window.shell("stty -a > before")
    window.shell(f"{PROGRAM} run pipeline.yaml; echo rc=$?; stty -a > after")
    window.eventually("name>")
    for answer in ("Bea", "3"):
        window.shell(answer)
    window.eventually("token>")
    window.keys("C-c")
    window.eventually("rc=130")
    window.shell("echo back; true")
    window.eventually("back; true")
    before, after = switchyard.folder / "before", switchyard.folder / "after"
    eventually(lambda: after.exists() and after.read_text() == before.read_text(), "echo is back")
    assert switchyard.run("runs").stdout.startswith("nothing")


def test_what_is_missing_without_a_terminal_is_an_error_with_a_remedy(switchyard):
    file = switchyard.write(ASKED)
    run = switchyard.run("run", file, "--plain")
    assert run.returncode == 2 and run.stdout == ""
    remedies = {"name": "--input name=", "times": "--input times=", "token": "--secret token="}
    for line, (name, remedy) in enumerate(remedies.items(), 4):
        assert re.search(rf"pipeline\.yaml:{line}:\d+: error: .*`{name}` is missing", run.stderr), run.stderr
        assert remedy in run.stderr
    assert not switchyard.store.exists()
    shown = switchyard.run("run", file, "--plain", "--input", "token=seen")
    assert shown.returncode == 2 and "--secret token=" in shown.stderr
    given = switchyard.run("run", file, "--plain", "-i", "name=Bea", "-i", "times=2", "--secret", "token=env:T",
                           env={"T": "unseen-9d1"})
    assert given.returncode == 0 and "Hello Bea 2 ***" in given.stdout, given.stderr


def forms(secret):
    """A secret as text, JSON, a URL, hexadecimal digits, and in base64 at each of the three places in a group."""
    raw = secret.encode()
    yield raw
    yield json.dumps(secret)[1:-1].encode()
    yield urllib.parse.quote(secret, safe="").encode()
    yield raw.hex().encode()
    for shift in range(3):
        # The first and last groups depend on the neighbours.
        yield base64.b64encode(b"x" * shift + raw)[4 if shift else 0:-4]


def leaks(data):
    return [form for form in forms(CANARY) if form in data]


def test_the_search_for_leaks_finds_them():
    for data in (CANARY, json.dumps({"a": CANARY}), base64.b64encode(f"xy{CANARY}z".encode()).decode()):
        assert leaks(b"before " + data.encode() + b" after")
    assert leaks(b"nothing of it") == []


@pytest.mark.parametrize("store", ["lite", "jsonl:lines"])
def test_a_secret_is_found_in_no_file_and_on_no_screen(emulate, switchyard, store):
    switchyard.environment["SWITCHYARD_SECRET_TOKEN"] = CANARY
    switchyard.environment["SWITCHYARD_STORE"] = store
    emulated = emulate("run", switchyard.write(LEAKING), columns=160, rows=50)
    emulated.until("Use ***?")
    emulated.press("a")
    emulated.until("any other key")
    assert "Use ***?" in emulated.text()
    emulated.press("y")
    emulated.until("SUCCEEDED")
    screens = []
    # Every step with its details and its log, and the item, which is folded away at first.
    emulated.press("Zg")
    for _ in range(18):
        emulated.read(0.1)
        screens.append(emulated.text())
        emulated.press("j")
    seen = "\n".join(screens)
    assert "no entry for ***" in seen
    for step in re.findall(r"- {?id: (\w+)", LEAKING):
        assert f" 2 {step} ─" in seen, step
    assert "Log · items[" in seen
    assert leaks(seen.encode()) == [] and leaks(emulated.bytes) == []

    # It was really used, and really got there.
    assert (switchyard.folder / "child").read_text() == CANARY
    assert (switchyard.folder / "kept").read_text() == CANARY
    del switchyard.environment["SWITCHYARD_SECRET_TOKEN"]
    shown = json.loads(switchyard.run("show", "last", "--json").stdout)
    assert shown["status"] == "succeeded"
    assert shown["outputs"]["token"] == "***"

    commands = [["show", "last"], ["show", "last", "--json"], ["events", "last"], ["events", "last", "--json"],
                ["events", "last", "--linear"], ["replay", "last", "--json"], ["runs", "--json"]]
    for step in (step["step"] for step in shown["steps"]):
        commands += [["show", "last", step], ["inspect", "last", step], ["inspect", "last", step, "--context"]]
    for command in commands:
        said = switchyard.run(*command)
        assert leaks((said.stdout + said.stderr).encode()) == [], command

    folder = switchyard.folder / store.removeprefix("jsonl:")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(b"no entry for ***" in path.read_bytes() for path in files if path.suffix == ".log"), files
    assert {str(path): found for path in files if (found := leaks(str(path).encode() + path.read_bytes()))} == {}


@pytest.mark.parametrize("form", ["--plain", "--linear", "--json"])
def test_a_secret_is_on_no_line(switchyard, form):
    switchyard.environment["SWITCHYARD_SECRET_TOKEN"] = CANARY
    run = switchyard.run("run", switchyard.write(LEAKING), form, "--approve", "ask")
    assert run.returncode == 0, run.stderr
    assert "***" in run.stdout
    assert leaks((run.stdout + run.stderr).encode()) == []


def test_the_context_of_an_item_is_its_own(switchyard):
    switchyard.run("run", switchyard.write(SITES), "--plain")
    inspect = lambda step: switchyard.run("inspect", "last", step, "--context")
    eu = json.loads(inspect("sites[eu]/size").stdout)
    assert eu["item"] == {"name": "eu", "port": 1} and eu["index"] == 0
    assert eu["steps"]["page"]["output"] == "page-of-eu"
    assert eu["steps"]["before"]["output"] == "prepared"
    assert "page-of-us" not in json.dumps(eu) and '"us"' not in json.dumps(eu)
    us = json.loads(inspect("sites[us]/size").stdout)
    assert us["item"] == {"name": "us", "port": 2} and us["index"] == 1
    assert us["steps"]["page"]["output"] == "page-of-us" and "page-of-eu" not in json.dumps(us)
    outside = json.loads(inspect("before").stdout)
    assert "item" not in outside and "page" not in outside["steps"]
    wrong = inspect("sites/size")
    assert wrong.returncode == 2 and "sites[eu]/size" in wrong.stderr


def test_a_pipeline_is_drawn_in_four_forms(switchyard):
    file = switchyard.write(SITES)
    drawn = {}
    for form in ("boxes", "lanes", "mermaid", "dot"):
        graph = switchyard.run("graph", file, "--form", form)
        assert graph.returncode == 0, graph.stderr
        drawn[form] = graph.stdout
        for step in ("before", "aside", "page", "size"):
            assert step in graph.stdout, form
        assert switchyard.run("graph", file, "--form", form, "--down").returncode == 0
    for form in ("boxes", "lanes"):
        assert switchyard.run("graph", file, "--form", form, "--ascii").stdout.isascii()
    assert drawn["boxes"] == switchyard.run("graph", file).stdout
    # Boxes are whole: as many left corners as right ones.
    corners = [sum(drawn["boxes"].count(corner) for corner in pair) for pair in ("┏┌", "┓┐", "┗└", "┛┘")]
    assert corners == [5] * 4

    assert drawn["dot"].startswith("digraph ") and drawn["dot"].rstrip().endswith("}")
    unquoted = re.sub(r'"(\\.|[^"\\])*"', "", drawn["dot"])
    assert '"' not in unquoted and unquoted.count("{") == unquoted.count("}")
    assert re.search(r'"sites/page" -> "sites/size"', drawn["dot"])

    head, body = drawn["mermaid"].split("flowchart LR\n")
    assert re.fullmatch(r'---\ntitle: ".*"\n---\n', head)
    statement = r'\s*(\w+\[".*"\]|subgraph \w+\[".*"\]|end|\w+ (-->|==>|-\.->) \w+|classDef .*|class [\w,]+ \w+)'
    assert [line for line in body.splitlines() if not re.fullmatch(statement, line)] == []


def test_a_file_that_is_not_valid_is_not_drawn(switchyard):
    graph = switchyard.run("graph", switchyard.write(SITES.replace("[before]", "[befor]")))
    assert graph.returncode == 2 and graph.stdout == "" and "before" in graph.stderr


def test_the_schema_is_a_json_schema(switchyard):
    schema = json.loads(switchyard.run("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"version", "id", "steps"} <= set(schema["required"])
    assert set(schema["required"]) <= set(schema["properties"])
    references = set(re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(schema)))
    for reference in references:
        place = schema
        for name in reference.split("/"):
            place = place[name]
        assert isinstance(place, dict), reference


def test_init_writes_a_pipeline_that_is_valid_and_runs(switchyard):
    written = switchyard.run("init")
    assert written.returncode == 0 and "switchyard run pipeline.yaml" in written.stdout
    file = switchyard.folder / "pipeline.yaml"
    text = file.read_text()
    assert switchyard.run("validate", "pipeline.yaml").returncode == 0
    run = switchyard.run("run", "pipeline.yaml", "--plain")
    assert run.returncode == 0, run.stdout
    assert "Hello world" in (switchyard.folder / "out/greeting.txt").read_text()
    again = switchyard.run("init")
    assert again.returncode == 2 and file.read_text() == text
    elsewhere = switchyard.run("init", "more/deploy.yaml")
    assert elsewhere.returncode == 2 and "mkdir -p more" in elsewhere.stderr
    (switchyard.folder / "more").mkdir()
    assert switchyard.run("init", "more/deploy.yaml").returncode == 0
    assert switchyard.run("validate", "more/deploy.yaml").returncode == 0
