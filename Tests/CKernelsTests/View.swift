import CKernels

/// A matrix somewhere in an array that is larger than needed and otherwise full of `padding`: reads and writes beside the matrix show.
struct View<Scalar: Kernel> {
    enum Layout: CaseIterable {
        case rows, columns, paddedRows, paddedColumns, everyOther
    }

    let rows, columns, rowStride, columnStride: Int
    let start = 3
    var storage: [Scalar]

    init(_ rows: Int, _ columns: Int, _ layout: Layout, padding: Scalar) {
        (self.rows, self.columns) = (rows, columns)
        switch layout {
        case .rows: (rowStride, columnStride) = (columns, 1)
        case .columns: (rowStride, columnStride) = (1, rows)
        case .paddedRows: (rowStride, columnStride) = (columns + 5, 1)
        case .paddedColumns: (rowStride, columnStride) = (1, rows + 2)
        case .everyOther: (rowStride, columnStride) = (2 * columns + 1, 2)
        }
        storage = Array(repeating: padding, count: 2 * start + rows * rowStride + columns * columnStride)
    }

    /// NaN around the entries: a product that reads it is NaN.
    init(_ rows: Int, _ columns: Int, _ layout: Layout, entry: (Int, Int) -> Scalar) {
        self.init(rows, columns, layout, padding: .nan)
        for i in 0..<rows { for j in 0..<columns { self[i, j] = entry(i, j) } }
    }

    subscript(_ i: Int, _ j: Int) -> Scalar {
        get { storage[start + i * rowStride + j * columnStride] }
        set { storage[start + i * rowStride + j * columnStride] = newValue }
    }

    /// The bits of all there is, padding included.
    var bits: [UInt64] { storage.map { Double($0).bitPattern } }
}

/// C = A·B, or C += A·B: the given rows and columns of it.
func multiply<Scalar: Kernel>(
    level: Int32, _ a: View<Scalar>, _ b: View<Scalar>, into c: inout View<Scalar>, rows: Range<Int>? = nil, columns: Range<Int>? = nil,
    accumulate: Bool = false
) {
    let (rows, columns) = (rows ?? 0..<c.rows, columns ?? 0..<c.columns)
    let (first, rowStride, columnStride) = (
        c.start + rows.lowerBound * c.rowStride + columns.lowerBound * c.columnStride, c.rowStride, c.columnStride
    )
    unsafe a.storage.withUnsafeBufferPointer { aStorage in
        unsafe b.storage.withUnsafeBufferPointer { bStorage in
            unsafe c.storage.withUnsafeMutableBufferPointer { cStorage in
                guard let aStart = aStorage.baseAddress, let bStart = bStorage.baseAddress, let cStart = cStorage.baseAddress else {
                    return
                }
                unsafe Scalar.multiply(level: level)(
                    Int64(rows.count), Int64(columns.count), Int64(a.columns),
                    aStart + a.start + rows.lowerBound * a.rowStride, Int64(a.rowStride), Int64(a.columnStride),
                    bStart + b.start + columns.lowerBound * b.columnStride, Int64(b.rowStride), Int64(b.columnStride),
                    cStart + first, Int64(rowStride), Int64(columnStride), accumulate ? 1 : 0)
            }
        }
    }
}

/// Double and Float: each test is written once.
protocol Kernel: BinaryFloatingPoint & Sendable {
    typealias Multiply = (
        Int64, Int64, Int64, UnsafePointer<Self>?, Int64, Int64, UnsafePointer<Self>?, Int64, Int64, UnsafeMutablePointer<Self>?, Int64,
        Int64,
        Int32
    ) -> Void

    static func multiply(level: Int32) -> Multiply
}

extension Double: Kernel {
    static func multiply(level: Int32) -> Multiply { unsafe ck_products(level).multiply_f64 }
}

extension Float: Kernel {
    static func multiply(level: Int32) -> Multiply { unsafe ck_products(level).multiply_f32 }
}
