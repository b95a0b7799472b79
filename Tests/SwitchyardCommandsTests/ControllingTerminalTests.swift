import Glibc
import Testing

@testable import SwitchyardCommands

/// A pseudo-terminal, at whose other end the test sits.
private final class Pair: Sendable {
    let master: Int32
    let slave: Int32

    init() throws {
        // The functions for this are not imported into Swift, nor are these requests: TIOCSPTLCK and TIOCGPTPEER.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        try #require(master >= 0 && ioctl(master, 0x4004_5431, &lock) == 0)
        slave = ioctl(master, 0x5441, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(slave >= 0)
    }

    deinit {
        close(slave)
        close(master)
    }

    func type(_ text: String) { StandardStream(descriptor: master).write(text) }

    /// What the screen shows up to and with `mark`.
    func screen(until mark: String) -> String {
        var bytes: [UInt8] = []
        while !bytes.reversed().starts(with: mark.utf8.reversed()) {
            var byte: UInt8 = 0
            guard read(master, &byte, 1) == 1 else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var echoes: Bool {
        var modes = termios()
        tcgetattr(slave, &modes)
        return modes.c_lflag & tcflag_t(ECHO) != 0
    }
}

@Suite(.serialized) struct ControllingTerminalTests {
    private let pair: Pair
    private let terminal: ControllingTerminal

    init() throws {
        pair = try Pair()
        terminal = try #require(
            ControllingTerminal(input: pair.slave, output: StandardStream(descriptor: pair.slave)))
    }

    @Test func `a line is shown while it is typed`() {
        terminal.show("host> ")
        pair.type("wex\u{7F}b1 ä\n")
        #expect(terminal.readLine(isHidden: false) == .line("web1 ä"))
        #expect(pair.screen(until: "ä\r\n").hasPrefix("host> wex"))
        #expect(pair.echoes)
    }

    @Test func `a secret is not, and the echo comes back`() async {
        let (pair, terminal) = (pair, terminal)
        pair.type("typed ahead\n")
        _ = pair.screen(until: "\r\n")
        async let reply = OffPool.run { terminal.readLine(isHidden: true) }
        while pair.echoes { await Task.yield() }
        pair.type("s3x\u{7F}cret\n")
        #expect(await reply == .line("s3cret"))
        #expect(pair.echoes)
        terminal.show("end")
        #expect(pair.screen(until: "end") == "\r\nend")
    }

    @Test func `the end of the input`() {
        pair.type("\u{4}")
        #expect(terminal.readLine(isHidden: false) == .end)
        #expect(pair.echoes)
    }

    @Test func `a line that the kernel would cut`() async {
        let (pair, terminal) = (pair, terminal)
        async let reply = OffPool.run { terminal.readLine(isHidden: true) }
        while pair.echoes { await Task.yield() }
        pair.type(String(repeating: "x", count: 4_200))
        pair.type("\n")
        #expect(await reply == .tooLong)
    }

    /// In a process of its own: its signals are the process's, and other tests have theirs.
    @Test func `a signal ends it and the echo comes back`() async {
        await #expect(processExitsWith: .success) {
            let pair = try Pair()
            let terminal = try #require(
                ControllingTerminal(input: pair.slave, output: StandardStream(descriptor: pair.slave)))
            // Whoever it would have ended otherwise is caught, not this process.
            let outer = try #require(SignalPipe([SIGHUP]))
            async let reply = OffPool.run { terminal.readLine(isHidden: true) }
            while pair.echoes { await Task.yield() }
            pair.type("half")
            // To the process: the threads of tasks block signals that are meant for them alone.
            kill(getpid(), SIGHUP)
            #expect(await reply == .signal(SIGHUP))
            #expect(pair.echoes)
            #expect(outer.next() == nil)
        }
    }

    @Test func `bytes that are no text`() {
        let bytes: [UInt8] = [0xC3, 0x28, 0x0A]
        _ = write(pair.master, bytes, bytes.count)
        #expect(terminal.readLine(isHidden: false) == .noText)
    }

    @Test func `a pipe is no terminal`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(ControllingTerminal(input: ends[0], output: StandardStream(descriptor: pair.slave)) == nil)
        #expect(ControllingTerminal(input: pair.slave, output: StandardStream(descriptor: ends[1])) == nil)
    }
}
