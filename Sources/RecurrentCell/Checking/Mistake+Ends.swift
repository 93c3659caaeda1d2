// The result is right until something is done to it.
extension Mistake {
    static let ends: [Mistake] = [
        .end("transposed", { result, _ in result.transposed }) {
            "This is the transpose of \($0.name). \($0.reason): \($0.line), \($0.shape)."
        },
        .end("sign", { result, _ in result.scaled(by: -1) }) {
            "The sign is wrong everywhere: this is -\($0.name). The gradient points uphill; the minus belongs to the descent step. \($0.line)."
        },
        .end("averaged-over-samples", { $1.samples > 1 ? $0.scaled(by: 1 / Double($1.samples)) : nil }) {
            "It is divided by N = \($0.extents.samples): averaged where it must be summed. A mean over the samples belongs to the loss, and dh has its "
                + "factor 1/N already if there is one: \($0.line)."
        },
        .end("multiplied-by-samples", { $1.samples > 1 ? $0.scaled(by: Double($1.samples)) : nil }) {
            "It is N = \($0.extents.samples) times as large: the factor 1/N of a mean was undone, or the sum over the samples taken again. \($0.line)."
        },
        .end("averaged-over-entries", { $0.scaled(by: 1 / Double($1.samples * $1.units)) }) {
            "It is divided by N·H = \($0.extents.samples * $0.extents.units), as by a mean over all entries of h_t. That factor belongs to the loss, and "
                + "dh has it already if there is one: \($0.line)."
        },
        .end("averaged-over-units", { $1.units > 1 ? $0.scaled(by: 1 / Double($1.units)) : nil }) {
            "It is divided by H = \($0.extents.units). Nothing here is averaged over the units: \($0.line)."
        },
        .end("twice", { result, _ in result.scaled(by: 2) }) {
            "It is twice as large: accumulated twice without a reset between, or with the 2 of a squared loss, which belongs to dh. \($0.line)."
        },
        .end("half", { result, _ in result.scaled(by: 0.5) }) {
            "It is half as large. A factor ½ of a squared loss belongs to dh, and once: \($0.line)."
        },
    ]
}
