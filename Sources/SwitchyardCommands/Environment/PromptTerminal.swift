import Glibc

/// Where a person is asked.
protocol PromptTerminal {
    func show(_ text: String)
    /// The line that the person types.
    ///
    /// - Parameter isHidden: whether what they type is kept off the screen.
    func readLine(isHidden: Bool) -> PromptReply
}

/// What came back.
enum PromptReply: Equatable {
    /// Without its line end.
    case line(String)
    /// Bytes that are no UTF-8.
    case noText
    /// More than the terminal takes in one line; the rest is lost.
    case tooLong
    /// ^D, or the terminal is gone.
    case end
    /// A signal asks the process to end: ^C is SIGINT.
    case signal(Int32)
}

/// The terminal that the process was started in. The kernel edits the line, as `getpass` leaves it to.
struct ControllingTerminal: PromptTerminal {
    /// The longest line the kernel keeps, without its end (N_TTY_BUF_SIZE).
    private static let maximumLine = 4_094

    private let input: Int32
    private let output: StandardStream

    /// - Returns: nil unless both are terminals.
    init?(input: Int32 = STDIN_FILENO, output: StandardStream = .error) {
        guard isatty(input) == 1, output.isTerminal else { return nil }
        self.input = input
        self.output = output
    }

    func show(_ text: String) { output.write(text) }

    func readLine(isHidden: Bool) -> PromptReply {
        // Before the echo goes: a signal in between would leave a terminal that shows nothing.
        guard let signals = SignalPipe([SIGINT, SIGTERM, SIGHUP]), let modes = TerminalModes(of: input) else {
            return .end
        }
        // Until after the echo is back.
        defer { withExtendedLifetime(signals) {} }
        // What was typed before the question is no answer to it.
        if isHidden { modes.hidden.set(on: input, TCSAFLUSH) }
        defer { if isHidden { modes.set(on: input, TCSADRAIN) } }
        var sources = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&sources, nfds_t(sources.count), -1)
            if let number = signals.next() { return .signal(number) }
            if count > 0, sources[0].revents != 0 { return read() }
            if count < 0, errno != EINTR { return .end }
        }
    }

    private func read() -> PromptReply {
        var bytes = [UInt8](repeating: 0, count: Self.maximumLine + 2)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
        guard count > 0 else { return .end }
        var line = bytes[..<count]
        if line.last == UInt8(ascii: "\n") {
            line.removeLast()
        } else {
            // ^D behind some letters hands them over without a line end.
            output.write("\n")
        }
        if line.count >= Self.maximumLine { return .tooLong }
        return String(validating: line, as: UTF8.self).map(PromptReply.line) ?? .noText
    }
}

/// How a terminal treats what is typed.
private struct TerminalModes: Sendable {
    private var modes = termios()

    init?(of descriptor: Int32) {
        guard tcgetattr(descriptor, &modes) == 0 else { return nil }
    }

    /// Lines edited by the kernel, unseen. ^Z is off: a shell would get its terminal back without echo.
    var hidden: TerminalModes {
        var hidden = self
        hidden.modes.c_lflag &= ~tcflag_t(ECHO)
        hidden.modes.c_lflag |= tcflag_t(ECHONL | ICANON | ISIG)
        withUnsafeMutableBytes(of: &hidden.modes.c_cc) { $0[Int(VSUSP)] = 0 }
        return hidden
    }

    func set(on descriptor: Int32, _ when: Int32) {
        var modes = modes
        while tcsetattr(descriptor, when, &modes) != 0, errno == EINTR {}
    }
}
