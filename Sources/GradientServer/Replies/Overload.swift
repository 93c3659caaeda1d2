import HTTP1

/// What there is too much of when a request is answered 503; as its raw value, what the metric's label says.
enum Overload: String, Sendable, CaseIterable {
    case connections
    case connectionsPerAddress = "connections_per_address"
    case descriptors
    case memory
    case queue
    case queueWait = "queue_wait"
    case computing
    case stopping

    /// With the bound that was met.
    fileprivate func sentence(_ limits: Configuration.Limits, _ timeouts: Configuration.Timeouts) -> String {
        switch self {
        case .connections: "Too many connections are open; the limit is \(limits.connections) (--max-connections)."
        case .connectionsPerAddress:
            "Too many connections are open from this address; the limit is \(limits.connectionsPerAddress ?? limits.connections) (--max-connections-per-address)."
        case .descriptors: "The service has no file descriptor left."
        case .memory: "Bodies and replies in progress fill the memory that they may take; it is \(limits.memory) bytes (--max-memory)."
        case .queue: "The queue of requests to be computed is full; it holds \(limits.queue) (--queue)."
        case .queueWait: "The request has waited \(timeouts.queue) seconds to be computed and must not wait longer (--queue-timeout)."
        case .computing: "The reply was not ready after \(timeouts.compute) seconds; ask for less at once (--compute-timeout)."
        case .stopping: "The service is about to stop."
        }
    }
}

extension Response {
    /// 503, to be tried again in a second, but for what would take as long again.
    static func busy(_ overload: Overload, _ configuration: Configuration) -> Response {
        var problem = Problem(.serviceUnavailable, overload.sentence(configuration.limits, configuration.timeouts))
        if overload != .computing { problem.fields.append("Retry-After", "1") }
        var response = problem.response
        response.overload = overload
        return response
    }
}
