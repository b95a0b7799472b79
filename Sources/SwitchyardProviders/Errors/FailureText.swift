import SwitchyardCore

/// Puts failures of providers into words. The only place that does.
struct FailureText {
    let settings: ProviderSettings
    let model: ModelID
    /// Hides secrets in what the server said.
    let mask: AnswerMask

    /// The longest quote of a server's words, in characters.
    private static let quoteLimit = 300

    /// One sentence, without a full stop.
    func sentence(_ failure: WireFailure) -> String {
        let name = settings.name
        switch failure.reason {
        case .said(let words): return said(failure, words)
        case .told(let words): return "\(name) \(words)"
        case .cutOff: return "the answer of \(name) was cut off before its end"
        case .notJSON: return "\(name) sent something that is not the JSON its protocol promises"
        case .tooLong(let limit): return "the answer of \(name) is longer than \(limit >> 20) MiB"
        case .contentType(let type):
            return "\(address) answered with \(quoted(type)), which is no model's answer; is it the right"
                + " address for \(name)?"
        case .misses(let what): return "the answer of \(name) has no \(what)"
        case .redirect(let place):
            let to = place.map { " to \(quoted($0))" } ?? ""
            return "\(address) sends requests elsewhere\(to); the key is not sent there unless you name that"
                + " address"
        case .silence(let duration): return "nothing came from \(name) for \(DurationText.text(duration))"
        case .deadline(let duration): return "\(name) did not answer within \(DurationText.text(duration))"
        case .connection(let problem): return connection(problem)
        case .noKey(let words): return "\(name) wants a key: \(words)"
        }
    }

    private func connection(_ problem: ConnectionProblem) -> String {
        let name = settings.name
        switch problem {
        case .refused(let place): return "\(name) cannot be reached: nothing listens at \(masked(place))"
        case .unreachable(let place): return "\(name) cannot be reached: no way leads to \(masked(place))"
        case .silent(let place): return "\(name) cannot be reached: \(masked(place)) did not answer in time"
        case .unknownName(let host):
            return "\(name) cannot be reached: no address is known for the name \(masked(host))"
        case .closed: return "\(name) closed the connection before its answer was whole"
        case .other(let words): return "\(name) cannot be reached at \(address): \(quoted(words))"
        }
    }

    private func said(_ failure: WireFailure, _ words: String?) -> String {
        let name = settings.name
        let number = failure.status.map { " (\($0))" } ?? ""
        let quote = words.map(quoted).flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
        switch failure.kind {
        case .auth where failure.status == 403:
            return "\(name) does not allow this with \(key)\(number)\(quote)"
        // Servers quote parts of the key that they refuse.
        case .auth where settings.key == nil: return "\(name) wants a key\(number)"
        case .auth: return "\(name) did not accept \(key)\(number)"
        case .rateLimited:
            let wait = failure.retryAfter.map { ", try again in \(DurationText.text($0))" } ?? ""
            return "\(name) takes no more requests for now\(number)\(wait)\(quote)"
        case .quota: return "the account at \(name) has no money or quota left\(number)\(quote)"
        case .overloaded: return "\(name) has no room for the request at the moment\(number)\(quote)"
        case .server: return "\(name) failed\(number)\(quote)"
        case .timeout: return "\(name) did not answer in time\(number)\(quote)"
        case .transport: return "the connection to \(name) broke\(number)\(quote)"
        case .contextOverflow: return "the question is too long for \(model)\(number)\(quote)"
        case .refused: return "\(name) refused to answer\(number)\(quote)"
        case .invalidRequest where failure.status == 404 && model.name.isEmpty:
            return "\(name) has no such address\(number)\(quote)"
        case .invalidRequest where failure.status == 404:
            return "\(name) knows no model \(model.name), or no such address\(number)\(quote)"
        case .invalidRequest: return "\(name) does not take the request\(number)\(quote)"
        case .budget: return "there is no money left for \(name)"
        case .invalidOutput: return "the answer of \(name) is not what its protocol promises\(number)\(quote)"
        case .cancelled: return "the call of \(model) was cancelled"
        }
    }

    private var address: String { masked(settings.baseURL) }
    private func masked(_ text: String) -> String { mask.masking(text) }
    private var key: String { settings.key.map { "the key from \($0.phrase)" } ?? "no key" }

    /// A server's words on one line, masked and cut.
    private func quoted(_ words: String) -> String {
        let line = mask.masking(words).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let cut = line.count > Self.quoteLimit ? line.prefix(Self.quoteLimit) + "…" : line[...]
        return cut.hasSuffix(".") ? String(cut.dropLast()) : String(cut)
    }
}
