/// The extents of a batch of sequences: those of the cell, and T.
struct SequenceExtents {
    var cell: Extents
    var steps: Int
    var order: SequenceOrder

    /// Step t of the states (or of anything N×T×H).
    func state(_ step: Int) -> Layout {
        order.layout(step: step, samples: cell.samples, steps: steps, width: cell.units)
    }

    /// All steps of all samples as the rows of one matrix.
    func allRows(width: Int) -> Layout {
        Layout(rows: cell.samples * steps, columns: width, rowStride: width, columnStride: 1)
    }
}

extension Cell {
    /// The extents of a batch of sequences, after a check of each input against the others.
    func extents<S: Scalar>(
        of inputs: SequenceInputs<S>, dh: Sequences<S>, truncation: Int?
    ) throws(InputError) -> SequenceExtents {
        guard dh.order == inputs.x.order else {
            throw InputError(field: "dh", detail: "dh is \(dh.order.rawValue), but x is \(inputs.x.order.rawValue); both must be the same.")
        }
        func sequences(_ name: String, _ sequences: Sequences<S>, _ width: Axis) -> Member {
            let (samples, steps) = ((Axis.samples, sequences.samples), (Axis.steps, sequences.steps))
            let (first, second) = sequences.order == .batchFirst ? (samples, steps) : (steps, samples)
            return Member(name, first, second, (width, sequences.width))
        }
        let members: [Member?] = [
            sequences("x", inputs.x, .inputs),
            Member("b", (.units, inputs.b.count)),
            member("W_h", inputs.W_h, .units, .units),
            member("h_0", inputs.h_0, .samples, .units),
            member("W_x", inputs.W_x, .inputs, .units),
            sequences("dh", dh, .units),
            inputs.lengths.map { Member("lengths", (.samples, $0.count)) },
        ]
        let extents = try RecurrentCell.extents(of: members)
        let steps = extents[.steps] ?? 0
        if let length = inputs.lengths?.first(where: { !(0...steps).contains($0) }) {
            throw InputError(
                field: "lengths", detail: "lengths has \(length), but the sequences have \(steps) steps, so it must be 0 to \(steps).")
        }
        if let truncation, truncation < 1 {
            throw InputError(field: "bptt_steps", detail: "bptt_steps is \(truncation), but a gradient flows through at least 1 step.")
        }
        return SequenceExtents(
            cell: Extents(samples: extents[.samples] ?? 0, inputs: extents[.inputs] ?? 0, units: extents[.units] ?? 0),
            steps: steps, order: inputs.x.order)
    }
}
