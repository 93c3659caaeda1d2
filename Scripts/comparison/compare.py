"""Prints the tables of docs/accuracy.md: the service, JAX and PyTorch against the truth.

    compare.py BINARY [--torch]       run it by Scripts/compare-with-jax, which installs what it needs
"""

import platform
import sys

import libraries
import mpmath as mp
import numpy as np
import truth
from service import Service

SMALL = (4, 3, 5)
STEPS = [  # activation, convention, (N, D, H), largest weight
    ("tanh", "row", (1, 1, 1), 1),
    ("tanh", "row", SMALL, 1),
    ("tanh", "column", SMALL, 1),
    ("tanh", "row", (2, 300, 3), 1),
    ("tanh", "row", (40, 2, 20), 0.5),
    ("tanh", "row", SMALL, 20),
    ("sigmoid", "column", SMALL, 1),
    ("sigmoid", "row", SMALL, 20),
    ("softplus", "row", SMALL, 1),
    ("silu", "row", SMALL, 1),
    ("gelu", "row", SMALL, 1),
    ("gelu", "column", SMALL, 5),
]
SEQUENCES = [  # activation, convention, (N, T, D, H), largest weight
    ("tanh", "row", (2, 1, 3, 4), 1),
    ("tanh", "row", (3, 6, 3, 4), 1),
    ("tanh", "column", (3, 6, 3, 4), 1),
    ("tanh", "row", (1, 30, 2, 3), 1),
    ("tanh", "row", (2, 6, 3, 4), 20),
    ("relu", "row", (3, 6, 3, 4), 0.5),
    ("sigmoid", "row", (3, 6, 3, 4), 2),
]


def draw(random, dtype, *shapes):
    return tuple(random.uniform(-1, 1, shape).astype(dtype) for shape in shapes)


def tiny(dtype):
    return mp.mpf(float(np.finfo(dtype).tiny))


def step_rows(service, dtype):
    random = np.random.default_rng(1)
    for activation, convention, (N, D, H), largest in STEPS:
        shapes = ((N, D), (N, H), (D, H), (H, H), (H,))
        inputs, tangents = draw(random, dtype, *shapes), draw(random, dtype, *shapes)
        inputs = tuple(a * dtype(largest) if i > 1 else a for i, a in enumerate(inputs))
        (dh,) = draw(random, dtype, (N, H))
        names = ("x_t", "h_prev", "W_x", "W_h", "b")
        arrays, directions = dict(zip(names, inputs)), {"tangents": dict(zip(names, tangents))}
        true = truth.step(activation, tiny(dtype), *map(truth.exact, inputs), truth.exact(dh), tuple(map(truth.exact, tangents)))
        theirs = libraries.jax_step(activation, inputs, dh, tangents)
        for path, members in (("/backward", {"dh": dh}), ("/jvp", directions), ("/hvp", {"dh": dh} | directions)):
            by_torch = path == "/backward" and activation in ("tanh", "relu") and libraries.torch
            yield (
                path, activation, convention, f"N={N} D={D} H={H}", largest,
                service.post(path, arrays | members, convention, dtype, activation=activation), theirs[path],
                libraries.torch_step(activation, inputs, dh) if by_torch else None, true[path],
            )


def sequence_rows(service, dtype):
    random = np.random.default_rng(2)
    for activation, convention, (N, T, D, H), largest in SEQUENCES:
        inputs = draw(random, dtype, (N, T, D), (N, H), (D, H), (H, H), (H,))
        inputs = tuple(a * dtype(largest) if i > 1 else a for i, a in enumerate(inputs))
        (dh,) = draw(random, dtype, (N, T, H))
        arrays = dict(zip(("x", "h_0", "W_x", "W_h", "b"), inputs)) | {"dh": dh}
        yield (
            "/backward/sequence", activation, convention, f"N={N} T={T} D={D} H={H}", largest,
            service.post("/backward/sequence", arrays, convention, dtype, activation=activation),
            libraries.jax_sequence(activation, inputs, dh),
            libraries.torch_sequence(activation, inputs, dh) if activation in ("tanh", "relu") and libraries.torch else None,
            truth.sequence(activation, tiny(dtype), *map(truth.exact, inputs), truth.exact(dh)),
        )


def print_errors(service):
    print("Largest error of all entries of all results, in units of eps × condition:\n")
    print("| route | f | convention | shape | weights up to | float64: ours | JAX | PyTorch | float32: ours | JAX | PyTorch |")
    print("|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for rows in (step_rows, sequence_rows):
        for halves in zip(rows(service, np.float64), rows(service, np.float32)):
            cells = []
            for half, dtype in zip(halves, (np.float64, np.float32)):
                *results, true = half[5:]
                cells += [f"{truth.error(r, true, dtype):.2g}" if r is not None else "" for r in results]
            print("| " + " | ".join(map(str, list(halves[0][:5]) + cells)) + " |")


def print_saturation(service, dtype, points):
    """One unit with o = b and dh = 1, so that db is f'(o) itself."""
    o = np.array(points, dtype=dtype)
    zero = np.zeros((1, o.size), dtype)
    arrays = {"x_t": zero[:, :1], "h_prev": zero, "W_x": zero[:1], "W_h": np.zeros((o.size, o.size), dtype), "b": o, "dh": zero + 1}
    columns = {"ours": service.post("/backward", arrays, dtype=dtype)["db"]} | libraries.slopes("tanh", o)
    print(f"\ntanh'(o) in {np.dtype(dtype).name}, and its error in ulp:\n")
    print("| o | exact | " + " | ".join(f"{name} | ulp" for name in columns) + " |")
    print("|---:|---:|" + "---:|---:|" * len(columns))
    for i, point in enumerate(o):
        exact = mp.sech(mp.mpf(float(point))) ** 2
        ulp = float(np.spacing(dtype(exact)))
        cells = [f"{float(point):g}", mp.nstr(exact, 5)]
        for found in columns.values():
            cells += [f"{float(found[i]):.5g}", f"{float(abs(mp.mpf(float(found[i])) - exact) / ulp):.2g}"]
        print("| " + " | ".join(cells) + " |")


def print_long_sums(service):
    """The identity, x = dh = 0.1 or random, so that db and dW_x are nothing but sums over N samples."""
    print("\nSums over N samples in float32 (f = identity, D = H = 1), error in units of eps × Σ|terms|:\n")
    print("| N | dh | db: ours | JAX | dW_x: ours | JAX |\n|---:|---|---:|---:|---:|---:|")
    random = np.random.default_rng(3)
    one = np.ones((1, 1), np.float32)
    for N in (1000, 100_000):
        for name, dh in (("0.1", np.full((N, 1), 0.1, np.float32)), ("random", random.uniform(-1, 1, (N, 1)).astype(np.float32))):
            inputs = (dh, dh * 0, one, one * 0, one[0] * 0)
            arrays = dict(zip(("x_t", "h_prev", "W_x", "W_h", "b"), inputs)) | {"dh": dh}
            ours = service.post("/backward", arrays, dtype=np.float32, activation="identity")
            theirs = libraries.jax_step("identity", inputs, dh, inputs)["/backward"]
            wide = truth.exact(dh)
            true = {"db": (wide.sum(axis=0), abs(wide).sum(axis=0)), "dW_x": (wide.T @ wide, wide.T @ wide)}
            cells = [f"{truth.error(r, {k: true[k]}, np.float32):.2g}" for k in true for r in (ours, theirs)]
            print(f"| {N} | {name} | " + " | ".join(cells) + " |")


def versions():
    parts = [f"Python {platform.python_version()}", f"JAX {libraries.jax.__version__}", f"NumPy {np.__version__}", f"mpmath {mp.__version__}"]
    return ", ".join(parts + ([f"PyTorch {libraries.torch.__version__}"] if libraries.torch else ["PyTorch not installed"]))


def processor():
    with open("/proc/cpuinfo") as lines:
        return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    print(f"{platform.system()} on {processor()}; {versions()}\n")
    with Service(sys.argv[1]) as service:
        print_errors(service)
        print_saturation(service, np.float64, [0.5, 5, 10, 15, 18, 19, 20, 25, 100, 300, 354, 360, 372])
        print_saturation(service, np.float32, [0.5, 5, 8, 9, 10, 20, 40, 44, 48, 51.9])
        print_long_sums(service)
