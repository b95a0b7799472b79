import Glibc
import TerminalUI
import Testing

@testable import NCursesTerminal

/// A pseudo-terminal, whose screen side the test reads.
private final class PseudoTerminal {
    let master: Int32
    let slave: Int32

    init(columns: UInt16, rows: UInt16) throws {
        // The functions for this are not imported into Swift, nor are these requests: TIOCSPTLCK and TIOCGPTPEER.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        try #require(master >= 0 && ioctl(master, 0x4004_5431, &lock) == 0)
        slave = ioctl(master, 0x5441, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(slave >= 0)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
    }

    deinit {
        Glibc.close(slave)
        Glibc.close(master)
    }

    /// What was written since the last call; a marker tells where it ends, as bytes take their time.
    func output() -> String {
        let marker: [UInt8] = [0x1E, 0x1F, 0x1E]
        _ = write(slave, marker, marker.count)
        var bytes: [UInt8] = []
        while bytes.suffix(3) != marker[...] {
            var byte: UInt8 = 0
            guard read(master, &byte, 1) == 1 else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes.dropLast(3), as: UTF8.self)
    }

    func modes() -> [UInt32] {
        var modes = termios()
        tcgetattr(slave, &modes)
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }
}

@Suite("Curses on a pseudo-terminal", .serialized)
@MainActor
struct PseudoTerminalTests {
    private let options: NCursesTerminal.Options

    init() {
        setenv("TERM", "xterm-256color", 1)
        options = NCursesTerminal.Options(environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8"])
    }

    private func frame(_ text: CleanText, _ size: Size) -> Frame {
        var frame = Frame(size: size)
        frame.drawBox(frame.bounds, border: .heavy)
        frame.write(text, column: 1, row: 1, style: Style(.rgb(255, 135, 0)))
        return frame
    }

    @Test("A frame is written once, a change alone, and the same frame not at all")
    func differences() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        defer { terminal.close() }
        #expect(terminal.size == Size(columns: 20, rows: 4))
        terminal.present(frame("漢字 one", terminal.size))
        let first = pty.output()
        #expect(first.contains("漢字 one"))
        #expect(first.contains("┏━━"))
        #expect(first.contains("38;5;208m"))
        #expect(first.contains("\u{1B}[?2026h") && first.contains("\u{1B}[?2026l"))
        terminal.present(frame("漢字 one", terminal.size))
        #expect(pty.output().isEmpty)
        terminal.present(frame("漢字 two", terminal.size))
        let second = pty.output()
        #expect(second.contains("two") && !second.contains("━"))
        // Too small a difference for 256 colours to show.
        var similar = frame("漢字 two", terminal.size)
        similar.restyle(Rect(column: 1, row: 1, width: 8, height: 1)) { $0 = Style(.rgb(254, 135, 1)) }
        terminal.present(similar)
        #expect(pty.output().isEmpty)
        terminal.redraw()
        #expect(pty.output().contains("━"))
    }

    @Test("The terminal's modes are as before after closing")
    func restoration() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        let before = pty.modes()
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        #expect(pty.modes() != before)
        terminal.present(Frame(size: terminal.size))
        _ = pty.output()
        terminal.close()
        terminal.close()
        #expect(pty.modes() == before)
        let last = pty.output()
        #expect(last.contains("\u{1B}[?1049l") && last.contains("\u{1B}[?2004l") && last.contains("\u{1B}[?25h"))
    }

    @Test("Another program gets the terminal as it was, and what it leaves is set right")
    func leaving() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        let before = pty.modes()
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        let own = pty.modes()
        terminal.present(frame("mine", terminal.size))
        _ = pty.output()
        terminal.leave()
        terminal.leave()
        #expect(pty.modes() == before)
        #expect(pty.output().contains("\u{1B}[?1049l"))
        terminal.present(frame("hidden", terminal.size))
        terminal.redraw()
        #expect(pty.output().isEmpty)
        // As an editor that was killed leaves it.
        var raw = termios()
        tcgetattr(pty.slave, &raw)
        cfmakeraw(&raw)
        tcsetattr(pty.slave, TCSANOW, &raw)
        terminal.comeBack()
        #expect(pty.modes() == own)
        let back = pty.output()
        #expect(back.contains("\u{1B}[?1049h") && back.contains("\u{1B}[?1000l") && back.contains("mine"))
        terminal.present(frame("hidden", terminal.size))
        #expect(pty.output().contains("hidden"))
        terminal.leave()
        terminal.close()
        #expect(pty.modes() == before)
    }

    @Test("A size that changed behind another program's back is adopted")
    func resizedWhileAway() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        defer { terminal.close() }
        terminal.present(frame("mine", terminal.size))
        var sizes: [Size] = []
        terminal.onInput = { if case .resize(let size) = $0 { sizes.append(size) } }
        _ = pty.output()
        terminal.leave()
        var size = winsize(ws_row: 5, ws_col: 12, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(pty.slave, UInt(TIOCSWINSZ), &size) == 0)
        _ = pty.output()
        terminal.comeBack()
        #expect(sizes == [Size(columns: 12, rows: 5)])
        #expect(terminal.size == Size(columns: 12, rows: 5))
    }

    @Test("A frame of another size does no harm")
    func otherSizes() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        defer { terminal.close() }
        for size in [Size(columns: 1, rows: 1), Size(columns: 40, rows: 9), Size(columns: 0, rows: 0)] {
            terminal.present(frame("漢字漢字漢字漢字漢字漢字", size))
            _ = pty.output()
        }
    }

    @Test("Only one may be open, and a terminal that cannot place its cursor is refused")
    func refusals() throws {
        let pty = try PseudoTerminal(columns: 20, rows: 4)
        setenv("TERM", "dumb", 1)
        #expect(throws: TerminalUnavailable.noCursorAddressing("dumb")) {
            try NCursesTerminal(.init(environment: ["TERM": "dumb"]), descriptor: dup(pty.slave))
        }
        setenv("TERM", "no-such-terminal", 1)
        #expect(throws: TerminalUnavailable.unknownTerminal("no-such-terminal")) {
            try NCursesTerminal(.init(environment: ["TERM": "no-such-terminal"]), descriptor: dup(pty.slave))
        }
        setenv("TERM", "xterm-256color", 1)
        let terminal = try NCursesTerminal(options, descriptor: dup(pty.slave))
        defer { terminal.close() }
        #expect(throws: TerminalUnavailable.alreadyOpen) { try NCursesTerminal(options) }
    }
}
