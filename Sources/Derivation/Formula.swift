/// A function of one number, as a formula.
package indirect enum Formula: Equatable, Sendable {
    /// The number that it is a function of: o, or h = f(o).
    case variable(String)
    case integer(Int)
    case pi
    case negative(Formula)
    case sum(Formula, Formula)
    case difference(Formula, Formula)
    case product(Formula, Formula)
    case quotient(Formula, Formula)
    case square(Formula)
    case squareRoot(Formula)
    case magnitude(Formula)
    /// e to this power.
    case exponential(Formula)
    /// A function known by its name: tanh, sin, cos, log, erf.
    case named(String, Formula)
    /// One formula where the variable is greater than 0, another elsewhere.
    case split(positive: Formula, otherwise: Formula)
}

extension Formula {
    static let o = Formula.variable("o")
    static let h = Formula.variable("h")

    static prefix func - (operand: Formula) -> Formula { .negative(operand) }
    static func + (left: Formula, right: Formula) -> Formula { .sum(left, right) }
    static func - (left: Formula, right: Formula) -> Formula { .difference(left, right) }
    static func * (left: Formula, right: Formula) -> Formula { .product(left, right) }
    static func / (left: Formula, right: Formula) -> Formula { .quotient(left, right) }
    static func exp(_ exponent: Formula) -> Formula { .exponential(exponent) }
}

extension Formula: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .integer(value) }
}
