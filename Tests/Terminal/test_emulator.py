"""The bytes the dashboard writes, judged by a terminal emulator: nothing while idle, nothing outside of what is allowed,
and a screen that equals a full repaint."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte
import pytest

from conftest import PROGRAM, eventually


class Screen(pyte.Screen):
    """pyte's screen with three sequences of xterm's that it lacks: scrolling the region, and repeating a character."""

    last = " "

    def draw(self, data):
        super().draw(data)
        self.last = data[-1]

    def scroll_down(self, count=None):
        self.at_the_top_of_the_region(lambda: self.insert_lines(count or 1))

    def scroll_up(self, count=None):
        self.at_the_top_of_the_region(lambda: self.delete_lines(count or 1))

    def repeat(self, count=None):
        self.draw(self.last * (count or 1))

    def at_the_top_of_the_region(self, change):
        column, row = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        change()
        self.cursor.x, self.cursor.y = column, row


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down", "b": "repeat"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down", "repeat"}


class Emulated:
    def __init__(self, switchyard, *arguments, columns=120, rows=36):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.bytes = b""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(switchyard.folder)
            os.execve(PROGRAM, [PROGRAM, *arguments], switchyard.environment)

    def read(self, seconds=0.05):
        """Everything written until nothing was for `seconds`."""
        seen = b""
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                chunk = os.read(self.terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        self.bytes += seen
        # pyte does not know private modes 2026 and 2004 well enough to skip them quietly.
        self.stream.feed(seen)
        return seen

    def text(self):
        return "\n".join(self.screen.display)

    def until(self, text):
        def check():
            self.read()
            return text in self.text()
        eventually(check, lambda: f"{text} on\n{self.text()}")

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def close(self):
        os.kill(self.process, signal.SIGTERM)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


@pytest.fixture
def ended(switchyard):
    """A dashboard on a run that has ended, after hostile output."""
    switchyard.write(r"""
version: 1
id: hostile
steps:
  - {id: bytes, run: "printf 'a\\033[31mred\\033]52;c;aGk\\a\\rX\\302\\233 C1 \\342\\200\\256bidi\\n'"}
  - {id: second, needs: [bytes], run: echo hello}
""")
    emulated = Emulated(switchyard, "run", "pipeline.yaml")
    emulated.until("SUCCEEDED")
    yield emulated
    emulated.close()


def test_nothing_is_written_while_idle(ended):
    eventually(lambda: ended.read(0.5) == b"", "the dashboard comes to rest")
    start = time.monotonic()
    assert ended.read(2.0) == b""
    assert time.monotonic() - start >= 2.0


def test_a_redraw_changes_nothing_and_repairs_a_scribble(ended):
    eventually(lambda: ended.read(0.3) == b"", "the dashboard comes to rest")
    before = ended.text()
    ended.press("\x12")
    ended.read(0.3)
    assert ended.text() == before
    ended.stream.feed(b"\x1b[5;5Hscribble\x1b[10;1H\x1b[2K")
    assert ended.text() != before
    ended.press("\x12")
    ended.read(0.3)
    assert ended.text() == before


def test_moving_about_gives_what_a_repaint_gives(ended):
    for keys in ("j", "k", "\t", "\t", "j", "\r", "\x1b", "?", "j", "\x1b", "G", "g"):
        ended.press(keys)
        ended.read(0.2)
    moved = ended.text()
    ended.press("\x12")
    ended.read(0.3)
    assert ended.text() == moved


def test_only_known_sequences_reach_the_terminal(ended):
    for keys in ("j", "\t", "\t", "\t", "j", "1", "g"):
        ended.press(keys)
        ended.read(0.1)
    # What terminfo and the restore routine use: CSI, charset, keypad, cursor and reverse-index sequences.
    known = rb"\x1b(\[[0-9;?>]*[A-Za-z@`]|[()][0B]|[=>78Mg])"
    rest = re.sub(known, b"", ended.bytes)
    controls = {bytes([byte]) for byte in rest if byte < 32 or byte == 127}
    assert controls <= {b"\r", b"\n", b"\b", b"\x0e", b"\x0f"}, re.findall(rb"\x1b.{0,8}", rest)
    text = rest.decode()
    assert not re.search("[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert "‹ESC›" in ended.text()
