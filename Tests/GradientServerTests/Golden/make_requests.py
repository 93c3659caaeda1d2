"""Writes requests.json beside it: bodies of POST /backward as text, and what must come back, by NumPy in 80-bit precision.

    python3 make_requests.py       needs numpy and mpmath

Each case holds the request's text, the reply's members with their shapes, and for each member the largest error that rounding explains. The
bound is the first-order one, doubled, with u = 2^-53 or 2^-24: a sum of K terms errs by at most K u times the sum of their magnitudes, f and f' by
4 u and by what the error of o brings them.
"""

import json
import pathlib
import random
import sys

import mpmath as mp
import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent.parent / "RecurrentCellTests" / "Golden"))
from make_golden import ACTIVATIONS, exact  # noqa: E402

GRADIENTS = ["dx_t", "dh_prev", "dW_x", "dW_h", "db"]
ALL = GRADIENTS + ["h_t", "do_t"]
# f' by the value of f, where that tells it.
BY_VALUE = {
    "tanh": lambda h: (1 - h) * (1 + h),
    "identity": lambda h: 1 + 0 * h,
    "relu": lambda h: (h > 0).astype(np.longdouble),
    "sigmoid": lambda h: h * (1 - h),
    "softplus": lambda h: -np.expm1(-h),
    "elu": lambda h: np.where(h > 0, 1, h + 1),
    "softsign": lambda h: (1 - abs(h)) ** 2,
}
rng = random.Random(1)


def draw(*shape, digits):
    """Decimals with that many digits behind the point; 0 makes multiples of 1/8, which are exact also in float32."""
    one = (lambda: rng.randrange(-16, 17) / 8 + 1 / 16) if digits == 0 else (lambda: round(rng.uniform(-2, 2), digits))
    return np.array([one() for _ in range(int(np.prod(shape)))], dtype=np.float64).reshape(shape)


def apply(activation, o):
    rows = [exact(activation, mp.mpf(np.format_float_positional(v, unique=True)))[:3] for v in o.ravel()]
    return [np.array([np.longdouble(mp.nstr(r[k], 30)) for r in rows], dtype=np.longdouble).reshape(o.shape) for k in range(3)]


def case(name, N, D, H, activation="tanh", convention="row", outputs=None, single=(), given_h=False, float32=False, alias=False, digits=0):
    x, h, Wx, Wh, b, dh = draw(N, D, digits=digits), draw(N, H, digits=digits), draw(D, H, digits=digits), draw(H, H, digits=digits), draw(H, digits=digits), draw(N, H, digits=digits)
    members = {"x_t": x, "h_prev": h, "W_x": Wx, "W_h": Wh, "b": b, "dh": dh}
    u = np.longdouble(2) ** (-24 if float32 else -53)
    X, Hp, WX, WH, B, DH = (a.astype(np.longdouble) for a in (x, h, Wx, Wh, b, dh))
    o = Hp @ WH + X @ WX + B
    e_o = (D + H + 2) * u * (abs(Hp) @ abs(WH) + abs(X) @ abs(WX) + abs(B))
    value, slope, bend = apply(activation, o)
    e_value, e_slope = abs(slope) * e_o + 4 * u * abs(value), abs(bend) * e_o + 4 * u * abs(slope)
    if given_h:
        # What a caller has is rounded; the slope follows from that and not from o.
        members["h_t"] = np.array(value, dtype=np.float64)
        value = members["h_t"].astype(np.longdouble)
        slope, e_value, e_slope = BY_VALUE[activation](value), 0 * value, 8 * u * np.ones_like(value)
    do = DH * slope
    e = abs(DH) * e_slope + u * abs(do)
    product = lambda left, right, e_left: (left @ right, e_left @ abs(right) + (left.shape[1] + 1) * u * (abs(left) @ abs(right)))
    dx, e_dx = product(do, WX.T, e)
    dhp, e_dhp = product(do, WH.T, e)
    dWx, e_dWx = (a.T for a in product(do.T, X, e.T))
    dWh, e_dWh = (a.T for a in product(do.T, Hp, e.T))
    db, e_db = do.sum(axis=0), e.sum(axis=0) + N * u * abs(do).sum(axis=0)
    results = dict(zip(ALL, [(dx, e_dx), (dhp, e_dhp), (dWx, e_dWx), (dWh, e_dWh), (db, e_db), (value, e_value), (do, e)]))
    like = {"dx_t": "x_t", "dh_prev": "h_prev", "h_t": "dh", "do_t": "dh"}

    def shaped(member, array):
        array = np.asarray(array)
        if member in single or like.get(member) in single:
            return array.ravel()
        return array.T if convention == "column" and array.ndim == 2 else array

    body = {(("h_<t-1>") if alias and k == "h_prev" else k): shaped(k, v).tolist() for k, v in members.items()}
    if convention != "row":
        body["convention"] = convention
    if activation != "tanh":
        body["activation"] = activation
    if float32:
        body["dtype"] = "float32"
    if outputs:
        body["outputs"] = outputs
    names = [n for n in ALL if n in (outputs or GRADIENTS)]
    return {
        "name": name,
        "request": json.dumps(body),
        "reply": {n: shaped(n, results[n][0].astype(np.float64)).tolist() for n in names},
        "bounds": {n: float(2 * results[n][1].max(initial=0)) for n in names},
    }


def main():
    samples = ("x_t", "h_prev", "dh")
    cases = [case(f"{a}, rows", 2, 3, 2, a, outputs=ALL) for a in ACTIVATIONS]
    cases += [case(f"{a}, columns", 2, 3, 2, a, "column", outputs=ALL) for a in ACTIVATIONS]
    cases += [case(f"{a} by its value h_t", 2, 3, 2, a, given_h=True, outputs=ALL) for a in BY_VALUE]
    cases += [
        case("the default outputs", 3, 2, 4),
        case("one sample alone", 1, 3, 2, single=samples, outputs=ALL),
        case("one sample alone, columns", 1, 3, 2, convention="column", single=samples, outputs=ALL),
        case("one sample alone, its h_t given", 1, 3, 2, single=samples + ("h_t",), given_h=True),
        case("one sample, x_t alone is a plain list", 1, 3, 2, single=("x_t",), outputs=ALL),
        case("one sample, x_t alone is a list of rows", 1, 3, 2, single=("h_prev", "dh"), outputs=ALL),
        case("one sample as a batch of one", 1, 3, 2),
        case("a batch of none", 0, 3, 2, outputs=ALL),
        case("a batch of none, columns", 0, 3, 2, convention="column", outputs=ALL),
        case("no inputs", 2, 0, 3, outputs=ALL),
        case("one output", 2, 3, 2, outputs=["dW_h"]),
        case("outputs in another order", 2, 3, 2, outputs=["db", "h_t", "dx_t"]),
        case("no outputs but the forward ones", 2, 3, 2, outputs=["do_t", "h_t"]),
        case("the other spelling of h_prev", 2, 3, 2, alias=True),
        case("float32", 4, 3, 5, float32=True, outputs=ALL),
        case("float32, columns, softplus", 4, 3, 5, "softplus", "column", float32=True, outputs=ALL),
        case("17 digits", 5, 17, 7, digits=17, outputs=ALL),
        case("a wide step", 2, 40, 1, digits=5),
        case("a tall step", 40, 1, 2, digits=5),
    ]
    text = ",\n".join(json.dumps(c) for c in cases)
    (HERE / "requests.json").write_text("[\n" + text + "\n]\n")


if __name__ == "__main__":
    main()
