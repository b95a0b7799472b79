import Glibc
import Synchronization

/// Signals as bytes of a pipe, so that waiting for input is waiting for them as well.
///
/// From the first moment to the last: a Dispatch source takes a while to be there, and a ^C in between is lost. Of
/// several, the last one made has them; they end in the opposite order.
final class SignalPipe {
    /// Readable once a signal came.
    let descriptor: Int32
    private let writer: Int32
    private let formerWriter: Int32
    private var former: [(Int32, sigaction)] = []

    /// Catches `signals` until it is gone; those that the process was started to ignore stay ignored.
    init?(_ signals: [Int32]) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writer) = (ends[0], ends[1])
        formerWriter = signalWriter.exchange(writer, ordering: .sequentiallyConsistent)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            // What the signal interrupted may be about to look at it.
            let code = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = Glibc.write(signalWriter.load(ordering: .sequentiallyConsistent), &byte, 1)
            errno = code
        }
        for number in signals {
            var old = sigaction()
            sigaction(number, nil, &old)
            if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { continue }
            sigaction(number, &action, nil)
            former.append((number, old))
        }
    }

    /// The first signal that came and was not taken yet; nil if there is none.
    func next() -> Int32? {
        var byte: UInt8 = 0
        return Glibc.read(descriptor, &byte, 1) == 1 ? Int32(byte) : nil
    }

    deinit {
        for (number, var action) in former { sigaction(number, &action, nil) }
        signalWriter.store(formerWriter, ordering: .sequentiallyConsistent)
        close(descriptor)
        close(writer)
    }

    /// `SIG_IGN` as a number: functions cannot be compared.
    private static let ignored = 1
}

/// Where a signal handler writes: it can hold nothing of its own.
private let signalWriter = Atomic<Int32>(-1)
