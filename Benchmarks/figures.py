"""Figures of a release build, each beside a floor measured in the same run.

    make bench

Times differ from machine to machine and from minute to minute, so every figure is printed as a ratio to something that
cannot be faster on the same machine. Nothing here decides whether a change may land.
"""

import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import fcntl
import termios

PROGRAM = os.path.abspath(sys.argv[1])
ROUNDS = 11


def pipeline(folder, steps):
    path = os.path.join(folder, "pipeline.yaml")
    with open(path, "w") as file:
        file.write("version: 1\nid: bench\nsteps:\n" + "".join(f"  - {step}\n" for step in steps))
    return path


def environment(store):
    return dict(os.environ, SWITCHYARD_STORE=store, TERM="xterm-256color", LANG="C.UTF-8")


def median(measure, rounds=ROUNDS):
    return statistics.median(measure() for _ in range(rounds))


def timed(arguments, env=None):
    def measure():
        start = time.perf_counter()
        subprocess.run(arguments, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start
    return measure


def in_terminal(arguments, env, until, seconds):
    """Starts a program in a 120x36 terminal. Returns when `until` was seen, and every byte written by then."""
    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        os.execve(arguments[0], arguments, env)
    seen, found = b"", None
    while time.perf_counter() - start < seconds:
        ready, _, _ = select.select([terminal], [], [], 0.01)
        if ready:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
        if until is not None and until in seen:
            found = time.perf_counter() - start
            break
    return process, terminal, found, seen


def end(process, terminal):
    os.kill(process, 15)
    os.close(terminal)
    os.waitpid(process, 0)


def first_frame(folder):
    path = pipeline(folder, ["{id: a, run: sleep 5}"])

    def measure():
        env = environment(os.path.join(folder, "store"))
        process, terminal, found, _ = in_terminal([PROGRAM, "run", path], env, b"back", 5)
        end(process, terminal)
        return found if found is not None else float("nan")
    return measure


def idle_bytes(folder):
    path = pipeline(folder, ["{id: a, run: echo hello}"])
    env = environment(os.path.join(folder, "store"))
    process, terminal, _, _ = in_terminal([PROGRAM, "run", path], env, None, 2)
    count, deadline = 0, time.perf_counter() + 3
    while time.perf_counter() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            count += len(os.read(terminal, 65536))
    end(process, terminal)
    return count


def main():
    with tempfile.TemporaryDirectory() as folder:
        floor = median(timed([PROGRAM, "--version"]))
        frame = median(first_frame(folder))
        print(f"first frame           {frame * 1000:7.1f} ms   {frame / floor:5.1f}x of `--version` ({floor * 1000:.1f} ms)")

        env = environment(os.path.join(folder, "store"))
        shells = 200
        path = pipeline(folder, [f"{{id: s{n}, argv: ['true']}}" for n in range(shells)])
        run = median(timed([PROGRAM, "run", path, "--json", "--slots", "2"], env), 5)
        bare = median(timed(["xargs", "-a", os.devnull, "true"]), 5)
        loop = ["sh", "-c", f"seq {shells} | xargs -P 2 -n 1 true"]
        spawn = median(timed(loop), 5)
        print(f"{shells} processes         {run * 1000:7.1f} ms   {(run - floor) / (spawn - bare):5.1f}x of `xargs -P 2` ({spawn * 1000:.1f} ms)")

        sleeps = pipeline(folder, [f"{{id: s{n}, run: sleep 1}}" for n in range(16)])
        sixteen = median(timed([PROGRAM, "run", sleeps, "--json", "--slots", "16"], env), 3)
        one = median(timed(["sleep", "1"]), 3)
        print(f"16 steps of 1 s       {sixteen * 1000:7.1f} ms   {sixteen / one:5.2f}x of `sleep 1`")

        print(f"idle for 3 s          {idle_bytes(folder):7d} bytes written")


main()
