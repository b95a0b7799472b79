import SwitchyardCore

/// Decides what is sent to a client: the reply of a rule in a provider's format, with its fault.
struct Director {
    let format: any WireFormat
    let envelope: Envelope

    /// The reply to a question that `choice` answers.
    func script(_ choice: RuleBook.Choice, to request: SimulatedRequest, pace: StreamPace) -> Script {
        let reply = choice.reply
        var script: Script
        if case .refusal(let refusal)? = reply.fault {
            script = refused(refusal, model: request.model, limits: reply.limits)
        } else {
            let pace = reply.stream ?? pace
            do throws(EvaluationError) {
                let answer = try AnswerMaker(request: request, reply: reply, call: choice.call, pace: pace).answer()
                script = request.streams ? stream(answer, request, reply, pace) : whole(answer, request, reply)
            } catch {
                let message = "[simulated] The scenario's hole `\(error.expression)`: \(error.message)"
                script = refused(Refusal(.server, message: message), model: request.model)
            }
        }
        script.slow = reply.slow
        if case .drop? = reply.fault { script.ending = .drop }
        return script
    }

    /// An error reply.
    func refused(_ refusal: Refusal, model: String?, limits: RateHeadroom? = nil) -> Script {
        let (status, body) = format.refusal(refusal, model: model, envelope)
        var headers = format.headers(envelope, limits: limits)
        if let wait = refusal.retryAfter, refusal.retriesAtDate {
            headers.append(("retry-after", HTTPDate.text(of: envelope.now.advanced(by: wait))))
        } else if let wait = refusal.retryAfter, format.provider != "google" {
            headers.append(("retry-after", Seconds.text(wait)))
            if format.provider == "openai" {
                headers.append(("retry-after-ms", String(wait.wholeMicroseconds / 1000)))
            }
        }
        let (text, type): (String, String) =
            switch refusal.body {
            case .json: (JSON.text(of: body), "application/json")
            case .array: (JSON.text(of: [body]), "application/json")
            case .html:
                ("<html><head><title>\(status)</title></head><body>[simulated] proxy error</body></html>", "text/html")
            case .text: (refusal.message ?? refusal.kind.text(model: model), "text/plain")
            case .empty: ("", "text/plain")
            }
        return Script(status: status, headers: headers, body: text, contentType: type)
    }

    private func whole(_ answer: Answer, _ request: SimulatedRequest, _ reply: Reply) -> Script {
        var body = format.whole(answer, to: request, envelope)
        let headers = format.headers(envelope, limits: reply.limits)
        switch reply.fault {
        case .wrongTypes?: body = Damage.wrongTypes(body)
        case .errorInStream(let kind, _)?:
            let frame = format.errorFrame(kind, at: 0, to: request, envelope)
            return Script(status: 200, headers: headers, body: Framing.array.content(of: frame))
        case .cut?, .stall?, .malformed?, .huge?, .drop?, .refusal?, .events?, .callDeltas?, nil: break
        }
        let text = JSON.text(of: body)
        var script = Script(status: 200, headers: headers, body: text)
        let half = Script.Piece(text: Damage.half(text))
        switch reply.fault {
        case .malformed?:
            script.pieces = [half]
            script.length = half.text.utf8.count
        case .cut?:
            script.pieces = [half]
            script.ending = .cut
        case .stall(_, let time)?:
            script.pieces = [half]
            script.ending = .stall(time)
        case .wrongTypes?, .errorInStream?, .huge?, .drop?, .refusal?, .events?, .callDeltas?, nil: break
        }
        return script
    }

    private func stream(
        _ answer: Answer, _ request: SimulatedRequest, _ reply: Reply, _ pace: StreamPace
    ) -> Script {
        var answer = answer
        // A frame for every few letters of a huge text would be many times the text.
        if case .huge? = reply.fault { answer.chunkTokens = max(answer.chunkTokens, 4096) }
        var frames = format.frames(answer, to: request, envelope)
        let framing = format.framing(of: request)
        var count = frames.count
        var ending = Script.Ending.whole
        switch reply.fault {
        case .cut(let after)?:
            frames = Damage.beginning(of: frames, pieces: after)
            ending = .cut
        case .stall(let after, let time)?:
            frames = Damage.beginning(of: frames, pieces: after)
            ending = .stall(time)
        case .errorInStream(let kind, let after)?:
            frames = Damage.beginning(of: frames, pieces: after)
            frames.append(format.errorFrame(kind, at: frames.count, to: request, envelope))
            count = frames.count
        case .malformed?: Damage.breakOne(&frames)
        case .wrongTypes?: frames = frames.map(Damage.wrongTypes)
        case .callDeltas(let way)?: frames = CallDamage(way: way).applied(to: frames)
        case .huge?, .drop?, .refusal?, .events?, nil: break
        }
        var isFirst = true
        let pieces = frames.enumerated().map { index, frame in
            var text = framing.text(of: frame, at: index, of: count)
            if case .events(let style)? = reply.fault, framing == .serverSentEvents { text = style.applied(to: text) }
            guard frame.isPiece else { return Script.Piece(text: text) }
            defer { isFirst = false }
            return Script.Piece(delay: isFirst ? pace.firstAfter : pace.every, text: text)
        }
        var script = Script(
            headers: format.headers(envelope, limits: reply.limits), stream: pieces,
            contentType: framing.contentType)
        script.ending = ending
        script.splitBytes = pace.splitBytes
        return script
    }
}
