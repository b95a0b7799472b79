"""Kills the real program at random moments, resumes it, and compares its record with an outside ledger.

The pipeline has 200 steps of every effect, each of which writes a line to a file that Switchyard knows nothing about. A
killed run is resumed, and killed again. Of an unsafe step whose outcome is unknown, the person of this test looks into
the ledger before answering: `done` if its line is there, `retry` if it is not.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

EFFECTS = ["pure", "idempotent", "unsafe"]
STEPS = 200


def pipeline(generator):
    """Ten layers of twenty steps; each needs one or two of the layer before."""
    lines = ["version: 1", "id: ledger", "max_concurrent_steps: 8", "steps:"]
    for number in range(STEPS):
        effect = EFFECTS[number % 3]
        layer = number // 20
        before = [f"s{(layer - 1) * 20 + generator.randrange(20)}" for _ in range(generator.choice([1, 2]))]
        needs = f"needs: [{', '.join(sorted(set(before)))}]" if layer else "needs: []"
        # One write of one short line: a ledger line is whole, or is not there.
        script = f"echo s{number} {effect} $SWITCHYARD_RUN $SWITCHYARD_IDEMPOTENCY_KEY >> ledger"
        # Time before the effect and after it, so that kills find both.
        script = generator.choice([script, f"sleep 0.1; {script}", f"{script}; sleep 0.15"])
        lines.append(f"  - {{id: s{number}, effect: {effect}, {needs}, run: '{script}'}}")
    return "\n".join(lines) + "\n"


class Torture:
    def __init__(self, program, folder, seed):
        self.program, self.folder, self.generator = program, folder, random.Random(seed)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "SWITCHYARD_STORE": str(folder / "store")}
        self.counts = collections.Counter()
        self.ended = set()
        (folder / "pipeline.yaml").write_text(pipeline(self.generator))

    def command(self, *arguments):
        return subprocess.run(
            [self.program, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=120)

    def events(self):
        return [json.loads(line) for line in self.command("events", "last", "--json").stdout.splitlines()]

    def ledger(self):
        path = self.folder / "ledger"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def attempt(self, arguments, limit):
        """Runs the program and kills it after `limit` seconds, if it still runs. Returns its exit code; None if killed."""
        with open(self.folder / "stderr", "w") as stderr:
            process = subprocess.Popen(
                [self.program, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            return process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.counts["kills"] += 1
            return None

    def answers(self):
        """What a person says who has looked into the ledger."""
        run = self.events()[0]["run"]
        written = {(step, owner) for step, _, owner, _ in self.ledger()}
        states = {}
        for event in self.events():
            if event["type"].startswith("step."):
                states[event.get("step")] = event["type"]
        answers = []
        for step, state in states.items():
            if state == "step.outcome_unknown":
                answer = "done" if (step, run) in written else "retry"
                self.counts[f"unknown, {answer}"] += 1
                answers += ["--resolve", f"{step}={answer}"]
        return answers

    def one_run(self, kills):
        """One run from its start to its end, with kills in between until there were `kills` in all."""
        arguments = ["run", "pipeline.yaml", "--plain"]
        recorded = {}
        while True:
            # Sometimes in the first moments, sometimes late; the last one goes to its end.
            limit = self.generator.choice([0.1, 0.4, 0.8]) * self.generator.random() + 0.02
            code = self.attempt(arguments, limit if self.counts["kills"] < kills else 110)
            if code == 0:
                break
            assert code in (None, 3), f"exit code {code} after {arguments}: {(self.folder / 'stderr').read_text()}"
            events = self.events()
            # Killed before it was created: the last run, if any, is one that has ended.
            if not events or events[0]["run"] in self.ended:
                continue
            # What was recorded stays recorded, as it was.
            for seq, event in recorded.items():
                assert events[seq - 1] == event, f"event {seq} changed"
            # Killed between the record of its end and that of the process.
            if events[-1]["type"] == "run.succeeded":
                break
            recorded = {event["seq"]: event for event in events}
            arguments = ["resume", "last", "--plain", *(self.answers() if code == 3 else [])]
        self.check()
        self.counts["runs"] += 1

    def check(self):
        events = self.events()
        run = events[0]["run"]
        self.ended.add(run)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), "a gap in the record"
        assert events[-1]["type"] == "run.succeeded", events[-1]
        results = collections.Counter(event["step"] for event in events if event["type"] == "step.succeeded")
        assert results == collections.Counter({f"s{number}": 1 for number in range(STEPS)}), "a result lost or twice"
        lines = [line for line in self.ledger() if line[2] == run]
        fired = collections.Counter(step for step, *_ in lines)
        keys = collections.defaultdict(set)
        for step, _, _, key in lines:
            keys[step].add(key)
        for number in range(STEPS):
            step, effect = f"s{number}", EFFECTS[number % 3]
            assert fired[step] >= 1, f"{step} succeeded and never wrote"
            assert len(keys[step]) == 1, f"{step} came with several keys"
            if effect == "unsafe":
                assert fired[step] == 1, f"unsafe {step} fired {fired[step]} times"
            self.counts[f"{effect}: steps"] += 1
            self.counts[f"{effect}: fired again"] += fired[step] - 1
        verified = self.command("verify", "last")
        assert verified.returncode == 0, verified.stdout + verified.stderr

    def table(self, took):
        print(f"{self.counts['kills']} kills in {self.counts['runs']} runs of {STEPS} steps, {took:.0f} s")
        print(f"{'effect':<12}{'steps':>8}{'fired again':>14}")
        for effect in EFFECTS:
            print(f"{effect:<12}{self.counts[f'{effect}: steps']:>8}{self.counts[f'{effect}: fired again']:>14}")
        print(f"outcomes unknown: {self.counts['unknown, done']} had taken effect, "
              f"{self.counts['unknown, retry']} had not")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="switchyard-torture-") as folder:
        torture = Torture(os.path.abspath(options.program), pathlib.Path(folder), seed)
        start = time.monotonic()
        while torture.counts["kills"] < options.kills:
            torture.one_run(options.kills)
        torture.table(time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
