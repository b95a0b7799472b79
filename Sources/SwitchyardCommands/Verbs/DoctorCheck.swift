import SwitchyardCore

/// One finding of `doctor`.
struct DoctorCheck {
    enum State: String {
        case fine, doubtful, broken
    }

    var state: State
    var subject: String
    var finding: String
    var remedy: String?

    init(_ state: State, _ subject: String, _ finding: String, remedy: String? = nil) {
        self.state = state
        self.subject = subject
        self.finding = finding
        self.remedy = remedy
    }

    var text: String {
        let mark =
            switch state {
            case .fine: "ok  "
            case .doubtful: "note"
            case .broken: "FAIL"
            }
        let pad = String(repeating: " ", count: max(1, 12 - subject.count))
        return "\(mark)  \(subject)\(pad)\(Cleaned.line(finding))\n"
            + (remedy.map { "                  \(Cleaned.line($0))\n" } ?? "")
    }

    var json: Value {
        [
            "check": .string(subject), "state": .string(state.rawValue), "finding": .string(finding),
            "remedy": Value(remedy),
        ]
    }
}
