import TensorText
import Testing

@Suite struct `The nearest known name` {
    private let names = ["x_t", "h_prev", "W_x", "W_h", "b", "dh", "h_t", "convention", "activation"]

    @Test(arguments: [
        ("Wx", "W_x"), ("w_x", "W_x"), ("WX", "W_x"), ("xt", "x_t"), ("h_perv", "h_prev"), ("hprev", "h_prev"),
        ("conventoin", "convention"),
        ("Activation", "activation"), ("activations", "activation"), ("B", "b"), ("W_y", "W_x"),
    ])
    func `is found through a slip of the finger`(typed: String, meant: String) {
        #expect(nearestName(to: typed, among: names) == meant)
    }

    @Test(arguments: ["", "q", "weights", "bias", "input", String(repeating: "x", count: 1000)])
    func `is not guessed from afar`(typed: String) {
        #expect(nearestName(to: typed, among: names) == nil)
    }
}
