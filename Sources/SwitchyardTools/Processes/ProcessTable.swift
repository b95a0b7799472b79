import Dispatch
import Glibc
import Synchronization

/// Which processes are alive, for everyone who asks.
///
/// Reading them takes the longer the more there are, and the steps of a run that is cancelled all ask at once. So who
/// asks while they are being read waits for the next reading, and shares it with everyone else who does.
final class ProcessTable: Sendable {
    /// A process that runs, or would if it were not stopped.
    struct Entry: Sendable {
        var process: Int32
        var group: Int32
        var session: Int32
    }

    static let shared = ProcessTable()

    private struct State {
        var waiting: [CheckedContinuation<[Entry], Never>] = []
        var isReading = false
    }

    private let state = Mutex(State())
    private let queue = Blocking.queue()

    /// Every process that is alive at some moment after the call.
    func entries() async -> [Entry] {
        await withCheckedContinuation { continuation in
            let mustRead = state.withLock { state in
                state.waiting.append(continuation)
                let isFirst = !state.isReading
                state.isReading = true
                return isFirst
            }
            if mustRead { queue.async { self.read() } }
        }
    }

    /// Reads until nobody waits.
    private func read() {
        while true {
            let waiting = state.withLock { state in
                let waiting = state.waiting
                state.waiting.removeAll()
                state.isReading = !waiting.isEmpty
                return waiting
            }
            if waiting.isEmpty { return }
            let entries = Self.current()
            for continuation in waiting { continuation.resume(returning: entries) }
        }
    }

    private static func current() -> [Entry] {
        ((try? Folders.names(in: "/proc")) ?? []).compactMap { name in
            guard let process = Int32(name), let fields = fields(of: process, upTo: 4), fields.count > 3,
                // Fields 3, 5 and 6: state, group, session. One that its parent has not reaped is not alive.
                fields[0] != "Z", fields[0] != "X", let group = Int32(fields[2]), let session = Int32(fields[3])
            else { return nil }
            return Entry(process: process, group: group, session: session)
        }
    }

    /// The fields of `/proc/PID/stat` from the third on, `count` of them at most; nil if there is no such process.
    static func fields(of process: Int32, upTo count: Int) -> [Substring]? {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = String(unsafeUninitializedCapacity: 1024) { max(0, Glibc.read(file, $0.baseAddress, $0.count)) }
        // The second is the program's name in parentheses, which may itself contain both.
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        return Array(text[text.utf8.index(after: end)...].split(separator: " ", maxSplits: count).prefix(count))
    }
}
