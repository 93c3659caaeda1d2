extension Server {
    /// Of the service and of its interface; tests hold `openapi.yaml` and the changelog against it.
    package static let version = "0.1.0"
}
