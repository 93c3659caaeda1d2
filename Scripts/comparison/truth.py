"""What the numbers should be, in 50 digits: arrays of mpmath numbers, so that the formulas read as they do on paper.

Beside each value stands its condition: how far it may move, in units of eps, when each number that enters it and each of its terms is off by
eps of itself, to first order. No algorithm in the working precision can promise less than a small multiple of it. For a sum it is Σ|terms|. As numbers
below `tiny`, the smallest normal one, lie no closer than there, whatever is rounded counts as at least that.
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 50

def exact(array):
    return np.vectorize(mp.mpf, otypes=[object])(array)


def jet(activation, o):
    """f and its first three derivatives at o."""
    if activation == "identity":
        return o, mp.mpf(1), mp.mpf(0), mp.mpf(0)
    if activation == "relu":
        return max(o, mp.mpf(0)), mp.mpf(o > 0), mp.mpf(0), mp.mpf(0)
    if activation == "tanh":
        h, slope = mp.tanh(o), mp.sech(o) ** 2
        return h, slope, -2 * h * slope, slope * (4 * h * h - 2 * slope)
    if activation == "gelu":
        distribution, density = mp.ncdf(o) if abs(o) < 1000 else mp.mpf(o > 0), mp.npdf(o)
        return o * distribution, distribution + o * density, density * (2 - o * o), density * o * (o * o - 4)
    s = 1 / (1 + mp.exp(-o))
    s1 = s / (1 + mp.exp(o))
    s2, s3 = -s1 * mp.tanh(o / 2), s1 * (1 - 6 * s1)
    if activation == "sigmoid":
        return s, s1, s2, s3
    if activation == "silu":
        return o * s, s + o * s1, 2 * s1 + o * s2, 3 * s2 + o * s3
    if activation == "softplus":
        with mp.workdps(400):
            return max(o, mp.mpf(0)) + mp.log1p(mp.exp(-abs(o))), s, s1, s2
    raise ValueError(activation)


def jets(activation, o):
    """The same for each entry."""
    return [np.array(part, dtype=object).reshape(o.shape) for part in zip(*(jet(activation, entry) for entry in o.ravel()))]


def step(activation, tiny, x_t, h_prev, W_x, W_h, b, dh, tangents):
    """Value and condition of each result of /backward, /jvp and /hvp by name."""
    o = h_prev @ W_h + x_t @ W_x + b
    o_terms = abs(h_prev) @ abs(W_h) + abs(x_t) @ abs(W_x) + abs(b)
    _, f1, f2, f3 = jets(activation, o)

    do = dh * f1
    do_condition = np.maximum(abs(dh) * (np.maximum(abs(f1), tiny) + abs(f2) * o_terms), tiny)
    backward = {
        "dx_t": (do @ W_x.T, do_condition @ abs(W_x).T),
        "dh_prev": (do @ W_h.T, do_condition @ abs(W_h).T),
        "dW_x": (x_t.T @ do, abs(x_t).T @ do_condition),
        "dW_h": (h_prev.T @ do, abs(h_prev).T @ do_condition),
        "db": (do.sum(axis=0), do_condition.sum(axis=0)),
    }

    vx, vh, vW_x, vW_h, vb = tangents
    rate = vh @ W_h + h_prev @ vW_h + vx @ W_x + x_t @ vW_x + vb
    rate_terms = abs(vh) @ abs(W_h) + abs(h_prev) @ abs(vW_h) + abs(vx) @ abs(W_x) + abs(x_t) @ abs(vW_x) + abs(vb)
    jvp = {"tangent": (f1 * rate, np.maximum(abs(f1), tiny) * rate_terms + abs(f2 * rate) * o_terms)}

    moved = dh * f2 * rate
    moved_condition = np.maximum(abs(dh) * (np.maximum(abs(f2), tiny) * rate_terms + abs(f3 * rate) * o_terms), tiny)
    hvp = {
        "dx_t": (moved @ W_x.T + do @ vW_x.T, moved_condition @ abs(W_x).T + do_condition @ abs(vW_x).T),
        "dh_prev": (moved @ W_h.T + do @ vW_h.T, moved_condition @ abs(W_h).T + do_condition @ abs(vW_h).T),
        "dW_x": (x_t.T @ moved + vx.T @ do, abs(x_t).T @ moved_condition + abs(vx).T @ do_condition),
        "dW_h": (h_prev.T @ moved + vh.T @ do, abs(h_prev).T @ moved_condition + abs(vh).T @ do_condition),
        "db": (moved.sum(axis=0), moved_condition.sum(axis=0)),
    }
    return {"/backward": backward, "/jvp": jvp, "/hvp": hvp}


def sequence(activation, tiny, x, h_0, W_x, W_h, b, dh):
    """Value and condition of each result of /backward/sequence by name; x and dh are N×T×..."""
    steps = x.shape[1]
    h, h_condition, slopes = [h_0], [abs(h_0) * 0], []
    for t in range(steps):
        o_terms = abs(h[t]) @ abs(W_h) + abs(x[:, t]) @ abs(W_x) + abs(b)
        o_condition = o_terms + h_condition[t] @ abs(W_h)
        value, f1, f2, _ = jets(activation, h[t] @ W_h + x[:, t] @ W_x + b)
        h.append(value)
        h_condition.append(abs(value) + abs(f1) * o_condition)
        slopes.append((f1, np.maximum(abs(f1), tiny) + abs(f2) * o_condition))

    results = {name: [0, 0] for name in ("dW_x", "dW_h", "db")}
    dx, carried, carried_condition = [None] * steps, abs(h_0) * 0, abs(h_0) * 0
    for t in reversed(range(steps)):
        f1, f1_condition = slopes[t]
        do = (dh[:, t] + carried) * f1
        do_condition = np.maximum((abs(dh[:, t]) + carried_condition) * f1_condition, tiny)
        carried, carried_condition = do @ W_h.T, do_condition @ abs(W_h).T
        dx[t] = (do @ W_x.T, do_condition @ abs(W_x).T)
        h_all = abs(h[t]) + h_condition[t]
        for name, value, condition in (
            ("dW_x", x[:, t].T @ do, abs(x[:, t]).T @ do_condition),
            ("dW_h", h[t].T @ do, h_all.T @ do_condition),
            ("db", do.sum(axis=0), do_condition.sum(axis=0)),
        ):
            results[name][0] = results[name][0] + value
            results[name][1] = results[name][1] + condition
    return {
        "h": (np.stack(h[1:], axis=1), np.stack(h_condition[1:], axis=1)),
        "dx": tuple(np.stack(part, axis=1) for part in zip(*dx)),
        "dh_0": (carried, carried_condition),
        **{name: tuple(pair) for name, pair in results.items()},
    }


def error(got, truth, dtype):
    """The largest error among all results, in units of eps × condition. NaN counts as infinite."""
    eps, tiny = mp.mpf(float(np.finfo(dtype).eps)), mp.mpf(float(np.finfo(dtype).tiny))
    largest = mp.mpf(0)
    for name, (value, condition) in truth.items():
        for g, v, c in zip(np.asarray(got[name], dtype=np.float64).ravel(), value.ravel(), condition.ravel()):
            miss = abs(mp.mpf(float(g)) - v)
            largest = max(largest, mp.inf if mp.isnan(miss) else miss / (eps * max(c, tiny)))
    return float(largest)
