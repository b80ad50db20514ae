"""log2 and exp2 that give the same bits everywhere.

The libraries' own differ in the last bit between platforms, and between one number and many.
These are built from additions, multiplications and divisions alone, which IEEE 754 rounds in
one way only: a number in Python, an array in numpy and a loop in C++ (without contraction into
fused operations) agree bit for bit. Accurate to about 1e-15 of the result, or of 1.
"""

from math import frexp, ldexp

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LOG2_TERMS = (
    2.8853900817779268,
    0.9617966939259756,
    0.5770780163555853,
    0.4121985831111324,
    0.3205988979753252,
    0.2623081892525388,
    0.22195308321368667,
    0.19235933878519512,
    0.16972882833987804,
)
"""log2((1 + s) / (1 - s)) = s * (t0 + t1 s**2 + t2 s**4 + ...): 2 / ln(2) / (1, 3, 5, ...)."""

EXP2_TERMS = (
    1.0,
    0.6931471805599453,
    0.24022650695910072,
    0.05550410866482158,
    0.009618129107628477,
    0.0013333558146428443,
    0.0001540353039338161,
    1.5252733804059841e-05,
    1.321548679014431e-06,
    1.01780860092397e-07,
    7.054911620801123e-09,
    4.4455382718708116e-10,
    2.5678435993488206e-11,
)
"""2**f = e0 + e1 f + e2 f**2 + ... for |f| <= 1/2: ln(2)**k / k!"""

SQRT_HALF = 0.7071067811865476
LOWEST, HIGHEST = -1000.0, 1000.0
"""Below the one, 2**x is taken for 0; above the other, for 2**1000."""


def log2(x: float) -> float:
    """The binary logarithm of a positive number."""
    mantissa, exponent = frexp(x)
    if mantissa < SQRT_HALF:
        mantissa, exponent = mantissa * 2, exponent - 1
    s = (mantissa - 1) / (mantissa + 1)
    square, total = s * s, LOG2_TERMS[-1]
    for term in LOG2_TERMS[-2::-1]:
        total = total * square + term
    return exponent + s * total


def exp2(x: float) -> float:
    """2**x; see LOWEST and HIGHEST for its bounds."""
    if x < LOWEST:
        return 0.0
    x = min(x, HIGHEST)
    whole = round(x)
    f, total = x - whole, EXP2_TERMS[-1]
    for term in EXP2_TERMS[-2::-1]:
        total = total * f + term
    return ldexp(total, whole)


def log2_all(x: Floats) -> Floats:
    """`log2`, for an array."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < SQRT_HALF
    mantissa = np.where(low, mantissa * 2, mantissa)
    s = (mantissa - 1) / (mantissa + 1)
    square, total = s * s, np.full(s.shape, LOG2_TERMS[-1])
    for term in LOG2_TERMS[-2::-1]:
        total *= square
        total += term
    return np.asarray((exponent - low) + s * total)


def exp2_all(x: Floats) -> Floats:
    """`exp2`, for an array."""
    bounded = np.clip(x, LOWEST, HIGHEST)
    whole = np.rint(bounded)
    f, total = bounded - whole, np.full(bounded.shape, EXP2_TERMS[-1])
    for term in EXP2_TERMS[-2::-1]:
        total *= f
        total += term
    return np.where(x < LOWEST, 0.0, np.ldexp(total, whole.astype(np.int32)))
