#include "relations.h"

#include "exact.h"

namespace daifuku {
namespace {

DAIFUKU_WIDE
void chances_of(const double* looks, const double* share, int64_t pairs, int64_t count,
                double* __restrict chances) {
    for (int64_t i = 0; i < pairs; i++)
        for (int64_t r = 0; r < count; r++)
            chances[i * count + r] = share[r] + looks[i * count + r];
    for (int64_t i = 0; i < pairs * count; i++) chances[i] = exp2_exact(chances[i]);
}

DAIFUKU_WIDE
void penalties_of(const double* against, int64_t pairs, double* __restrict penalties) {
    for (int64_t i = 0; i < pairs; i++) penalties[i] = quantised(-log2_exact(against[i]));
}

// Adds what a level says, relation by relation.
inline void add(double* looks, const double* said, int64_t count) {
    for (int64_t r = 0; r < count; r++) looks[r] += said[r];
}

inline void add_rarity(double* looks, const double* kept, double rarity, int64_t count) {
    for (int64_t r = 0; r < count; r++)
        looks[r] += kept[r] == 1.0 ? rarity : quantised(kept[r] * rarity);
}

}  // namespace

Doubter::Doubter(const Relations& relations, int64_t comparisons)
    : relations_(relations), comparisons_(comparisons), looks_(AT_ONCE * relations.count),
      chances_(AT_ONCE * relations.count), against_(AT_ONCE) {}

void Doubter::look(const uint8_t* const* levels, const double* const* rarities, int64_t pair,
                   double* looks) const {
    const int64_t count = relations_.count;
    std::fill_n(looks, count, 0.0);
    for (int64_t k = 0; k < comparisons_; k++) {
        const uint8_t level = levels[k][pair];
        if (level == 255) continue;
        add(looks, relations_.seen + (k * 256 + level) * count, count);
        if (rarities[k] && rarities[k][pair] != 0.0)
            add_rarity(looks, relations_.kept + k * count, rarities[k][pair], count);
    }
}

void Doubter::doubt(const uint8_t* const* levels, const double* const* rarities, int64_t begin,
                    int64_t end, double* penalties, double* resemblances) {
    const int64_t count = relations_.count;
    for (int64_t from = begin; from < end; from += AT_ONCE) {
        const int64_t pairs = std::min(end - from, AT_ONCE);
        for (int64_t i = 0; i < pairs; i++)
            look(levels, rarities, from + i, looks_.data() + i * count);
        chances_of(looks_.data(), relations_.share, pairs, count, chances_.data());
        for (int64_t i = 0; i < pairs; i++) {
            double against = 1.0, resemblance = 0.0;
            for (int64_t r = i * count; r < (i + 1) * count; r++) {
                against += chances_[r];
                resemblance = std::max(resemblance, looks_[r]);
            }
            against_[i] = against;
            resemblances[from + i] = resemblance;
        }
        penalties_of(against_.data(), pairs, penalties + from);
    }
}

}  // namespace daifuku

// Writes each pair's penalty and resemblance, in bits.
DAIFUKU_EXPORT int32_t daifuku_doubts(const daifuku::Relations* relations, int64_t comparisons,
                                      const uint8_t* const* levels, const double* const* rarities,
                                      int64_t pairs, double* penalties, double* resemblances,
                                      int32_t threads) {
    using namespace daifuku;
    return answered([&] {
        in_parallel(pairs, 16384, threads, [&](int64_t begin, int64_t end) {
            Doubter doubter(*relations, comparisons);
            doubter.doubt(levels, rarities, begin, end, penalties, resemblances);
        });
    });
}
