import AsyncHTTPClient
import SwitchyardCore

/// Classifies the errors of the HTTP client.
enum TransportFailure {
    /// - Parameter url: the address that was called.
    static func of(_ error: any Error, at url: String) -> WireFailure {
        if let problem = ConnectionProblem(error, at: place(of: url)) {
            if case .silent = problem { return WireFailure(.timeout, .connection(problem)) }
            return WireFailure(.transport, .connection(problem))
        }
        guard let error = error as? HTTPClientError else {
            // TLS's errors: a certificate that is not trusted.
            return WireFailure(.transport, .connection(.other("\(error)")))
        }
        switch error {
        case .connectTimeout: return WireFailure(.timeout, .connection(.silent(place(of: url))))
        case .deadlineExceeded, .readTimeout, .writeTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
            .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            return WireFailure(.timeout, .connection(.other(error.shortDescription)))
        case .remoteConnectionClosed: return WireFailure(.transport, .connection(.closed))
        case .invalidURL, .emptyHost, .emptyScheme:
            let words = "has an address that cannot be called: \(error.shortDescription)"
            return WireFailure(.invalidRequest, .told(words))
        case .cancelled: return WireFailure(.cancelled, .said(nil))
        default: return WireFailure(.transport, .connection(.other(error.shortDescription)))
        }
    }

    /// The host and port in `url`, as far as it names them.
    private static func place(of url: String) -> String {
        String((url.split(separator: "://", maxSplits: 1).last ?? "").prefix { $0 != "/" })
    }
}
