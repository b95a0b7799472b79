package import SwitchyardCore
package import TerminalUI

/// Where keys mean something.
package enum KeyView: Hashable, Sendable, CaseIterable {
    case runs, run, replay

    var name: String {
        switch self {
        case .runs: "Runs"
        case .run: "Run"
        case .replay: "Replay"
        }
    }
}

/// What a key asks for.
package enum KeyCommand: Hashable, Sendable {
    case move(Motion)
    case steer(Steering)
    case look(Looking)
    case play(Playing)
    case open, back, quit, find, commandLine, help, models, retry, retryFromHere, editAndRetry, fork, suspend, redraw

    /// Moves in whatever has the focus.
    package enum Motion: Hashable, Sendable {
        case down, up, pageDown, pageUp, halfDown, halfUp, first, last
    }

    /// Asks something of the run.
    package enum Steering: Hashable, Sendable {
        case pause, step, stepGroup, cancelStep, cancelRun
        case toggleBreakpoint, conditionalBreakpoint
        case approve, reject
        case force(CircuitBreaker.Force)
        case raiseBudget
        /// Says what the person thinks of the selected step's result.
        case rate(isUp: Bool)

        /// Whether it answers a question of the run.
        var isAnswer: Bool {
            switch self {
            case .approve, .reject: true
            case .pause, .step, .stepGroup, .cancelStep, .cancelRun, .toggleBreakpoint, .conditionalBreakpoint, .force,
                .raiseBudget, .rate:
                false
            }
        }
    }

    /// Changes what is seen of a run.
    package enum Looking: Hashable, Sendable {
        case nextPane, previousPane
        case pane(Pane)
        case nextMatch, previousMatch, panLeft, panRight, follow, copy, nextFailure, previousFailure
        case fold, foldAll
    }

    /// Moves a replay.
    package enum Playing: Hashable, Sendable {
        case togglePlaying, seekBack, seekForward, previousEvent, nextEvent
        case slower, faster, halfSpeed, doubleSpeed, normalSpeed, previousMarker, nextMarker, toStart, toEnd
    }
}

/// One line of the keymap.
package struct Binding: Hashable, Sendable {
    /// The heading it stands under in help.
    package enum Group: String, Hashable, Sendable, CaseIterable {
        case move = "Move"
        case find = "Find"
        case run = "Run"
        case models = "Models"
        case replay = "Replay"
        case view = "View"
    }

    package let group: Group
    package let views: [KeyView]
    package let keys: [KeyPress]
    package let command: KeyCommand
    /// What help says.
    package let help: String
    /// What the key bar says; nil keeps it out of there.
    package let label: String?
    /// The keys the key bar shows, where its label stands for several bindings.
    package let barKeys: String?

    /// Whether it answers a question of the run.
    var isAnswer: Bool {
        if case .steer(let steering) = command { steering.isAnswer } else { false }
    }
}

/// Every binding of every view, each once. Help and the key bar are made from it.
package enum Keymap {
    /// What a key asks for in a view.
    package static func command(for key: KeyPress, in view: KeyView) -> KeyCommand? {
        table[view]?[key]
    }

    /// The bindings of a view, in the order of help.
    package static func bindings(of view: KeyView) -> [Binding] {
        all.filter { $0.views.contains(view) }
    }

    private static let table: [KeyView: [KeyPress: KeyCommand]] = {
        var table: [KeyView: [KeyPress: KeyCommand]] = [:]
        for binding in all {
            for view in binding.views {
                for key in binding.keys { table[view, default: [:]][key] = binding.command }
            }
        }
        return table
    }()

    private static let everywhere = KeyView.allCases
    private static let details: [KeyView] = [.run, .replay]

    /// The whole table. The key bar shows labels in this order.
    package static let all: [Binding] =
        [
            bind(.run, [.run], "s", .steer(.step), "start one ready step of a paused run", "step"),
            bind(.run, [.run], "S", .steer(.stepGroup), "start every step of a paused run that is ready", nil),
            bind(.run, [.run], "p", .steer(.pause), "pause the run, or let it go on", "pause"),
            bind(.run, [.run], "c", .steer(.cancelStep), "cancel the selected step; asks first", "cancel"),
            bind(.run, [.run], "C", .steer(.cancelRun), "cancel the run; asks first", nil),
            bind(.run, [.run], "b", .steer(.toggleBreakpoint), "pause before the selected step, or no more", "break"),
            bind(.run, [.run], "B", .steer(.conditionalBreakpoint), "pause when a condition becomes true", nil),
            bind(
                .run, [.run], "a", .steer(.approve), "approve what is asked, or say that a step took effect", "approve"),
            bind(.run, [.run], "x", .steer(.reject), "reject it, or say that it failed", "reject"),
            bind(
                .models, [.run], "!", .steer(.force(.open)),
                "open the breaker of the selected step's model; asks first",
                nil),
            bind(.models, [.run], "=", .steer(.force(.close)), "close it", nil),
            bind(.models, [.run], "~", .steer(.force(.probe)), "let one call try whether the model works again", nil),
            bind(
                .models, [.run], "$", .steer(.raiseBudget), "raise the budget that is used up, or the run's", "budget"),
            bind(.models, [.run], "u", .steer(.rate(isUp: true)), "thumbs up: the selected step's result is good", nil),
            bind(.models, [.run], "d", .steer(.rate(isUp: false)), "thumbs down: it is not good", nil),
            bind(.models, details, "M", .models, "models and breakers: calls, failures, cost", nil),
            bind(.replay, [.replay], "Space", .play(.togglePlaying), "play or pause", "play"),
            bind(.replay, [.replay], "Left", .play(.seekBack), "5 s back", nil),
            bind(.replay, [.replay], "Right", .play(.seekForward), "5 s on", "5s", bar: "←→"),
            bind(.replay, [.replay], ",", .play(.previousEvent), "one event back", nil),
            bind(.replay, [.replay], ".", .play(.nextEvent), "one event on", "event", bar: ", ."),
            bind(.replay, [.replay], "[", .play(.slower), "a tenth slower", nil),
            bind(.replay, [.replay], "]", .play(.faster), "a tenth faster", "speed", bar: "[ ]"),
            bind(.replay, [.replay], "{", .play(.halfSpeed), "half the speed", nil),
            bind(.replay, [.replay], "}", .play(.doubleSpeed), "double the speed", "½× 2×", bar: "{ }"),
            bind(.replay, [.replay], "Backspace", .play(.normalSpeed), "normal speed", nil),
            bind(.replay, [.replay], "<", .play(.previousMarker), "back to the previous failure", nil),
            bind(.replay, [.replay], ">", .play(.nextMarker), "on to the next failure", "failure", bar: "< >"),
            bind(.replay, [.replay], "g", .play(.toStart), "the run's start", nil),
            bind(.replay, [.replay], "G", .play(.toEnd), "the run's end", "ends", bar: "g G"),
            bind(.move, everywhere, "j Down", .move(.down), "down", nil),
            bind(.move, everywhere, "k Up", .move(.up), "up", nil),
            bind(.move, [.runs, .run], "g Home", .move(.first), "the first line", nil),
            bind(.move, [.runs, .run], "G End", .move(.last), "the last line", nil),
            bind(.move, [.replay], "Home", .move(.first), "the first line", nil),
            bind(.move, [.replay], "End", .move(.last), "the last line", nil),
            bind(.move, everywhere, "^D", .move(.halfDown), "half a page down", nil),
            bind(.move, everywhere, "^U", .move(.halfUp), "half a page up", nil),
            bind(.move, everywhere, "PgDn", .move(.pageDown), "a page down", nil),
            bind(.move, everywhere, "PgUp", .move(.pageUp), "a page up", nil),
            bind(.move, [.runs], "Enter", .open, "open the run", "open"),
            bind(.move, details, "Enter", .open, "inspect the step; in events, go to the event's step", "inspect"),
            bind(.move, details, "Tab", .look(.nextPane), "the next pane", "pane"),
            bind(.move, details, "S-Tab", .look(.previousPane), "the previous pane", nil),
            bind(.move, details, "1", .look(.pane(.steps)), "steps", nil),
            bind(.move, details, "2", .look(.pane(.inspector)), "the selected step", nil),
            bind(.move, details, "3", .look(.pane(.events)), "events", nil),
            bind(.move, details, "4", .look(.pane(.logs)), "the selected step's log", nil),
            bind(
                .run, everywhere, "r", .retry,
                "try an ended run again, or a step that waits to be", "retry"),
            bind(
                .run, details, "R", .retryFromHere, "do the selected step again, and what follows", nil),
            bind(.replay, [.replay], "f", .fork, "fork: a new run that goes on from here", "fork"),
            bind(.run, details, "e", .editAndRetry, "edit an ended run's definition, then try again with it", "edit"),
            bind(.find, [.runs], "/", .find, "show only runs that contain a text", "filter"),
            bind(.find, details, "/", .find, "show only steps that contain a text; in the log, search", "filter"),
            bind(.find, details, "n", .look(.nextMatch), "the next match in the log", nil),
            bind(.find, details, "N", .look(.previousMatch), "the previous match in the log", nil),
            bind(.find, [.run], "<", .look(.previousFailure), "the previous failed step", nil),
            bind(.find, [.run], ">", .look(.nextFailure), "the next failed step", nil),
            bind(.view, details, "F", .look(.follow), "follow: what runs, the newest event, the newest line", nil),
            bind(.view, [.run], "Space +", .look(.fold), "fold or unfold what the selected row holds", nil),
            bind(.view, [.replay], "+", .look(.fold), "fold or unfold what the selected row holds", nil),
            bind(.view, details, "Z", .look(.foldAll), "unfold everything, or fold it; failures are always seen", nil),
            bind(.view, details, "H", .look(.panLeft), "the log, to the left", nil),
            bind(.view, details, "L", .look(.panRight), "the log, to the right", nil),
            bind(.view, details, "y", .look(.copy), "copy the step's output or failure; in lists, the line", nil),
            bind(.view, everywhere, "^R ^L", .redraw, "load again and redraw", nil),
            bind(.view, everywhere, "^Z", .suspend, "suspend", nil),
            bind(.find, everywhere, ":", .commandLine, "command line; :help lists what it takes", "command"),
            bind(.find, everywhere, "?", .help, "this help", "help"),
            bind(.view, details, "q Esc", .back, "back to the runs; Esc first clears a filter", "back"),
            bind(.view, [.runs], "q", .quit, "quit", "quit"),
            bind(.view, [.runs], "Esc", .back, "clear the filter", nil),
            bind(.view, everywhere, "^C", .quit, "quit; asks first while a run of this process is going", nil),
        ]

    /// `keys` are the names of keys, with blanks between them.
    private static func bind(
        _ group: Binding.Group, _ views: [KeyView], _ keys: String, _ command: KeyCommand, _ help: String,
        _ label: String?, bar: String? = nil
    ) -> Binding {
        let presses = keys.split(separator: " ").map { name in
            guard let key = KeyPress(String(name)) else { preconditionFailure("no key is called \(name)") }
            return key
        }
        return Binding(
            group: group, views: views, keys: presses, command: command, help: help, label: label, barKeys: bar)
    }
}
