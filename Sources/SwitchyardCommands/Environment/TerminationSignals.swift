import Dispatch
import Glibc

/// Calls back when a signal asks the process to end.
///
/// On a queue of its own: the main actor may be stuck in a write to a reader that stalls, and that is when a person
/// presses ^C.
final class TerminationSignals {
    private var sources: [any DispatchSourceSignal] = []
    private let queue = DispatchQueue(label: "switchyard.signals")

    /// - Parameter handler: called with the signal's number each time one of `signals` comes, one call at a time.
    init(_ signals: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
        for number in signals {
            // The default action would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number) }
            source.resume()
            sources.append(source)
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
        sources = []
    }
}
