/// What there is too much of when a request is answered 503, with the bound that says so.
enum Overload: Sendable, Equatable {
    case connections(Int)
    case connectionsPerAddress(Int)
    case descriptors
    case memory(Int)
    case queue(Int)
    case queueWait(Double)

    /// The value of the metric's label.
    var label: String {
        switch self {
        case .connections: "connections"
        case .connectionsPerAddress: "connections_per_address"
        case .descriptors: "descriptors"
        case .memory: "memory"
        case .queue: "queue"
        case .queueWait: "queue_wait"
        }
    }

    static let labels = ["connections", "connections_per_address", "descriptors", "memory", "queue", "queue_wait"]

    var sentence: String {
        switch self {
        case .connections(let most): "\(most) connections are open already (--max-connections)."
        case .connectionsPerAddress(let most): "\(most) connections from this address are open already (--max-connections-per-address)."
        case .descriptors: "The service has no file descriptor left."
        case .memory(let most): "Requests and replies in progress fill the \(most) bytes there are for them (--max-memory)."
        case .queue(let most): "\(most) requests already wait to be computed (--queue)."
        case .queueWait(let longest): "The request has waited longer than \(longest) seconds to be computed (--queue-timeout)."
        }
    }
}
