// The numbers of a table's values, gathered for some pairs at once.
#pragma once

#include <memory>

#include "checks.h"

namespace daifuku {

// A column: its values' numbers by row, -1 for missing, and where checks look at them the texts,
// whose characters have `width` bytes.
struct Column {
    const int32_t* ids;
    const void* chars;
    const int64_t* starts;
    int32_t width;
};

// How many pairs ahead of its work a loop asks for what it will read.
constexpr int64_t AHEAD = 8;

// From one column's numbers of some pairs to the next column's: no power of 2, for memory that far
// apart competes for the same places in the processor's cache.
constexpr int64_t SPACING = PAIRS_AT_ONCE + 16;

// The numbers of some columns, by column as they come, or row after row: what many pairs read all
// over memory then lies together, for the price of moving each number once.
class Values {
public:
    Values(const Column* columns, std::vector<int32_t> chosen, int64_t rows, bool by_row,
           int32_t threads)
        : columns_(columns), chosen_(std::move(chosen)) {
        if (!by_row) return;
        const int64_t width = static_cast<int64_t>(chosen_.size());
        rows_.reset(new int32_t[rows * width]);
        in_parallel(rows, 1024, threads, [&](int64_t begin, int64_t end) {
            for (int64_t c = 0; c < width; c++) {
                const int32_t* ids = columns_[chosen_[c]].ids;
                for (int64_t row = begin; row < end; row++) rows_[row * width + c] = ids[row];
            }
        });
    }

    // Writes into values[c * SPACING + i] the number of rows[i] in each column c.
    void gather(const int32_t* rows, int64_t count, int32_t* values) const {
        if (rows_) return gather_rows(rows, count, values);
        for (const int32_t c : chosen_) {
            const int32_t* ids = columns_[c].ids;
            int32_t* here = values + c * SPACING;
            for (int64_t i = 0; i < count; i++) here[i] = ids[rows[i]];
        }
    }

private:
    void gather_rows(const int32_t* rows, int64_t count, int32_t* values) const {
        const int64_t width = static_cast<int64_t>(chosen_.size());
        for (int64_t i = 0; i < count; i++) {
            if (i + AHEAD < count) {
                const int32_t* next = rows_.get() + rows[i + AHEAD] * width;
                for (int64_t c = 0; c < width; c += LINE) prefetch(next + c);
                prefetch(next + width - 1);
            }
            const int32_t* row = rows_.get() + rows[i] * width;
            for (int64_t c = 0; c < width; c++) values[chosen_[c] * SPACING + i] = row[c];
        }
    }

    static constexpr int64_t LINE = 16;  // numbers that come from memory together

    const Column* columns_;
    std::vector<int32_t> chosen_;
    std::unique_ptr<int32_t[]> rows_;
};

}  // namespace daifuku
