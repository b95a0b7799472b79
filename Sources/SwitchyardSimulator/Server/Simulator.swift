import Hummingbird
import Logging
import NIOCore
package import SwitchyardCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP server that speaks the formats of OpenAI, Anthropic, Gemini and Ollama, and answers from a scenario.
///
/// Every reply has the header `x-switchyard-simulated: true`.
package actor Simulator {
    /// Why it could not be started.
    package struct StartError: Error, Hashable, Sendable {
        /// One sentence, without a full stop.
        package var message: String
    }

    private let exchange: Exchange
    private let host: String
    private var server: Task<Void, any Error>?

    /// - Parameters:
    ///   - scenario: what it answers.
    ///   - host: the address it listens on.
    ///   - now: the time that replies carry.
    ///   - onRequest: is told of each request when its answer is decided; cheap, callable from any thread.
    package init(
        scenario: Scenario, host: String = "127.0.0.1", now: @escaping @Sendable () -> Timestamp = Simulator.now,
        onRequest: @escaping @Sendable (AnsweredRequest) -> Void = { _ in }
    ) {
        exchange = Exchange(scenario, now: now, onRequest: onRequest)
        self.host = host
    }

    /// Starts to listen.
    ///
    /// - Parameter port: 0 takes a free one.
    /// - Returns: the port.
    package func start(port: Int = 0) async throws(StartError) -> Int {
        guard server == nil else { throw StartError(message: "the simulator is running already") }
        let (ports, opened) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: SimulatorResponder(exchange: exchange),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "switchyard"),
            onServerRunning: { channel in
                opened.yield(channel.localAddress?.port ?? port)
                opened.finish()
            },
            logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() })
        let server = Task {
            defer { opened.finish() }
            try await application.run()
        }
        self.server = server
        for await port in ports { return port }
        self.server = nil
        do {
            try await server.value
        } catch let error as IOError {
            let reason = String(cString: strerror(error.errnoCode))
            throw StartError(message: "the simulator cannot listen on \(host):\(port): \(reason)")
        } catch {
            throw StartError(message: "the simulator cannot listen on \(host):\(port): \(error)")
        }
        throw StartError(message: "the simulator ended at once")
    }

    /// Breaks every connection and stops. Can be started again.
    package func stop() async {
        guard let server else { return }
        server.cancel()
        _ = await server.result
        self.server = nil
    }

    /// Waits until it stops; at once if it does not run.
    package func waitUntilStopped() async {
        _ = await server?.result
    }

    /// The time of this machine.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
