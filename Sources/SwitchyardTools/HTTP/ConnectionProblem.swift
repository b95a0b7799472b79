import Glibc
import NIOCore
import NIOPosix

/// Why a connection could not be made, as NIO's errors tell it.
enum ConnectionProblem {
    /// The reason, as the end of a sentence: `nothing listens at 127.0.0.1:9`.
    ///
    /// - Parameter place: the host that was called, with its port.
    static func text(_ error: any Error, at place: String) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
                return "no address is known for the name \(error.host)"
            }
            // A name may have several addresses; the last of them was the last hope.
            guard let last = error.connectionErrors.last else { return "\(error.host):\(error.port) has no address" }
            return text(last.error, at: "\(error.host):\(error.port)")
        case let error as IOError: return text(error, at: place)
        case ChannelError.connectTimeout: return "there was no answer in time"
        default: return "\(error)"
        }
    }

    private static func text(_ error: IOError, at place: String) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens at \(place)"
        case EHOSTUNREACH, ENETUNREACH: "\(place) cannot be reached from here"
        case ECONNRESET, EPIPE: "\(place) closed the connection"
        case ETIMEDOUT: "\(place) did not answer in time"
        default: SystemError.text(error.errnoCode)
        }
    }
}
