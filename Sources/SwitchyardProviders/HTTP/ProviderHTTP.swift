package import AsyncHTTPClient
import NIOCore

/// The HTTP client of all providers.
package enum ProviderHTTP {
    /// A client that lives as long as the process.
    package static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// What a client for providers needs: no redirects, which would carry keys to other hosts; no retries of its own;
    /// room for as many streams at once as there are steps.
    package static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return configuration
    }
}
