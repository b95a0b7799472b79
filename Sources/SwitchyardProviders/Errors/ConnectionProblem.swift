import Glibc
import NIOCore
import NIOPosix

/// Why there is no connection, or none any more.
enum ConnectionProblem: Hashable, Sendable {
    /// Nothing listens at this host and port.
    case refused(String)
    /// No way leads to this host and port.
    case unreachable(String)
    /// The host and port did not answer in time.
    case silent(String)
    case unknownName(String)
    /// The server broke the connection.
    case closed
    /// What the system, or the HTTP client, says.
    case other(String)

    /// What an error of the system is; nil for any other.
    ///
    /// - Parameter place: the host and port that were called, where the error does not say.
    init?(_ error: any Error, at place: String) {
        switch error {
        case let error as NIOConnectionError:
            let place = "\(error.host):\(error.port)"
            // A name may have several addresses; the last of them was the last hope.
            if let last = error.connectionErrors.last {
                self = ConnectionProblem(last.error, at: place) ?? .other("\(last.error)")
            } else {
                self = .unknownName(error.host)
            }
        case ChannelError.connectTimeout: self = .silent(place)
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: self = .refused(place)
            case EHOSTUNREACH, ENETUNREACH: self = .unreachable(place)
            case ETIMEDOUT: self = .silent(place)
            case ECONNRESET, EPIPE: self = .closed
            default: self = .other(String(cString: strerror(error.errnoCode)))
            }
        default: return nil
        }
    }
}
