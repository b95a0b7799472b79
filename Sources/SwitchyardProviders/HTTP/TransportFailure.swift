import AsyncHTTPClient
import SwitchyardCore

/// Classifies the errors of the HTTP client.
enum TransportFailure {
    static func of(_ error: any Error) -> WireFailure {
        guard let error = error as? HTTPClientError else {
            // The system's and TLS's errors: no route, refused, reset, a certificate that is not trusted.
            return WireFailure(.transport, .connection("\(error)"))
        }
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            return WireFailure(.timeout, .connection(error.shortDescription))
        case .invalidURL, .emptyHost, .emptyScheme:
            let words = "has an address that cannot be called: \(error.shortDescription)"
            return WireFailure(.invalidRequest, .told(words))
        case .cancelled: return WireFailure(.cancelled, .said(nil))
        default: return WireFailure(.transport, .connection(error.shortDescription))
        }
    }
}
