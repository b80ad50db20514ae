// How near two texts are, in code points. See reference/texts.py.
#include <cstdlib>

#include "kernel.h"

namespace daifuku {
namespace {

template <class Char>
struct Text {
    const Char* chars;
    int64_t size;
};

// Jaro's similarity with Winkler's bonus for a common prefix (Winkler, 1990): the same sums in the
// same order as RapidFuzz, so that thresholds are met by the same pairs.
template <class Char>
class JaroWinkler {
public:
    explicit JaroWinkler(double at_least) : at_least_(at_least) {}

    bool holds(Text<Char> p, Text<Char> t) {
        if (!p.size || !t.size) return (p.size == t.size ? 1.0 : 0.0) >= at_least_;
        const int64_t most = std::min(p.size, t.size);
        if (with_prefix(of_counts(p.size, t.size, most, 0), p, t) < at_least_ - SLACK) return false;
        return with_prefix(jaro(p, t), p, t) >= at_least_;
    }

private:
    // More than rounding can take off a bound, less than any threshold means.
    static constexpr double SLACK = 1e-9;

    static double of_counts(int64_t p, int64_t t, int64_t common, int64_t transposed) {
        const auto shared = static_cast<double>(common);
        double sum = shared / static_cast<double>(p);
        sum += shared / static_cast<double>(t);
        sum += (shared - static_cast<double>(transposed)) / shared;
        return sum / 3.0;
    }

    static double with_prefix(double jaro, Text<Char> p, Text<Char> t) {
        if (jaro <= 0.7) return jaro;
        const int64_t most = std::min<int64_t>({4, p.size, t.size});
        int64_t prefix = 0;
        while (prefix < most && p.chars[prefix] == t.chars[prefix]) prefix++;
        return std::min(jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro), 1.0);
    }

    double jaro(Text<Char> p, Text<Char> t) {
        if (p.size == 1 && t.size == 1) return p.chars[0] == t.chars[0] ? 1.0 : 0.0;
        const int64_t bound = std::max<int64_t>(std::max(p.size, t.size) / 2 - 1, 0);
        p_taken_.assign(p.size, 0);
        matched_.clear();
        for (int64_t j = 0; j < t.size; j++) {
            const int64_t last = std::min(p.size - 1, j + bound);
            for (int64_t i = std::max<int64_t>(0, j - bound); i <= last; i++)
                if (p.chars[i] == t.chars[j] && !p_taken_[i]) {
                    p_taken_[i] = 1;
                    matched_.push_back(t.chars[j]);
                    break;
                }
        }
        if (matched_.empty()) return 0.0;
        int64_t transposed = 0;
        for (int64_t i = 0, k = 0; i < p.size; i++)
            if (p_taken_[i]) transposed += p.chars[i] != matched_[k++];
        return of_counts(p.size, t.size, static_cast<int64_t>(matched_.size()), transposed / 2);
    }

    double at_least_;
    std::vector<uint8_t> p_taken_;
    std::vector<Char> matched_;
};

// Levenshtein's distance, or with `exchange` the one that also counts two neighbours exchanged as
// one edit (optimal string alignment), within a band as wide as the bound allows.
template <class Char, bool exchange>
class Edits {
public:
    explicit Edits(int64_t at_most) : most_(at_most) {}

    bool holds(Text<Char> a, Text<Char> b) {
        if (most_ < 0 || std::abs(a.size - b.size) > most_) return false;
        while (a.size && b.size && *a.chars == *b.chars) a.chars++, b.chars++, a.size--, b.size--;
        while (a.size && b.size && a.chars[a.size - 1] == b.chars[b.size - 1]) a.size--, b.size--;
        if (!a.size || !b.size) return true;  // what is left is the difference of the lengths
        if (most_ == 0) return false;
        return distance(a, b) <= most_;
    }

private:
    // Rows of the usual table, of which only the cells at most `most_` off the diagonal matter;
    // those beside the band are never less than most_ + 1.
    int64_t distance(Text<Char> a, Text<Char> b) {
        const int64_t beyond = most_ + 1;
        int64_t least_above = 0;
        for (auto* row : {&before_, &above_, &row_}) row->assign(b.size + 2, beyond);
        for (int64_t j = 0; j <= std::min(b.size, most_); j++) above_[j] = j;
        for (int64_t i = 1; i <= a.size; i++) {
            const int64_t from = std::max<int64_t>(1, i - most_), to = std::min(b.size, i + most_);
            row_[from - 1] = from == 1 ? std::min(i, beyond) : beyond;
            int64_t least = row_[from - 1];
            for (int64_t j = from; j <= to; j++) {
                int64_t cost = above_[j - 1] + (a.chars[i - 1] != b.chars[j - 1]);
                cost = std::min({cost, above_[j] + 1, row_[j - 1] + 1});
                if (exchange && i > 1 && j > 1 && a.chars[i - 1] == b.chars[j - 2] &&
                    a.chars[i - 2] == b.chars[j - 1])
                    cost = std::min(cost, before_[j - 2] + 1);
                row_[j] = std::min(cost, beyond);
                least = std::min(least, row_[j]);
            }
            row_[to + 1] = beyond;
            if (least == beyond && !(exchange && least_above < beyond)) return beyond;
            least_above = least;
            before_.swap(above_);
            above_.swap(row_);
        }
        return above_[b.size];
    }

    int64_t most_;
    std::vector<int64_t> before_, above_, row_;
};

template <class Measure, class Char, class Bound>
void decide(const Char* chars, const int64_t* starts, const int32_t* a, const int32_t* b,
            int64_t count, Bound bound, uint8_t* holds, int32_t threads) {
    in_parallel(count, 8192, threads, [&](int64_t begin, int64_t end) {
        Measure measure(bound);
        auto text = [&](int32_t i) {
            return Text<Char>{chars + starts[i], starts[i + 1] - starts[i]};
        };
        for (int64_t i = begin; i < end; i++)
            holds[i] = measure.holds(text(a[i]), text(b[i]));
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
