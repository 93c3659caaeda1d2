/// A function f for h_t = f(o_t), in words and formulas. The raw value is its name in a request.
package enum Function: String, CaseIterable, Sendable {
    case tanh, identity, relu, sigmoid, softplus, elu, silu, gelu, softsign, sin
}

// Each derivative stands under the function that it differentiates.
extension Function {
    /// f(o)
    package var formula: Formula {
        switch self {
        case .tanh: .named("tanh", .o)
        case .identity: .o
        case .relu: .split(positive: .o, otherwise: 0)
        case .sigmoid: 1 / (1 + .exp(-.o))
        case .softplus: .named("log", 1 + .exp(.o))
        case .elu: .split(positive: .o, otherwise: .exp(.o) - 1)
        case .silu: .o / (1 + .exp(-.o))
        case .gelu: (.o / 2) * (1 + .named("erf", .o / .squareRoot(2)))
        case .softsign: .o / (1 + .magnitude(.o))
        case .sin: .named("sin", .o)
        }
    }

    /// f′(o)
    package var derivative: Formula {
        switch self {
        case .tanh: 1 - .square(.named("tanh", .o))
        case .identity: 1
        case .relu: .split(positive: 1, otherwise: 0)
        case .sigmoid: .exp(-.o) / .square(1 + .exp(-.o))
        case .softplus: 1 / (1 + .exp(-.o))
        case .elu: .split(positive: 1, otherwise: .exp(.o))
        case .silu: 1 / (1 + .exp(-.o)) + (.o * .exp(-.o)) / .square(1 + .exp(-.o))
        case .gelu: (1 + .named("erf", .o / .squareRoot(2))) / 2 + (.o * .exp(-(.square(.o) / 2))) / .squareRoot(2 * .pi)
        case .softsign: 1 / .square(1 + .magnitude(.o))
        case .sin: .named("cos", .o)
        }
    }

    /// f′(o) by h = f(o), for the functions whose value tells their slope.
    package var derivativeFromOutput: Formula? {
        switch self {
        case .tanh: 1 - .square(.h)
        case .identity: 1
        case .relu: .split(positive: 1, otherwise: 0)
        case .sigmoid: .h * (1 - .h)
        case .softplus: 1 - .exp(-.h)
        case .elu: .split(positive: 1, otherwise: 1 + .h)
        case .softsign: .square(1 - .magnitude(.h))
        case .silu, .gelu, .sin: nil
        }
    }

    /// f in one sentence.
    var words: String {
        switch self {
        case .tanh: "tanh presses each entry into the open interval from -1 to 1 and keeps its sign."
        case .identity: "The identity leaves each entry as it is: the cell is linear."
        case .relu: "relu keeps positive entries and replaces all others by 0."
        case .sigmoid: "The sigmoid presses each entry into the open interval from 0 to 1."
        case .softplus: "softplus is a smooth relu: near 0 for very negative entries, near o for large ones."
        case .elu: "elu keeps positive entries and lets all others level off at -1."
        case .silu: "silu multiplies each entry by its own sigmoid."
        case .gelu: "gelu multiplies each entry by the probability that a standard normal variable is less than it."
        case .softsign: "softsign presses each entry into the open interval from -1 to 1, more slowly than tanh."
        case .sin: "The sine of each entry."
        }
    }

    /// f′ in a sentence or two.
    var slopeWords: String {
        switch self {
        case .tanh: "The slope is 1 at 0 and falls towards 0 where tanh levels off."
        case .identity: "The slope is 1 everywhere, so the gradient passes unchanged."
        case .relu: "The gradient passes where o is positive and stops elsewhere. At 0 there is no slope; 0 is taken."
        case .sigmoid: "The slope is f(o) (1 - f(o)): at most 1/4, and near 0 where the sigmoid levels off."
        case .softplus: "The slope of softplus is the sigmoid."
        case .elu: "The slope is 1 for positive o, and falls towards 0 as o becomes more negative."
        case .silu: "By the product rule: the sigmoid, plus o times the slope of the sigmoid."
        case .gelu: "By the product rule: the probability, plus o times its density."
        case .softsign: "The slope is 1 at 0 and falls as 1/o² far from it."
        case .sin: "The slope of the sine is the cosine."
        }
    }
}
