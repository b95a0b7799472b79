import Dispatch
import Glibc

/// Calls back on the main actor when a signal asks the process to end.
@MainActor
final class TerminationSignals {
    private var sources: [any DispatchSourceSignal] = []

    /// - Parameter handler: called with the signal's number each time one of `signals` comes.
    init(_ signals: [Int32], handler: @escaping @MainActor (Int32) -> Void) {
        for number in signals {
            // The default action would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
            source.setEventHandler { MainActor.assumeIsolated { handler(number) } }
            source.resume()
            sources.append(source)
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
        sources = []
    }
}
