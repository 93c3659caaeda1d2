"""The outside oracle of the activations: mpmath with 60 digits.

    activations.py write               writes activations.bin, which the tests read
    activations.py check COUNT [SEED]  compares fresh random points with the sources, compiled with clang; prints the largest errors

activations.bin is a row per o, little-endian: o as float64, and for each of tanh(o), sech²(o), σ(o), σ'(o) the nearest float64 and
one int8, by how many 256ths of its unit in the last place (at most ±128) the true value lies above it: 8 + 4·9 = 44 bytes.
"""

import ctypes
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import mpmath

mpmath.mp.dps = 60
HERE = pathlib.Path(__file__).parent


def true_values(o):
    x = abs(mpmath.mpf(o))
    e, e2 = mpmath.exp(-x), mpmath.exp(-2 * x)
    tanh = -mpmath.expm1(-2 * x) / (1 + e2)
    return (
        tanh if o > 0 else -tanh,
        4 * e2 / (1 + e2) ** 2,
        (1 if o >= 0 else e) / (1 + e),
        e / (1 + e) ** 2,
    )


def unit_in_the_last_place(value):
    exponent = mpmath.frexp(abs(value))[1] - 1 if value else -1074
    return mpmath.mpf(2) ** (max(exponent, -1022) - 52)


def nearest(value):
    """The float64 nearest to value, subnormal numbers included."""
    unit = unit_in_the_last_place(value)
    return float(mpmath.nint(value / unit) * unit)


def points(count, seed):
    """Every hard region: ties of n and r near 0, tiny |o|, the saturation of tanh, subnormal results, the ends of each range."""
    draw = random.Random(seed)
    sign = lambda: draw.choice((-1, 1))
    regions = [
        lambda: draw.uniform(-750, 750),
        lambda: draw.gauss(0, 1),
        lambda: draw.uniform(-20, 20),
        lambda: sign() * 10 ** draw.uniform(-12, 0),
        lambda: sign() * 10 ** draw.uniform(-323, -1),
        lambda: sign() * draw.uniform(17, 40),
        lambda: sign() * draw.uniform(353, 375),
        lambda: sign() * draw.uniform(707, 747),
        lambda: draw.randrange(-2200, 2200) * 0.17328679513998632 * (1 + draw.choice((0, 0, 1e-15, -1e-15, 1e-9, 1e-4))),
        lambda: sign() * 2.0**-28 * (1 + draw.choice((0, 2.0**-52, -(2.0**-53), draw.uniform(-0.5, 1)))),
    ]
    return [draw.choice(regions)() for _ in range(count)]


def write():
    with open(HERE / "activations.bin", "wb") as file:
        for o in points(3000, seed=1):
            file.write(struct.pack("<d", o))
            for value in true_values(o):
                rounded = nearest(value)
                rest = int(mpmath.nint((value - rounded) / unit_in_the_last_place(rounded) * 256))
                file.write(struct.pack("<db", rounded, max(-128, min(127, rest))))


def check(count, seed):
    sources = HERE / "../../../Sources/CKernels"
    with tempfile.TemporaryDirectory() as folder:
        library = folder + "/activations.so"
        files = [sources / "activations.c", sources / "levels.c"]
        subprocess.run(["clang", "-O3", "-shared", "-fPIC", "-I", sources / "include", *files, "-o", library], check=True)
        loaded = ctypes.CDLL(library)
    doubles = ctypes.c_double * count
    o = doubles(*points(count, seed))
    results = []
    for function in (loaded.ck_tanh_f64, loaded.ck_sigmoid_f64):
        h, derivative = doubles(), doubles()
        function(ctypes.c_int64(count), o, h, derivative)
        results += [h, derivative]
    worst = [(0.0, 0.0)] * 4
    for i in range(count):
        for column, value in enumerate(true_values(o[i])):
            error = float(abs(results[column][i] - value) / unit_in_the_last_place(value))
            worst[column] = max(worst[column], (error, o[i]))
    for name, (error, where) in zip(("tanh", "sech²", "σ", "σ'"), worst):
        print(f"{name}: at most {error:.3f} ulp, at {where!r}, in {count} points")


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    elif sys.argv[1:2] == ["check"] and len(sys.argv) in (3, 4):
        check(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 2)
    else:
        sys.exit(__doc__)
