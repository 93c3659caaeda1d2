#!/usr/bin/env python3
"""Proves that TensorText's ShortestDecimal picks the right digits for every finite Double and Float.

The integer arithmetic of ShortestDecimal falls short of the true scaled fraction by less than two units of 2^-64. So it can only be wrong
for a significand whose computed fraction lies within three units of a point where a decision changes: an end of the interval (fraction =
half, fraction + half = 1) or the middle between two digits (fraction = 1/20, 3/20, ...). For each binary exponent all such significands
are found exactly, by the Euclid-like search for c with l <= a*c mod m <= r, and the arithmetic is repeated on them and compared with
fractions. Powers of two go another way and are all tried. Exits with 1 if one is wrong. Takes about ten seconds.
"""

import sys
from fractions import Fraction

UNIT = 1 << 64
WINDOW = 3


def leading_bits(n):
    """10^n as the 128 bits that PowersOfTen keeps."""
    power = 10 ** abs(n)
    if n < 0:
        power = (1 << (power.bit_length() + 130)) // power
    return power << 128 - power.bit_length() if power.bit_length() < 128 else power >> power.bit_length() - 128


def scale(q, narrow=False):
    exponent = ((q * 315653 - (131237 if narrow else 0)) >> 20) + 1
    return exponent, leading_bits(-exponent), q + ((-exponent * 217707) >> 16) + 11


def factor(q):
    """2^q / 10^exponent as the 128 bits of fraction that Scale keeps."""
    exponent, g, shift = scale(q)
    return exponent, g >> 10 - shift


def product(c, factor):
    x = (factor >> 64) * c + (factor % UNIT * c >> 64)
    return x >> 64, x % UNIT, factor >> 65


def shifted_product(c, g, shift):
    x = ((c << shift) * g) >> 64
    return x >> 74, (x >> 10) % UNIT, (g >> 64) >> (11 - shift)


def next_digit(fraction):
    return ((fraction * 10 + (1 << 63) + 6) >> 64) - (fraction == 1 << 62)


def computed(c, q):
    """What ShortestDecimal makes of c*2^q, as integer and digit in one number; None if its two ways, by the factor for normal numbers and
    by the shifted power of ten for subnormal ones, differ."""
    results = {digits(c, *product(c, factor(q)[1])), digits(c, *shifted_product(c, *scale(q)[1:]))}
    return results.pop() if len(results) == 1 else None


def digits(c, integer, fraction, half):
    half += 1 - c % 2
    if fraction < half:
        return integer * 10
    if fraction + half >= UNIT:
        return (integer + 1) * 10
    return integer * 10 + next_digit(fraction)


def computed_narrow(c, q):
    """The same for a power of two, whose interval reaches half as far below."""
    exponent, g, shift = scale(q, narrow=True)
    integer, fraction, half = shifted_product(c, g, shift)
    below = half >> 1
    if fraction + half + 1 >= UNIT:
        return (integer + 1) * 10
    if fraction < below + 1:
        return integer * 10
    lowest = -((below - fraction) * 10 >> 64)
    return integer * 10 + max(next_digit(fraction), lowest)


def exact(c, q, exponent, narrow=False):
    """The shortest, nearest decimal, in units of 10^(exponent - 1)."""
    value = Fraction(c) * Fraction(2) ** q / Fraction(10) ** (exponent - 1)
    half = Fraction(2) ** (q - 1) / Fraction(10) ** (exponent - 1)
    low, high = value - (half / 2 if narrow else half), value + half
    for unit in (10, 1):
        first, last = -(-low // unit), high // unit
        if c % 2 and low == first * unit:
            first += 1
        if c % 2 and high == last * unit:
            last -= 1
        if first <= last:
            return min(max(round(value / unit), first), last) * unit  # round() takes the even one of two
    raise AssertionError("the interval holds no multiple")


def first_in(a, m, low, high):
    """The least x >= 0 with low <= a*x mod m <= high, or None."""
    if low == 0:
        return 0
    a %= m
    if a == 0:
        return None
    if 2 * a > m:
        a, low, high = m - a, m - high, m - low
    x = -(-low // a)
    if a * x <= high:
        return x
    wraps = first_in(-m % a, a, low % a, high % a)
    return None if wraps is None else -(-(low + m * wraps) // a)


def all_in(a, m, low, high, start, end, limit):
    """Up to `limit` values x in start...end, in order, for which a*x mod m is in low...high (which may go round)."""
    found = []
    while start <= end and len(found) < limit:
        base = a * start % m
        l, h = (low - base) % m, (high - base) % m
        step = 0 if l > h else first_in(a, m, l, h)
        if step is None or start + step > end:
            break
        found.append(start + step)
        start += step + 1
    return found


def near_decisions(q, lowest, highest, limit=300):
    exponent, g, shift = scale(q)
    half = (g >> 64) >> (11 - shift)
    modulus, factor, width = 1 << 138, (g << shift) % (1 << 138), 1 << 74
    for point in [half, UNIT - half] + [(2 * j + 1) * UNIT // 20 for j in range(10)]:
        if point in (UNIT // 4, 3 * UNIT // 4) and exponent <= 0 and 5**-exponent < 1 << 128 and exponent - q <= 64:
            continue  # the fraction is exact, and so is the rule for a tie
        low, high = (point - WINDOW - 1) * width % modulus, (point + WINDOW) * width % modulus
        found = all_in(factor, modulus, low, high, lowest, highest, limit)
        if len(found) == limit:
            # One significand in 5^exponent is an exact tie, and all others are 10^-exponent or more away. The fraction falls short in
            # proportion to the significand, so the first and the last ties bound the rest.
            assert 1 <= exponent <= 18 and point in (half, UNIT - half)
            low, high = (factor * highest - high) % modulus, (factor * highest - low) % modulus
            mirrored = all_in(factor, modulus, low, high, 0, highest - lowest, limit)
            found += [highest - x for x in mirrored]
        yield from found


def check(name, lowest_power, highest_power, bits):
    hidden, tried, wrong = 1 << bits, 0, []
    for q in range(lowest_power, highest_power + 1):
        exponent = scale(q)[0]
        for c in near_decisions(q, 1 if q == lowest_power else hidden + 1, 2 * hidden - 1):
            tried += 1
            if computed(c, q) != exact(c, q, exponent):
                wrong.append((c, q))
        if q > lowest_power and computed_narrow(hidden, q) != exact(hidden, q, scale(q, narrow=True)[0], narrow=True):
            wrong.append((hidden, q))
    print(f"{name}: {tried} numbers next to a decision and {highest_power - lowest_power} powers of two, {len(wrong)} wrong", *wrong[:5])
    return not wrong


if __name__ == "__main__":
    results = [check("Double", -1074, 971, 52), check("Float", -149, 104, 23)]
    sys.exit(0 if all(results) else 1)
