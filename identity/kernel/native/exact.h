// log2, exp2 and rounding to the same bits as identity/scoring/exact.py: sums, products and
// quotients alone, in the same order. To be compiled without contraction and without fast-math.
#pragma once

#include <cstdint>
#include <cstring>

namespace daifuku {

// Added and taken off again it rounds to a whole number, ties to even, below 2**51.
constexpr double WHOLE = 6755399441055744.0;  // 1.5 * 2**52

constexpr double STEPS_PER_BIT = 1048576.0;  // 2**20

inline uint64_t bits_of(double x) {
    uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

inline double of_bits(uint64_t bits) {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

inline double rounded(double x) { return (x + WHOLE) - WHOLE; }

// The nearest weight on the grid of 2**-20 bits.
inline double quantised(double weight) { return rounded(weight * STEPS_PER_BIT) / STEPS_PER_BIT; }

// 2**x; below -1000 it is 0, above 1000 it is 2**1000.
inline double exp2_exact(double x) {
    constexpr double TERMS[] = {
        2.5678435993488206e-11, 4.4455382718708116e-10, 7.054911620801123e-09,
        1.01780860092397e-07,   1.321548679014431e-06,  1.5252733804059841e-05,
        0.0001540353039338161,  0.0013333558146428443,  0.009618129107628477,
        0.05550410866482158,    0.24022650695910072,    0.6931471805599453,
        1.0,
    };
    double bounded = x < -1000.0 ? -1000.0 : x;
    bounded = bounded > 1000.0 ? 1000.0 : bounded;
    const double shifted = bounded + WHOLE;
    const double f = bounded - (shifted - WHOLE);
    double total = TERMS[0];
    for (int i = 1; i < 13; i++) total = total * f + TERMS[i];
    // The low bits of the shifted number are the whole number: a power of 2 that is exact.
    const double power = of_bits((bits_of(shifted) - bits_of(WHOLE) + 1023) << 52);
    return x < -1000.0 ? 0.0 : total * power;
}

// The binary logarithm of a normal positive number.
inline double log2_exact(double x) {
    constexpr double TERMS[] = {
        0.16972882833987804, 0.19235933878519512, 0.22195308321368667,
        0.2623081892525388,  0.3205988979753252,  0.4121985831111324,
        0.5770780163555853,  0.9617966939259756,  2.8853900817779268,
    };
    constexpr uint64_t MANTISSA = (uint64_t{1} << 52) - 1;
    const uint64_t bits = bits_of(x);
    double mantissa = of_bits((bits & MANTISSA) | (uint64_t{1022} << 52));  // in [1/2, 1)
    // The bits of the exponent are the low bits of 2**52 and so many.
    double exponent = of_bits((bits >> 52) | bits_of(4503599627370496.0)) - 4503599627371518.0;
    if (mantissa < 0.7071067811865476) {
        mantissa *= 2;
        exponent -= 1;
    }
    const double s = (mantissa - 1) / (mantissa + 1), square = s * s;
    double total = TERMS[0];
    for (int i = 1; i < 9; i++) total = total * square + TERMS[i];
    return exponent + s * total;
}

}  // namespace daifuku
