import CNCurses
import Dispatch
import Glibc
package import TerminalUI

/// The screen by way of ncurses: the only code that calls it.
///
/// One may be open at a time. Whatever ends the process, the terminal is set right: `close`, `exit`, every deadly
/// signal, and by a guard process even SIGKILL. While it is open, standard error is kept off the screen and appears
/// afterwards.
@MainActor
package final class NCursesTerminal: Terminal {
    /// How to open it.
    package struct Options: Sendable {
        /// The process's environment.
        package var environment: [String: String]
        /// Whether to draw in ASCII whatever the locale.
        package var forceASCII: Bool
        /// Whether to ask for mouse events; the terminal's own selection then needs Shift.
        package var mouse: Bool

        /// Options; only the environment must be given.
        package init(environment: [String: String], forceASCII: Bool = false, mouse: Bool = false) {
            self.environment = environment
            self.forceASCII = forceASCII
            self.mouse = mouse
        }
    }

    package private(set) var size: Size
    package let capabilities: TerminalCapabilities
    package var onInput: (@MainActor (InputEvent) -> Void)?

    /// Called once when TERM, HUP or INT came, so that work can be stopped before `endProcess(by:)`.
    ///
    /// Without it such a signal ends the process at once, as a second one always does.
    package var onTermination: (@MainActor (Int32) -> Void)? {
        didSet { cn_guard_report_deadly(onTermination == nil ? 0 : 1) }
    }

    private static var isOpen = false

    let descriptor: Int32
    private var painter: Painter
    private var decoder = KeyDecoder()
    private var keys: (any DispatchSourceRead)?
    private var reports: (any DispatchSourceRead)?
    private(set) var isClosed = false
    private var isAway = false

    /// Takes the screen: the terminal that standard output is, with keys from standard input or `/dev/tty`.
    package convenience init(_ options: Options) throws(TerminalUnavailable) {
        guard !Self.isOpen else { throw .alreadyOpen }
        let descriptor = cn_find_terminal()
        guard descriptor >= 0 else { throw .notATerminal }
        try self.init(options, descriptor: descriptor)
    }

    /// Takes the screen of a terminal, and owns its descriptor from then on.
    init(_ options: Options, descriptor: Int32) throws(TerminalUnavailable) {
        guard !Self.isOpen else { throw .alreadyOpen }
        let wantsUnicode = !options.forceASCII && TerminalCapabilities.isUTF8(options.environment)
        let isUTF8 = cn_adopt_locale(wantsUnicode ? 1 : 0) != 0
        let reason = cn_open(descriptor, options.mouse ? 1 : 0)
        guard Int(reason) == CN_OK else {
            Glibc.close(descriptor)
            throw Self.unavailable(Int(reason), term: options.environment["TERM"] ?? "")
        }
        Self.isOpen = true
        self.descriptor = descriptor
        capabilities = TerminalCapabilities.detect(
            environment: options.environment, colors: Int(cn_colors()), hasDirectColor: cn_has_direct_color() != 0,
            forceASCII: options.forceASCII || !isUTF8)
        painter = Painter(capabilities: capabilities)
        size = Self.windowSize() ?? Size(columns: 80, rows: 24)
        cn_resize(Int32(size.rows), Int32(size.columns))
        watch()
    }

    package var isBusy: Bool { !isClosed && cn_output_pending() != 0 }

    package func present(_ frame: Frame) {
        guard !isClosed, !isAway else { return }
        painter.paint(frame, on: size)
    }

    package func redraw() {
        guard !isClosed, !isAway else { return }
        painter.repaint()
    }

    package func suspend() {
        guard !isClosed, !isAway else { return }
        leave()
        cn_stop_process()
        comeBack()
        onInput?(.resumed)
    }

    package func leave() {
        guard !isClosed, !isAway else { return }
        isAway = true
        keys?.suspend()
        cn_leave()
    }

    package func comeBack() {
        guard !isClosed, isAway else { return }
        isAway = false
        cn_return()
        keys?.resume()
        adoptWindowSize()
    }

    package func close() {
        guard !isClosed else { return }
        isClosed = true
        keys?.cancel()
        reports?.cancel()
        // One that is suspended must not be let go of.
        if isAway { keys?.resume() }
        (keys, reports) = (nil, nil)
        cn_close()
        Glibc.close(descriptor)
        Self.isOpen = false
    }

    /// Sets the terminal right and dies by the signal, so that the caller's shell sees what happened.
    package static func endProcess(by signal: Int32) -> Never {
        cn_die_by_signal(signal)
    }

    // MARK: - Events

    private func watch() {
        let keys = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
        keys.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.readKeys() }
        }
        let reports = DispatchSource.makeReadSource(fileDescriptor: cn_guard_reports(), queue: .main)
        reports.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.readReports() }
        }
        keys.activate()
        reports.activate()
        (self.keys, self.reports) = (keys, reports)
    }

    private func readKeys() {
        var isIdle = true
        // A key may be what gives the screen away: those after it are for whoever gets it.
        while !isClosed, !isAway, let input = Self.readInput() {
            isIdle = false
            for event in decoder.decode(input) { onInput?(event) }
        }
        guard !isAway else { return }
        for event in decoder.endBatch() where !isClosed { onInput?(event) }
        // A terminal that is gone is readable for ever and has nothing to read.
        if isIdle, !isClosed, cn_hung_up() != 0 {
            keys?.cancel()
            terminate(by: SIGHUP)
        }
    }

    private func readReports() {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = read(cn_guard_reports(), &numbers, numbers.count)
        guard count > 0 else { return }
        let signals = Set(numbers.prefix(count).map(Int32.init))
        for signal in [SIGTERM, SIGHUP, SIGINT] where signals.contains(signal) { terminate(by: signal) }
        guard !isClosed, !isAway else { return }
        if signals.contains(SIGTSTP) { suspend() }
        if signals.contains(SIGCONT) {
            cn_recover()
            adoptWindowSize()
            onInput?(.resumed)
        }
        if signals.contains(SIGWINCH) { adoptWindowSize() }
    }

    private func terminate(by signal: Int32) {
        guard let onTermination else { Self.endProcess(by: signal) }
        onTermination(signal)
    }

    private func adoptWindowSize() {
        guard !isClosed, let now = Self.windowSize(), now != size else { return }
        size = now
        cn_resize(Int32(now.rows), Int32(now.columns))
        painter.forget()
        onInput?(.resize(now))
    }

    private static func windowSize() -> Size? {
        var rows: Int32 = 0
        var columns: Int32 = 0
        cn_window_size(&rows, &columns)
        return rows > 0 && columns > 0 ? Size(columns: Int(columns), rows: Int(rows)) : nil
    }

    private static func unavailable(_ reason: Int, term: String) -> TerminalUnavailable {
        switch reason {
        case CN_NOT_A_TERMINAL: .notATerminal
        case CN_UNKNOWN_TERMINAL: .unknownTerminal(term)
        case CN_NO_CURSOR_ADDRESSING: .noCursorAddressing(term)
        default: .failed
        }
    }
}
