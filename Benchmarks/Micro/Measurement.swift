import Dispatch

/// How long something takes, at best and in the middle of many runs: the best is the machine undisturbed, the median what one gets.
struct Measurement {
    let best: Double
    let median: Double

    /// Times `body` again and again for about a fifth of a second, or just once for a smoke test.
    init(isSmoke: Bool, _ body: () -> Void) {
        var seconds: [Double] = []
        let end = DispatchTime.now() + (isSmoke ? 0 : 0.2)
        repeat {
            let start = DispatchTime.now()
            body()
            seconds.append(Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9)
        } while DispatchTime.now() < end
        seconds.sort()
        best = seconds[0]
        median = seconds[seconds.count / 2]
    }
}

/// The lines of the report: what, how long for one item, and the rate beside the machine's own.
struct Report {
    let isSmoke: Bool

    func section(_ title: String) {
        print("\n\(title)")
    }

    /// - Parameters:
    ///   - items: how many numbers or entries `body` handles.
    ///   - amount: what the rate counts, bytes or floating-point operations, in billions a second as `unit`.
    @discardableResult
    func line(_ name: String, items: Int, amount: Int, unit: String, _ body: () -> Void) -> Measurement {
        let time = Measurement(isSmoke: isSmoke, body)
        let nanoseconds = { (seconds: Double) in fixed(seconds * 1e9 / Double(items), 2, width: 9) }
        let rate = fixed(Double(amount) / time.best / 1e9, 2, width: 9)
        print("  \(padded(name, 44))\(nanoseconds(time.best)) ns  (median\(nanoseconds(time.median)))  \(rate) \(unit)")
        return time
    }
}

private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

/// `value` with so many decimals, right-aligned.
private func fixed(_ value: Double, _ decimals: Int, width: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let whole = String(Int((value * scale).rounded()))
    let digits = String(repeating: "0", count: max(0, decimals + 1 - whole.count)) + whole
    let text = digits.dropLast(decimals) + "." + digits.suffix(decimals)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}
