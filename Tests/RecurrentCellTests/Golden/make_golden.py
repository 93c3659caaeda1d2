"""Writes the golden files beside it: what the cell must answer, by NumPy in 80-bit precision and mpmath at 50 digits.

    python3 make_golden.py [points]       needs numpy and mpmath; points per activation, default 250

All files are little-endian float64, without a header.
  activations-float64.f64  for each activation in the order of ACTIVATIONS, `points` rows of 9:
                           o, then (high, low) of f, f', f'' with high + low exact to 100 bits, then the sums of the magnitudes of the terms of f' and f''
  activations-float32.f64  the same with float32 o
  gradients.f64            for each case of gradients.json: h_t do_t dx_t dh_prev dW_x dW_h db, row after row
Inputs of a gradient case are not stored: both sides draw them from the generator `Draw`.
"""

import json
import pathlib
import random
import sys

import mpmath as mp
import numpy as np

mp.mp.dps = 50
HERE = pathlib.Path(__file__).parent
ACTIVATIONS = ["tanh", "identity", "relu", "sigmoid", "softplus", "elu", "silu", "gelu", "softsign", "sin"]


def exact(name, o):
    """f, f', f'' at o and the magnitudes of the terms of f' and f''."""
    one, two = mp.mpf(1), mp.mpf(2)
    if name == "tanh":
        h, slope = mp.tanh(o), mp.sech(o) ** 2
        return h, slope, -2 * h * slope
    if name == "identity":
        return o, one, mp.mpf(0)
    if name == "relu":
        return max(o, mp.mpf(0)), one if o > 0 else mp.mpf(0), mp.mpf(0)
    sigmoid = 1 / (1 + mp.exp(-o))
    density = sigmoid / (1 + mp.exp(o))
    if name == "sigmoid":
        return sigmoid, density, -density * mp.tanh(o / 2)
    if name == "softplus":
        with mp.workdps(400):
            value = mp.log1p(mp.exp(o)) if o < 300 else o + mp.log1p(mp.exp(-o))
        return value, sigmoid, density
    if name == "elu":
        return (o, one, mp.mpf(0)) if o > 0 else (mp.expm1(o), mp.exp(o), mp.exp(o))
    if name == "silu":
        bend = o * mp.tanh(o / 2)
        return o * sigmoid, sigmoid + o * density, density * (2 - bend), sigmoid + abs(o) * density, density * (2 + abs(bend))
    if name == "gelu":
        distribution = mp.erfc(-o / mp.sqrt(2)) / 2
        normal = mp.exp(-o * o / 2) / mp.sqrt(2 * mp.pi)
        return o * distribution, distribution + o * normal, normal * (2 - o * o), distribution + abs(o) * normal, normal * (2 + o * o)
    if name == "softsign":
        return o / (1 + abs(o)), 1 / (1 + abs(o)) ** 2, -two * mp.sign(o) / (1 + abs(o)) ** 3
    if name == "sin":
        return mp.sin(o), mp.cos(o), -mp.sin(o)
    raise ValueError(name)


def points(count, width, rng):
    """Pre-activations: all magnitudes, crowded where something happens, and the seams of the formulas."""
    kind = np.float64 if width == 64 else np.float32
    smallest, last = (-1074, 760.0) if width == 64 else (-149, 110.0)
    seams = [0.0, 0.55, 1.0, 20.0, 88.722839, 88.722832, 44.361419, 52.6, 87.34, 103.97, 354.891356446692, 372.5, 2.0864496417391334, 2.781771421432495, 4.173801422119141, 708.39, 709.782712893384, 744.4, 750.0]
    drawn = []
    for seam in seams:
        for side in (-1, 1):
            value = kind(seam)
            drawn += [side * value, side * np.nextafter(value, kind(1e30)), side * np.nextafter(value, kind(0))]
    while len(drawn) < count:
        sign = rng.choice((-1, 1))
        drawn.append(kind(sign * rng.uniform(0, 3)))
        drawn.append(kind(sign * rng.uniform(0, last)))
        drawn.append(kind(sign * 2.0 ** rng.uniform(smallest, 4)))
        drawn.append(kind(sign * 2.0 ** rng.uniform(-8, 10)))
    return [float(o) for o in drawn[:count]]


def write_activations(count):
    for width in (64, 32):
        rng = random.Random(width)
        rows = []
        for name in ACTIVATIONS:
            for o in points(count, width, rng):
                values = [mp.mpf(v) for v in exact(name, mp.mpf(o))]
                row = [o]
                for value in values[:3]:
                    high = float(value)
                    row += [high, float(value - mp.mpf(high))]
                row += [float(v) for v in (values[3:] or (abs(values[1]), abs(values[2])))]
                rows.append(row)
        np.array(rows, dtype="<f8").tofile(HERE / f"activations-float{width}.f64")


class Draw:
    """Multiples of 2^-23 in [-1, 1), exact in float32; Knuth's MMIX generator."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, *shape):
        numbers = []
        for _ in range(int(np.prod(shape))):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
            numbers.append(((self.state >> 40) - 2**23) / 2**23)
        return np.array(numbers, dtype=np.longdouble).reshape(shape)


def gradients(case):
    N, D, H = case["N"], case["D"], case["H"]
    draw = Draw(case["seed"])
    x_t, h_prev, W_x, W_h, b, dh = draw(N, D), draw(N, H), draw(D, H), draw(H, H), draw(H), draw(N, H)
    W_x, W_h = W_x / case["damping"], W_h / case["damping"]
    o = h_prev @ W_h + x_t @ W_x + b
    rows = [[exact(case["activation"], mp.mpf(np.format_float_positional(v, unique=True))) for v in row] for row in o]
    pick = lambda i: np.array([[np.longdouble(mp.nstr(v[i], 30)) for v in row] for row in rows], dtype=np.longdouble).reshape(N, H)
    do_t = dh * pick(1)
    return [pick(0), do_t, do_t @ W_x.T, do_t @ W_h.T, x_t.T @ do_t, h_prev.T @ do_t, do_t.sum(axis=0)]


def write_gradients():
    # Every pair of extents occurs (a Latin square); then wide and tall ones.
    sizes = [1, 2, 3, 7, 17, 64]
    shapes = [(sizes[i], sizes[j], sizes[(i + j) % 6]) for i in range(6) for j in range(6)]
    shapes += [(3, 300, 2), (2, 3, 130), (200, 2, 3), (1, 1, 1)]
    cases = []
    for index, (N, D, H) in enumerate(shapes):
        activation = "tanh" if index % 2 == 0 else ACTIVATIONS[index // 2 % len(ACTIVATIONS)]
        # The larger of the cells would only show saturated tanhs without it.
        damping = 2 ** (int(D + H).bit_length() // 2)
        cases.append({"N": N, "D": D, "H": H, "activation": activation, "seed": index + 1, "damping": damping})
    (HERE / "gradients.json").write_text("[\n" + ",\n".join("  " + json.dumps(c) for c in cases) + "\n]\n")
    flat = [np.asarray(a, dtype="<f8").ravel() for case in cases for a in gradients(case)]
    np.concatenate(flat).tofile(HERE / "gradients.f64")


if __name__ == "__main__":
    write_activations(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
    write_gradients()
