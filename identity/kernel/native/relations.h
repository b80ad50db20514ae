// What relations say of scored pairs. See reference/relations.py.
#pragma once

#include "kernel.h"

namespace daifuku {

// Numbers by relation, of which there are `count`: share[r]; seen[(k * 256 + level) * count + r],
// 0 for a level that says nothing; kept[k * count + r].
struct Relations {
    const double *share, *seen, *kept;
    int64_t count;
};

// Has the memory that one thread needs.
class Doubter {
public:
    Doubter(const Relations& relations, int64_t comparisons);

    // Writes the penalties and resemblances of the pairs begin .. end - 1, of which comparison k
    // reached levels[k][i]; rarities[k][i] is what its term adds, where terms count there.
    void doubt(const uint8_t* const* levels, const double* const* rarities, int64_t begin,
               int64_t end, double* penalties, double* resemblances);

private:
    static constexpr int64_t AT_ONCE = 128;

    void look(const uint8_t* const* levels, const double* const* rarities, int64_t pair,
              double* looks) const;

    const Relations& relations_;
    int64_t comparisons_;
    std::vector<double> looks_, chances_, against_;
};

}  // namespace daifuku
