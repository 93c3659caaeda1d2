import HTTP1

/// What there is too much of when a request is answered 503, with the bound that says so.
enum Overload: Sendable, Equatable {
    case connections(Int)
    case connectionsPerAddress(Int)
    case descriptors
    case memory(Int)
    case queue(Int)
    case queueWait(Double)
    case computing(Double)
    case stopping

    /// The value of the metric's label.
    var label: String {
        switch self {
        case .connections: "connections"
        case .connectionsPerAddress: "connections_per_address"
        case .descriptors: "descriptors"
        case .memory: "memory"
        case .queue: "queue"
        case .queueWait: "queue_wait"
        case .computing: "computing"
        case .stopping: "stopping"
        }
    }

    static let labels = ["connections", "connections_per_address", "descriptors", "memory", "queue", "queue_wait", "computing", "stopping"]

    var sentence: String {
        switch self {
        case .connections(let most): "Too many connections are open; the limit is \(most) (--max-connections)."
        case .connectionsPerAddress(let most):
            "Too many connections are open from this address; the limit is \(most) (--max-connections-per-address)."
        case .descriptors: "The service has no file descriptor left."
        case .memory(let most): "Bodies and replies in progress fill the memory that they may take; it is \(most) bytes (--max-memory)."
        case .queue(let most): "The queue of requests to be computed is full; it holds \(most) (--queue)."
        case .queueWait(let longest): "The request has waited \(longest) seconds to be computed and must not wait longer (--queue-timeout)."
        case .computing(let longest): "The reply was not ready after \(longest) seconds; ask for less at once (--compute-timeout)."
        case .stopping: "The service is about to stop."
        }
    }
}

extension Response {
    /// 503, to be tried again in a second, but for what would take as long again.
    static func busy(_ overload: Overload) -> Response {
        var problem = Problem(.serviceUnavailable, overload.sentence)
        if case .computing = overload {} else { problem.fields.append("Retry-After", "1") }
        var response = problem.response
        response.overload = overload
        return response
    }
}
