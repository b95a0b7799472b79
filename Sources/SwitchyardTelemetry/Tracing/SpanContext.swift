import Tracing

// What the collecting tracer keeps in contexts.

private enum CurrentSpanKey: ServiceContextKey {
    typealias Value = SpanIdentity
    static var nameOverride: String? { "switchyard-span" }
}

private enum PlannedSpanKey: ServiceContextKey {
    typealias Value = SpanIdentity
    static var nameOverride: String? { "switchyard-planned-span" }
}

extension ServiceContext {
    /// The span that whatever happens in the context belongs to.
    var currentSpan: SpanIdentity? {
        get { self[CurrentSpanKey.self] }
        set { self[CurrentSpanKey.self] = newValue }
    }

    /// What the next span that is started in the context will be, where that is known beforehand. Other tracers than
    /// the collecting one do not look at it.
    var plannedSpan: SpanIdentity? {
        get { self[PlannedSpanKey.self] }
        set { self[PlannedSpanKey.self] = newValue }
    }
}
