// The levels that the comparisons of a table model reach. See identity/tabular/levels.py.
#include "checks.h"
#include "measures.h"
#include "values.h"

namespace daifuku {

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

// The columns that a program looks at.
std::vector<int32_t> looked_at(const Program& program, int64_t columns) {
    std::vector<uint8_t> asked(columns, 0);
    const int32_t clauses = program.rungs[program.comparisons[program.comparison_count]];
    for (int32_t check = 0; check < program.clauses[clauses]; check++)
        asked[program.first[check]] = asked[program.second[check]] = 1;
    std::vector<int32_t> found;
    for (int32_t c = 0; c < columns; c++)
        if (asked[c]) found.push_back(c);
    return found;
}

// What one thread needs to run the program over some pairs at a time, a check for all of them at
// once.
class Climber {
public:
    Climber(const Program& program, const Column* columns, int64_t count, const Values& values)
        : program_(program), columns_(columns), values_(values), left_(count * SPACING),
          right_(count * SPACING), similarities_(count) {}

    // levels[k * pairs + i] for the pairs i of begin .. end - 1.
    void climb(const int32_t* a, const int32_t* b, int64_t begin, int64_t end, int64_t pairs,
               uint8_t* levels) {
        pairs_ = end - begin;
        values_.gather(a + begin, pairs_, left_.data());
        values_.gather(b + begin, pairs_, right_.data());
        for (auto& known : similarities_) {
            known.most.clear();
            known.exact.clear();
        }
        for (int64_t k = 0; k < program_.comparison_count; k++)
            compare(k, levels + k * pairs + begin);
    }

private:
    static constexpr double UNKNOWN = -1.0;

    // What is known of how alike the texts in a column are, pair by pair.
    struct Similarities {
        std::vector<double> most, exact;
    };

    void compare(int64_t comparison, uint8_t* levels) {
        std::fill_n(levels, pairs_, MISSING);
        std::fill_n(open_, pairs_, -1);
        const int32_t end = program_.comparisons[comparison + 1];
        for (int32_t rung = program_.comparisons[comparison]; rung < end; rung++) {
            hold(rung);
            if (!reach(holds_, pairs_, program_.numbers[rung], open_, levels)) return;
        }
    }

    // Which of the open pairs the rung holds for.
    void hold(int32_t rung) {
        const int32_t begin = program_.rungs[rung], end = program_.rungs[rung + 1];
        if (begin == end) {
            std::copy_n(open_, pairs_, holds_);
            return;
        }
        std::fill_n(holds_, pairs_, 0);
        for (int32_t clause = begin; clause < end; clause++) {
            for (int64_t i = 0; i < pairs_; i++) yes_[i] = open_[i] & ~holds_[i];
            const int32_t last = program_.clauses[clause + 1];
            for (int32_t check = program_.clauses[clause]; check < last; check++) ask(check);
            for (int64_t i = 0; i < pairs_; i++) holds_[i] |= yes_[i];
        }
    }

    void ask(int32_t check) {
        const int32_t x = program_.first[check], y = program_.second[check];
        const Sides of{side(left_, x), side(right_, x), side(left_, y), side(right_, y)};
        keep(program_.ops[check], of, pairs_, yes_);
        if (program_.ops[check] < JARO_WINKLER) return;
        switch (columns_[x].width) {
            case 1:
                return look(narrow_, check, x, of);
            case 2:
                return look(middle_, check, x, of);
            default:
                return look(wide_, check, x, of);
        }
    }

    static const int32_t* side(const std::vector<int32_t>& values, int32_t column) {
        return values.data() + column * SPACING;
    }

    template <class Char>
    struct Measures {
        JaroWinkler<Char> jaro_winkler;
        Edits<Char, false> levenshtein;
        Edits<Char, true> osa;
    };

    // Takes away the yes of the pairs whose texts are not near enough.
    template <class Char>
    void look(Measures<Char>& measures, int32_t check, int32_t column, const Sides& of) {
        int64_t count = 0;
        for (int64_t i = 0; i < pairs_; i++) {
            asked_[count] = static_cast<int32_t>(i);
            count += yes_[i] & (of.xa[i] != of.xb[i]);
        }
        const Column& from = columns_[column];
        for (int64_t n = 0; n < count; n++) {
            ask_ahead(from, of, n, count);
            const int32_t i = asked_[n];
            if (!like(measures, check, column, i, text<Char>(from, of.xa[i]),
                      text<Char>(from, of.xb[i])))
                yes_[i] = 0;
        }
    }

    // Texts lie all over memory: asks for those of the next pairs, first for where they begin.
    void ask_ahead(const Column& from, const Sides& of, int64_t now, int64_t count) const {
        if (now + 2 * AHEAD < count) {
            const int32_t i = asked_[now + 2 * AHEAD];
            prefetch(from.starts + of.xa[i]);
            prefetch(from.starts + of.xb[i]);
        }
        if (now + AHEAD < count) {
            const int32_t i = asked_[now + AHEAD];
            const auto* chars = static_cast<const uint8_t*>(from.chars);
            prefetch(chars + from.starts[of.xa[i]] * from.width);
            prefetch(chars + from.starts[of.xb[i]] * from.width);
        }
    }

    template <class Char>
    static Text<Char> text(const Column& from, int32_t i) {
        return {static_cast<const Char*>(from.chars) + from.starts[i],
                from.starts[i + 1] - from.starts[i]};
    }

    template <class Char>
    bool like(Measures<Char>& measures, int32_t check, int32_t column, int32_t pair, Text<Char> a,
              Text<Char> b) {
        const double threshold = program_.thresholds[check];
        switch (program_.ops[check]) {
            case JARO_WINKLER: {
                Similarities& known = similarities_[column];
                if (known.most.empty()) {
                    known.most.assign(PAIRS_AT_ONCE, UNKNOWN);
                    known.exact.assign(PAIRS_AT_ONCE, UNKNOWN);
                }
                double &most = known.most[pair], &exact = known.exact[pair];
                if (most == UNKNOWN) most = JaroWinkler<Char>::most(a, b);
                if (most < threshold - JaroWinkler<Char>::SLACK) return false;
                if (exact == UNKNOWN) exact = measures.jaro_winkler.similarity(a, b);
                return exact >= threshold;
            }
            case LEVENSHTEIN:
                return measures.levenshtein.holds(a, b, static_cast<int64_t>(threshold));
            default:
                return measures.osa.holds(a, b, static_cast<int64_t>(threshold));
        }
    }

    const Program& program_;
    const Column* columns_;
    const Values& values_;
    int64_t pairs_ = 0;
    std::vector<int32_t> left_, right_;
    std::vector<Similarities> similarities_;
    Answers open_, holds_, yes_, asked_;
    Measures<uint8_t> narrow_;
    Measures<uint16_t> middle_;
    Measures<uint32_t> wide_;
};

}  // namespace
}  // namespace daifuku

// Writes levels[k * pairs + i], what comparison k reaches for the rows a[i] and b[i], of which there
// are `rows`.
DAIFUKU_EXPORT int32_t daifuku_levels(const daifuku::Program* program,
                                      const daifuku::Column* columns, int64_t column_count,
                                      int64_t rows, const int32_t* a, const int32_t* b,
                                      int64_t pairs, uint8_t* levels, int32_t threads) {
    using namespace daifuku;
    return answered([&] {
        const Values values(columns, looked_at(*program, column_count), rows, pairs > rows, threads);
        in_parallel(pairs, 64 * PAIRS_AT_ONCE, threads, [&](int64_t begin, int64_t end) {
            Climber climber(*program, columns, column_count, values);
            for (int64_t from = begin; from < end; from += PAIRS_AT_ONCE)
                climber.climb(a, b, from, std::min(end, from + PAIRS_AT_ONCE), pairs, levels);
        });
    });
}
