/// The protocol version of a request. Others are refused with 505.
package enum HTTPVersion: Sendable {
    /// HTTP/1.0: one request per connection unless `Connection: keep-alive` asks otherwise; no transfer codings.
    case http1_0
    /// HTTP/1.1
    case http1_1
}
