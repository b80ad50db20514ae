// Checks of the levels of a table model, of some pairs at once. See identity/tabular/levels.py.
#pragma once

#include "kernel.h"

namespace daifuku {

// The checks of identity/model/conditions.py.
enum Op : int32_t { EQUAL, EXCHANGED, MISSING_EITHER, MISSING_BOTH, JARO_WINKLER, LEVENSHTEIN, OSA };

constexpr int64_t PAIRS_AT_ONCE = 512;

// For each of some pairs -1 for yes or 0 for no, as wide as the numbers of values: many are worked
// out at once.
using Answers = int32_t[PAIRS_AT_ONCE];

// The numbers of the values that a check compares: column x and column y of either side.
struct Sides {
    const int32_t *xa, *xb, *ya, *yb;
};

// Takes away the yes of the pairs for which a check that needs no text does not hold; of a check of
// texts, those that lack a text.
DAIFUKU_WIDE
static void keep(int32_t op, const Sides& of, int64_t pairs, int32_t* __restrict yes) {
    const int32_t *xa = of.xa, *xb = of.xb, *ya = of.ya, *yb = of.yb;
    switch (op) {
        case EQUAL:
            for (int64_t i = 0; i < pairs; i++)
                yes[i] &= -(((xa[i] >= 0) & (xa[i] == yb[i])) | ((xb[i] >= 0) & (xb[i] == ya[i])));
            return;
        case EXCHANGED:
            for (int64_t i = 0; i < pairs; i++)
                yes[i] &= -((xa[i] >= 0) & (xa[i] == yb[i]) & (xb[i] >= 0) & (xb[i] == ya[i]));
            return;
        case MISSING_EITHER:
            for (int64_t i = 0; i < pairs; i++) yes[i] &= -((xa[i] < 0) | (xb[i] < 0));
            return;
        case MISSING_BOTH:
            for (int64_t i = 0; i < pairs; i++)
                yes[i] &= -(((xa[i] < 0) & (yb[i] < 0)) | ((xb[i] < 0) & (ya[i] < 0)));
            return;
        default:
            for (int64_t i = 0; i < pairs; i++) yes[i] &= -((xa[i] >= 0) & (xb[i] >= 0));
    }
}

// The pairs that reach a rung get its number and need not be asked any more. Says whether any is
// left.
DAIFUKU_WIDE
static bool reach(const int32_t* __restrict holds, int64_t pairs, uint8_t number,
           int32_t* __restrict open, uint8_t* __restrict levels) {
    int32_t left = 0;
    for (int64_t i = 0; i < pairs; i++) {
        levels[i] = holds[i] ? number : levels[i];
        open[i] &= ~holds[i];
        left |= open[i];
    }
    return left != 0;
}

}  // namespace daifuku
