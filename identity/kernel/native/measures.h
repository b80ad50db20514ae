// How near two texts are, in code points. See reference/texts.py.
#pragma once

#include <bitset>
#include <cstdlib>

#include "kernel.h"

namespace daifuku {

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
    bool holds(Text<Char> p, Text<Char> t, double at_least) {
        return !out_of_reach(p, t, at_least) && similarity(p, t) >= at_least;
    }

    static bool out_of_reach(Text<Char> p, Text<Char> t, double at_least) {
        return most(p, t) < at_least - SLACK;
    }

    // More than rounding can take off a bound, less than any threshold means.
    static constexpr double SLACK = 1e-9;

    // What the similarity would be if all characters matched that both texts may have: no less
    // than it is, but for rounding.
    static double most(Text<Char> p, Text<Char> t) {
        if (!p.size || !t.size) return 1.0;
        const int64_t common = most_common(p, t);
        return common > 0 ? with_prefix(of_counts(p.size, t.size, common, 0), p, t) : 0.0;
    }

    double similarity(Text<Char> p, Text<Char> t) {
        if (!p.size || !t.size) return p.size == t.size ? 1.0 : 0.0;
        return with_prefix(jaro(p, t), p, t);
    }

private:
    // At least as many as match: each kind of character that the other text lacks leaves one alone.
    static int64_t most_common(Text<Char> p, Text<Char> t) {
        const uint64_t in_p = kinds(p), in_t = kinds(t);
        return std::min(p.size - bits_set(in_p & ~in_t), t.size - bits_set(in_t & ~in_p));
    }

    // A bit for each kind of character; some kinds share one.
    static uint64_t kinds(Text<Char> text) {
        uint64_t found = 0;
        for (int64_t i = 0; i < text.size; i++) found |= uint64_t{1} << (text.chars[i] & 63);
        return found;
    }

    static int64_t bits_set(uint64_t bits) {
        return static_cast<int64_t>(std::bitset<64>(bits).count());
    }

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

    std::vector<uint8_t> p_taken_;
    std::vector<Char> matched_;
};

// Levenshtein's distance, or with `exchange` the one that also counts two neighbours exchanged as
// one edit (optimal string alignment), within a band as wide as the bound allows.
template <class Char, bool exchange>
class Edits {
public:
    bool holds(Text<Char> a, Text<Char> b, int64_t at_most) {
        most_ = at_most;
        if (most_ < 0 || std::abs(a.size - b.size) > most_) return false;
        while (a.size && b.size && *a.chars == *b.chars) a.chars++, b.chars++, a.size--, b.size--;
        while (a.size && b.size && a.chars[a.size - 1] == b.chars[b.size - 1]) a.size--, b.size--;
        if (!a.size || !b.size) return true;  // what is left is the difference of the lengths
        if (most_ == 0) return false;
        if (most_ == 1) return is_one(a, b);
        return distance(a, b) <= most_;
    }

private:
    // Whether one edit makes texts alike that differ in their first and in their last character.
    static bool is_one(Text<Char> a, Text<Char> b) {
        if (a.size == 1 && b.size == 1) return true;
        return exchange && a.size == 2 && b.size == 2 && a.chars[0] == b.chars[1] &&
               a.chars[1] == b.chars[0];
    }

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

    int64_t most_ = 0;
    std::vector<int64_t> before_, above_, row_;
};

}  // namespace daifuku
