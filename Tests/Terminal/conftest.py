"""The real binary as a person meets it: its lines, its exit codes, and its screen under tmux and a terminal emulator."""

import os
import pathlib
import shutil
import subprocess
import time

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SWITCHYARD", str(REPOSITORY / ".build/debug/switchyard"))


class Switchyard:
    """The program with a store and a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.store = folder / "store"
        self.started = []
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "SWITCHYARD_STORE": str(self.store), "USER": "ada",
        }

    def write(self, text, name="pipeline.yaml"):
        (self.folder / name).write_text(text)
        return name

    def run(self, *arguments, **options):
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, env={**self.environment, **options.pop("env", {})},
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options)

    def start(self, *arguments):
        process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.started.append(process)
        return process

    def end(self):
        """Ends what a failed test left; TERM lets the program end its steps' processes first."""
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@pytest.fixture
def switchyard(tmp_path):
    program = Switchyard(tmp_path)
    yield program
    program.end()


def eventually(check, what, seconds=15):
    """Returns the first true value of `check()`."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < deadline, f"never came true: {what() if callable(what) else what}"
        time.sleep(0.02)


def processes_in_group(group):
    """The processes of a process group that still run; zombies do not."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [row for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


class Tmux:
    """A tmux server with one window that runs a shell."""

    def __init__(self, switchyard, columns, rows):
        self.switchyard = switchyard
        self.socket = str(switchyard.folder / "tmux.sock")
        environment = dict(switchyard.environment)
        environment.pop("TERM")
        self.call("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c",
                  str(switchyard.folder), "env", "-u", "TMUX", "PS1=ready> ", "sh", env=environment)
        self.eventually("ready>")

    def call(self, *arguments, env=None):
        return subprocess.run(["tmux", "-S", self.socket, *arguments], capture_output=True, text=True, check=True,
                              env=env or self.switchyard.environment).stdout

    def keys(self, *keys):
        self.call("send-keys", *keys)

    def type(self, text):
        self.call("send-keys", "-l", text)

    def shell(self, command):
        self.type(command)
        self.keys("Enter")

    def screen(self):
        return self.call("capture-pane", "-p")

    def show(self, format):
        return self.call("display-message", "-p", format).strip()

    def eventually(self, text, seconds=15):
        """Returns the first screen that holds `text` (or all of several)."""
        texts = [text] if isinstance(text, str) else list(text)
        seen = {}

        def check():
            seen["screen"] = self.screen()
            return all(part in seen["screen"] for part in texts)

        eventually(check, lambda: f"{texts} on\n{seen.get('screen')}", seconds)
        return seen["screen"]

    def resize(self, columns, rows):
        self.call("resize-window", "-x", str(columns), "-y", str(rows))

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True)


@pytest.fixture
def tmux(switchyard):
    assert shutil.which("tmux"), "tmux is not installed: make test-packages"
    opened = []

    def open_window(columns=120, rows=36):
        window = Tmux(switchyard, columns, rows)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.close()
