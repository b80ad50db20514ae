// The levels that the comparisons of a table model reach. See identity/tabular/levels.py.
#include <cstring>

#include "measures.h"

namespace daifuku {

// The checks of identity/model/conditions.py.
enum Op : int32_t { EQUAL, EXCHANGED, MISSING_EITHER, MISSING_BOTH, JARO_WINKLER, LEVENSHTEIN, OSA };

// A column: its values' numbers by row, -1 for missing, and where checks look at them the texts,
// whose characters have `width` bytes.
struct Column {
    const int32_t* ids;
    const void* chars;
    const int64_t* starts;
    int32_t width;
};

struct Program {
    const int32_t *ops, *first, *second;
    const double* thresholds;
    const int32_t *clauses, *rungs;
    const uint8_t* numbers;
    const int32_t* comparisons;
    int64_t comparison_count;
};

namespace {

constexpr uint8_t MISSING = 255;
constexpr int64_t PAIRS_AT_ONCE = 512;
constexpr int64_t AHEAD = 8;

// What one thread needs to run the program over some pairs at a time.
class Climber {
public:
    Climber(const Program& program, const Column* columns, int64_t count)
        : program_(program), columns_(columns), count_(count), left_(count * PAIRS_AT_ONCE),
          right_(count * PAIRS_AT_ONCE), similarities_(count), looked_at_(count, 0) {
        for (int32_t check = 0; check < program.clauses[clause_count(program)]; check++)
            looked_at_[program.first[check]] = looked_at_[program.second[check]] = 1;
        for (int64_t k = 0; k < program.comparison_count; k++) read_by_.push_back(texts_of(k));
    }

    // levels[k * pairs + i] for the pairs i of begin .. end - 1.
    void climb(const int32_t* a, const int32_t* b, int64_t begin, int64_t end, int64_t pairs,
               uint8_t* levels) {
        gather(left_, a + begin, end - begin);
        gather(right_, b + begin, end - begin);
        for (int64_t k = 0; k < program_.comparison_count; k++)
            for (int64_t i = begin; i < end; i++) {
                pair_ = i - begin;
                for (const int32_t column : read_by_[k]) ask_ahead(column, end - begin);
                asked_++;
                levels[k * pairs + i] = reached(k);
            }
    }

private:
    static constexpr double UNKNOWN = -1.0;

    // What is known of how alike the texts in a column are, of the pair of that number.
    struct Similarity {
        uint64_t asked = 0;
        double most = UNKNOWN, exact = UNKNOWN;
    };

    static int32_t clause_count(const Program& program) {
        return program.rungs[program.comparisons[program.comparison_count]];
    }

    // The columns whose texts a comparison looks into.
    std::vector<int32_t> texts_of(int64_t comparison) const {
        const int32_t begin = program_.rungs[program_.comparisons[comparison]];
        const int32_t end = program_.rungs[program_.comparisons[comparison + 1]];
        std::vector<int32_t> found;
        for (int32_t check = program_.clauses[begin]; check < program_.clauses[end]; check++)
            if (program_.ops[check] >= JARO_WINKLER) found.push_back(program_.first[check]);
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        return found;
    }

    // The values of the pairs' rows beside each other: what is read from all over memory is read
    // at once, column by column.
    void gather(std::vector<int32_t>& values, const int32_t* rows, int64_t count) const {
        for (int64_t c = 0; c < count_; c++) {
            int32_t* here = values.data() + c * PAIRS_AT_ONCE;
            const int32_t* ids = columns_[c].ids;
            if (!looked_at_[c]) continue;
            for (int64_t i = 0; i < count; i++) here[i] = ids[rows[i]];
        }
    }

    // Texts lie all over memory: asks for those of the next pairs, first for where they begin.
    void ask_ahead(int32_t column, int64_t count) const {
        const Column& from = columns_[column];
        const int32_t* left = left_.data() + column * PAIRS_AT_ONCE;
        const int32_t* right = right_.data() + column * PAIRS_AT_ONCE;
        auto differ = [&](int64_t i) {
            return i < count && left[i] != right[i] && left[i] >= 0 && right[i] >= 0;
        };
        if (const int64_t i = pair_ + 2 * AHEAD; differ(i)) {
            prefetch(from.starts + left[i]);
            prefetch(from.starts + right[i]);
        }
        if (const int64_t i = pair_ + AHEAD; differ(i)) {
            const auto* chars = static_cast<const uint8_t*>(from.chars);
            prefetch(chars + from.starts[left[i]] * from.width);
            prefetch(chars + from.starts[right[i]] * from.width);
        }
    }

    uint8_t reached(int64_t comparison) {
        const int32_t end = program_.comparisons[comparison + 1];
        for (int32_t rung = program_.comparisons[comparison]; rung < end; rung++)
            if (holds_rung(rung)) return program_.numbers[rung];
        return MISSING;
    }

    bool holds_rung(int32_t rung) {
        const int32_t begin = program_.rungs[rung], end = program_.rungs[rung + 1];
        for (int32_t clause = begin; clause < end; clause++) {
            const int32_t last = program_.clauses[clause + 1];
            int32_t check = program_.clauses[clause];
            while (check < last && holds(check)) check++;
            if (check == last) return true;
        }
        return begin == end;
    }

    bool holds(int32_t check) {
        const int32_t x = program_.first[check], y = program_.second[check];
        const int32_t xa = left_[x * PAIRS_AT_ONCE + pair_], xb = right_[x * PAIRS_AT_ONCE + pair_];
        const int32_t ya = left_[y * PAIRS_AT_ONCE + pair_], yb = right_[y * PAIRS_AT_ONCE + pair_];
        switch (program_.ops[check]) {
            case EQUAL:
                return (xa >= 0 && xa == yb) || (xb >= 0 && xb == ya);
            case EXCHANGED:
                return xa >= 0 && xa == yb && xb >= 0 && xb == ya;
            case MISSING_EITHER:
                return xa < 0 || xb < 0;
            case MISSING_BOTH:
                return (xa < 0 && yb < 0) || (xb < 0 && ya < 0);
            default:
                return xa >= 0 && xb >= 0 && (xa == xb || like(check, x, xa, xb));
        }
    }

    bool like(int32_t check, int32_t column, int32_t a, int32_t b) {
        switch (columns_[column].width) {
            case 1:
                return like_as(narrow_, check, column, a, b);
            case 2:
                return like_as(middle_, check, column, a, b);
            default:
                return like_as(wide_, check, column, a, b);
        }
    }

    template <class Char>
    struct Measures {
        JaroWinkler<Char> jaro_winkler;
        Edits<Char, false> levenshtein;
        Edits<Char, true> osa;
    };

    template <class Char>
    bool like_as(Measures<Char>& measures, int32_t check, int32_t column, int32_t a, int32_t b) {
        const Column& from = columns_[column];
        auto text = [&](int32_t i) {
            return Text<Char>{static_cast<const Char*>(from.chars) + from.starts[i],
                              from.starts[i + 1] - from.starts[i]};
        };
        const double threshold = program_.thresholds[check];
        switch (program_.ops[check]) {
            case JARO_WINKLER: {
                Similarity& known = similarities_[column];
                if (known.asked != asked_)
                    known = {asked_, JaroWinkler<Char>::most(text(a), text(b)), UNKNOWN};
                if (known.most < threshold - JaroWinkler<Char>::SLACK) return false;
                if (known.exact == UNKNOWN)
                    known.exact = measures.jaro_winkler.similarity(text(a), text(b));
                return known.exact >= threshold;
            }
            case LEVENSHTEIN:
                return measures.levenshtein.holds(text(a), text(b), static_cast<int64_t>(threshold));
            default:
                return measures.osa.holds(text(a), text(b), static_cast<int64_t>(threshold));
        }
    }

    const Program& program_;
    const Column* columns_;
    int64_t count_;
    std::vector<int32_t> left_, right_;
    std::vector<Similarity> similarities_;
    std::vector<uint8_t> looked_at_;
    std::vector<std::vector<int32_t>> read_by_;
    int64_t pair_ = 0;
    uint64_t asked_ = 0;
    Measures<uint8_t> narrow_;
    Measures<uint16_t> middle_;
    Measures<uint32_t> wide_;
};

}  // namespace
}  // namespace daifuku

// Writes levels[k * pairs + i], what comparison k reaches for the rows a[i] and b[i].
DAIFUKU_EXPORT int32_t daifuku_levels(const daifuku::Program* program,
                                      const daifuku::Column* columns, int64_t column_count,
                                      const int32_t* a, const int32_t* b, int64_t pairs,
                                      uint8_t* levels, int32_t threads) {
    using namespace daifuku;
    return answered([&] {
        in_parallel(pairs, 64 * PAIRS_AT_ONCE, threads, [&](int64_t begin, int64_t end) {
            Climber climber(*program, columns, column_count);
            for (int64_t from = begin; from < end; from += PAIRS_AT_ONCE)
                climber.climb(a, b, from, std::min(end, from + PAIRS_AT_ONCE), pairs, levels);
        });
    });
}
