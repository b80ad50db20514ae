// Distinct patterns of levels and where they are. See reference/patterns.py.
#include "kernel.h"

namespace daifuku {
namespace {

// Numbers in the order in which they come first, found again by a hash of their bits.
class Numbers {
public:
    // The number's place among those seen so far.
    int32_t place_of(uint64_t value) {
        if (2 * values.size() >= slots_.size()) grow();
        const size_t slot = slot_of(value);
        if (slots_[slot] < 0) {
            slots_[slot] = static_cast<int32_t>(values.size());
            values.push_back(value);
        }
        return slots_[slot];
    }

    std::vector<uint64_t> values;

private:
    size_t slot_of(uint64_t value) const {
        uint64_t hash = value * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
        const size_t mask = slots_.size() - 1;
        size_t slot = hash & mask;
        while (slots_[slot] >= 0 && values[slots_[slot]] != value) slot = (slot + 1) & mask;
        return slot;
    }

    void grow() {
        slots_.assign(std::max<size_t>(1024, slots_.size() * 4), -1);
        for (size_t i = 0; i < values.size(); i++)
            slots_[slot_of(values[i])] = static_cast<int32_t>(i);
    }

    std::vector<int32_t> slots_;
};

// Replaces each pair's place among the patterns of the comparisons before `begin` by its place
// among those of the comparisons before `end`; the first of each pattern are written to `firsts`.
// The patterns so far and up to four more levels fit one number, and so do eight levels.
int64_t refine(const uint8_t* const* levels, int64_t begin, int64_t end, int64_t pairs,
               int32_t* places, int32_t* firsts) {
    Numbers numbers;
    std::vector<int32_t> first;
    for (int64_t i = 0; i < pairs; i++) {
        uint64_t code = begin ? static_cast<uint64_t>(places[i]) : 0;
        for (int64_t k = begin; k < end; k++) code = (code << 8) | levels[k][i];
        places[i] = numbers.place_of(code);
        if (static_cast<size_t>(places[i]) == first.size())
            first.push_back(static_cast<int32_t>(i));
    }
    std::vector<int32_t> order(first.size()), rank(first.size());
    for (size_t i = 0; i < order.size(); i++) order[i] = static_cast<int32_t>(i);
    std::sort(order.begin(), order.end(),
              [&](int32_t a, int32_t b) { return numbers.values[a] < numbers.values[b]; });
    for (size_t i = 0; i < order.size(); i++) {
        rank[order[i]] = static_cast<int32_t>(i);
        firsts[i] = first[order[i]];
    }
    for (int64_t i = 0; i < pairs; i++) places[i] = rank[places[i]];
    return static_cast<int64_t>(first.size());
}

}  // namespace
}  // namespace daifuku

// Writes into places[i] where the pattern levels[0][i], levels[1][i], ... stands among the distinct
// ones, sorted, and into `firsts`, which has room for `pairs`, the first pair of each. `distinct` is
// how many there are.
DAIFUKU_EXPORT int32_t daifuku_patterns(const uint8_t* const* levels, int64_t comparisons,
                                        int64_t pairs, int32_t* places, int32_t* firsts,
                                        int64_t* distinct) {
    using namespace daifuku;
    return answered([&] {
        int64_t end = std::min<int64_t>(8, comparisons);
        *distinct = refine(levels, 0, end, pairs, places, firsts);
        for (int64_t begin = end; begin < comparisons; begin = end) {
            end = std::min(begin + 4, comparisons);
            *distinct = refine(levels, begin, end, pairs, places, firsts);
        }
    });
}
