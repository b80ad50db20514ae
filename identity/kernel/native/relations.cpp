// What relations say of scored pairs. See reference/relations.py.
#include "exact.h"
#include "kernel.h"

// On machines that can, four numbers at a time; each sum and product rounds alike either way.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define DAIFUKU_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define DAIFUKU_WIDE
#endif

namespace daifuku {

// Numbers by relation, of which there are `count`: share[r]; seen[(k * 256 + level) * count + r],
// 0 for a level that says nothing; kept[k * count + r].
struct Relations {
    const double *share, *seen, *kept;
    int64_t count;
};

namespace {

// Adds what a level says, relation by relation.
inline void add(double* looks, const double* said, int64_t count) {
    for (int64_t r = 0; r < count; r++) looks[r] += said[r];
}

inline void add_rarity(double* looks, const double* kept, double rarity, int64_t count) {
    for (int64_t r = 0; r < count; r++)
        looks[r] += kept[r] == 1.0 ? rarity : quantised(kept[r] * rarity);
}

// Levels and rarities are those of one pair after the other: levels[k][i], and rarities[k][i]
// where terms count in comparison k.
DAIFUKU_WIDE
void doubts(const Relations& relations, int64_t comparisons, const uint8_t* const* levels,
            const double* const* rarities, int64_t begin, int64_t end, double* looks,
            double* chances, double* penalties, double* resemblances) {
    const int64_t count = relations.count;
    for (int64_t i = begin; i < end; i++) {
        for (int64_t r = 0; r < count; r++) looks[r] = 0.0;
        for (int64_t k = 0; k < comparisons; k++) {
            const uint8_t level = levels[k][i];
            if (level == 255) continue;
            add(looks, relations.seen + (k * 256 + level) * count, count);
            if (rarities[k] && rarities[k][i] != 0.0)
                add_rarity(looks, relations.kept + k * count, rarities[k][i], count);
        }
        for (int64_t r = 0; r < count; r++) chances[r] = exp2_exact(relations.share[r] + looks[r]);
        double against = 1.0, resemblance = 0.0;
        for (int64_t r = 0; r < count; r++) {
            against += chances[r];
            resemblance = std::max(resemblance, looks[r]);
        }
        penalties[i] = quantised(-log2_exact(against));
        resemblances[i] = resemblance;
    }
}

}  // namespace
}  // namespace daifuku

// Writes each pair's penalty and resemblance, in bits.
DAIFUKU_EXPORT int32_t daifuku_doubts(const daifuku::Relations* relations, int64_t comparisons,
                                      const uint8_t* const* levels, const double* const* rarities,
                                      int64_t pairs, double* penalties, double* resemblances,
                                      int32_t threads) {
    using namespace daifuku;
    return answered([&] {
        in_parallel(pairs, 16384, threads, [&](int64_t begin, int64_t end) {
            std::vector<double> looks(relations->count), chances(relations->count);
            doubts(*relations, comparisons, levels, rarities, begin, end, looks.data(),
                   chances.data(), penalties, resemblances);
        });
    });
}
