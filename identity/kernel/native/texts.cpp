// Pairs of texts that are near enough. See reference/texts.py.
#include "measures.h"

namespace daifuku {
namespace {

template <class Measure, class Char, class Bound>
void decide(const Char* chars, const int64_t* starts, const int32_t* a, const int32_t* b,
            int64_t count, Bound bound, uint8_t* holds, int32_t threads) {
    in_parallel(count, 8192, threads, [&](int64_t begin, int64_t end) {
        Measure measure;
        auto text = [&](int32_t i) {
            return Text<Char>{chars + starts[i], starts[i + 1] - starts[i]};
        };
        for (int64_t i = begin; i < end; i++)
            holds[i] = measure.holds(text(a[i]), text(b[i]), bound);
    });
}

template <class Char>
void decide_by(int32_t measure, const void* chars, const int64_t* starts, const int32_t* a,
               const int32_t* b, int64_t count, double bound, uint8_t* holds, int32_t threads) {
    const auto* text = static_cast<const Char*>(chars);
    const auto edits = static_cast<int64_t>(bound);
    if (measure == 0)
        decide<JaroWinkler<Char>>(text, starts, a, b, count, bound, holds, threads);
    else if (measure == 1)
        decide<Edits<Char, false>>(text, starts, a, b, count, edits, holds, threads);
    else
        decide<Edits<Char, true>>(text, starts, a, b, count, edits, holds, threads);
}

}  // namespace
}  // namespace daifuku

// holds[i]: whether the texts a[i] and b[i] are within the bound. Measures: 0 Jaro-Winkler at least,
// 1 Levenshtein at most, 2 optimal string alignment at most. A character has `width` bytes.
DAIFUKU_EXPORT int32_t daifuku_near(int32_t measure, int32_t width, const void* chars,
                                    const int64_t* starts, const int32_t* a, const int32_t* b,
                                    int64_t count, double bound, uint8_t* holds, int32_t threads) {
    using namespace daifuku;
    return answered([&] {
        const auto decided = width == 1   ? decide_by<uint8_t>
                             : width == 2 ? decide_by<uint16_t>
                                          : decide_by<uint32_t>;
        decided(measure, chars, starts, a, b, count, bound, holds, threads);
    });
}
