// Candidate pairs: rows that share a key borne by few enough rows. See reference/pairs.py.
#include <memory>

#include "kernel.h"

namespace daifuku {
namespace {

struct Entry {
    uint64_t key;
    int32_t row;
};

// The active blocks of one rule: the rows of block i are rows[starts[i]] .. rows[starts[i + 1] - 1],
// in ascending order.
struct Blocks {
    std::vector<int32_t> rows;
    std::vector<int64_t> starts;
};

// A bijection whose high bits depend on all bits of the key (the finaliser of splitmix64), so that
// entries spread evenly over parts whatever the keys are.
uint64_t mixed(uint64_t key) {
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
    return key ^ (key >> 31);
}

// Brings entries of one key together, their rows in ascending order. The keys come in no order that
// means anything. What it needs is kept for the next entries.
class Gatherer {
public:
    void gather(Entry* begin, Entry* end) {
        number(begin, end);
        int32_t place = 0;
        for (int32_t& size : sizes_) {
            place += size;
            size = place - size;
        }
        moved_.assign(begin, end);
        for (size_t i = 0; i < moved_.size(); i++) begin[sizes_[numbers_[i]]++] = moved_[i];
        if (std::is_sorted(moved_.begin(), moved_.end(), by_row)) return;
        for (int32_t first = 0, i = 0; i < static_cast<int32_t>(sizes_.size()); first = sizes_[i++])
            std::sort(begin + first, begin + sizes_[i], by_row);
    }

private:
    static bool by_row(const Entry& a, const Entry& b) { return a.row < b.row; }

    // numbers_[i] is entry i's key among the distinct ones, of which sizes_ counts the entries.
    void number(const Entry* begin, const Entry* end) {
        size_t room = 16;
        while (room < 2 * static_cast<size_t>(end - begin)) room *= 2;
        slots_.assign(room, -1);
        keys_.clear();
        sizes_.clear();
        numbers_.clear();
        for (; begin < end; begin++) {
            size_t slot = begin->key & (room - 1);
            while (slots_[slot] >= 0 && keys_[slots_[slot]] != begin->key)
                slot = (slot + 1) & (room - 1);
            if (slots_[slot] < 0) {
                slots_[slot] = static_cast<int32_t>(keys_.size());
                keys_.push_back(begin->key);
                sizes_.push_back(0);
            }
            sizes_[slots_[slot]]++;
            numbers_.push_back(slots_[slot]);
        }
    }

    std::vector<int32_t> slots_, sizes_, numbers_;
    std::vector<uint64_t> keys_;
    std::vector<Entry> moved_;
};

// Entries dealt into parts by the high bits of their mixed keys, so that each part is gathered in
// the processor's cache and equal keys are in one part.
class Parts {
public:
    Parts(const uint64_t* keys, const int32_t* rows, int64_t count, int32_t threads)
        : bits_(bits_for(count)), starts_((size_t{1} << bits_) + 1, 0), entries_(count) {
        const int64_t chunks = std::max<int32_t>(threads, 1);
        std::vector<std::vector<int64_t>> places(chunks, std::vector<int64_t>(size(), 0));
        auto each = [&](int64_t chunk, auto&& deal) {
            for (int64_t i = count * chunk / chunks; i < count * (chunk + 1) / chunks; i++) {
                const uint64_t key = mixed(keys[i]);
                deal(part_of(key), Entry{key, rows[i]});
            }
        };
        in_parallel(chunks, 1, threads, [&](int64_t chunk, int64_t) {
            each(chunk, [&](size_t part, const Entry&) { places[chunk][part]++; });
        });
        int64_t place = 0;
        for (size_t part = 0; part < size(); part++) {
            starts_[part] = place;
            for (auto& chunk : places) {
                const int64_t here = chunk[part];
                chunk[part] = place;
                place += here;
            }
        }
        starts_[size()] = place;
        in_parallel(chunks, 1, threads, [&](int64_t chunk, int64_t) {
            each(chunk, [&](size_t part, const Entry& entry) {
                entries_[places[chunk][part]++] = entry;
            });
        });
    }

    size_t size() const { return size_t{1} << bits_; }
    Entry* begin(size_t part) { return entries_.data() + starts_[part]; }
    Entry* end(size_t part) { return entries_.data() + starts_[part + 1]; }

private:
    static int bits_for(int64_t count) {
        int bits = 0;
        while (bits < 16 && (count >> bits) > 1024) bits++;
        return bits;
    }
    size_t part_of(uint64_t key) const { return bits_ ? key >> (64 - bits_) : 0; }

    int bits_;
    std::vector<int64_t> starts_;
    std::vector<Entry> entries_;
};

// Calls found(begin, end) for each active block of a gathered part.
template <class Found>
void each_block(const Entry* entry, const Entry* end, int64_t cap, Found found) {
    while (entry < end) {
        const Entry* last = entry + 1;
        while (last < end && last->key == entry->key) last++;
        if (last - entry > 1 && last - entry <= cap) found(entry, last);
        entry = last;
    }
}

Blocks blocks_of(const uint64_t* keys, const int32_t* rows, int64_t count, int64_t cap,
                 int32_t threads) {
    Parts parts(keys, rows, count, threads);
    const int64_t size = static_cast<int64_t>(parts.size());
    std::vector<int64_t> row_places(size + 1, 0), block_places(size + 1, 0);
    in_parallel(size, 16, threads, [&](int64_t begin, int64_t end) {
        Gatherer gatherer;
        for (int64_t part = begin; part < end; part++) {
            gatherer.gather(parts.begin(part), parts.end(part));
            each_block(parts.begin(part), parts.end(part), cap, [&](const Entry* a, const Entry* b) {
                row_places[part + 1] += b - a;
                block_places[part + 1]++;
            });
        }
    });
    for (int64_t part = 0; part < size; part++) {
        row_places[part + 1] += row_places[part];
        block_places[part + 1] += block_places[part];
    }
    Blocks blocks;
    blocks.rows.resize(row_places[size]);
    blocks.starts.resize(block_places[size] + 1);
    blocks.starts.back() = row_places[size];
    in_parallel(size, 16, threads, [&](int64_t begin, int64_t end) {
        for (int64_t part = begin; part < end; part++) {
            int64_t row = row_places[part], block = block_places[part];
            each_block(parts.begin(part), parts.end(part), cap, [&](const Entry* a, const Entry* b) {
                blocks.starts[block++] = row;
                for (; a < b; a++) blocks.rows[row++] = a->row;
            });
        }
    });
    return blocks;
}

// Calls found(row, partners, count) for each row of a rule's blocks that has larger partners.
template <class Found>
void each_row(const Blocks& blocks, int32_t threads, Found found) {
    const int64_t count = static_cast<int64_t>(blocks.starts.size()) - 1;
    in_parallel(count, 4096, threads, [&](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; block++) {
            const int32_t* last = blocks.rows.data() + blocks.starts[block + 1];
            const int32_t* row = blocks.rows.data() + blocks.starts[block];
            for (; row + 1 < last; row++) found(*row, row + 1, last - row - 1);
        }
    });
}

// The pairs of all rules: first each row's larger partners with repetitions, then each once.
class Pairs {
public:
    void add(const uint64_t* keys, const int32_t* rows, int64_t count, int64_t cap,
             int32_t threads) {
        rules_.push_back(blocks_of(keys, rows, count, cap, threads));
    }

    // Finds the pairs among `rows` rows; the rules are used up.
    int64_t find(int64_t rows, int32_t threads) {
        gather(rows, threads);
        found_.assign(rows + 1, 0);
        in_parallel(rows, 16384, threads, [&](int64_t begin, int64_t end) {
            for (int64_t row = begin; row < end; row++) {
                int32_t* first = partners_.data() + starts_[row];
                int32_t* last = partners_.data() + starts_[row + 1];
                std::sort(first, last);
                found_[row + 1] = std::unique(first, last) - first;
            }
        });
        for (int64_t row = 0; row < rows; row++) found_[row + 1] += found_[row];
        return found_[rows];
    }

    void take(int32_t* first, int32_t* second, int32_t threads) const {
        const int64_t rows = static_cast<int64_t>(found_.size()) - 1;
        in_parallel(rows, 16384, threads, [&](int64_t begin, int64_t end) {
            for (int64_t row = begin; row < end; row++) {
                const int64_t place = found_[row], count = found_[row + 1] - place;
                std::fill_n(first + place, count, static_cast<int32_t>(row));
                std::copy_n(partners_.data() + starts_[row], count, second + place);
            }
        });
    }

private:
    void gather(int64_t rows, int32_t threads) {
        std::vector<std::atomic<uint32_t>> ahead(rows);
        for (const auto& blocks : rules_)
            each_row(blocks, threads, [&](int32_t row, const int32_t*, int64_t count) {
                ahead[row].fetch_add(static_cast<uint32_t>(count), std::memory_order_relaxed);
            });
        starts_.assign(rows + 1, 0);
        for (int64_t row = 0; row < rows; row++) {
            starts_[row + 1] = starts_[row] + ahead[row];
            ahead[row] = 0;
        }
        partners_.resize(starts_[rows]);
        for (auto& blocks : rules_) {
            each_row(blocks, threads, [&](int32_t row, const int32_t* partners, int64_t count) {
                const auto taken = static_cast<uint32_t>(count);
                const uint32_t place = ahead[row].fetch_add(taken, std::memory_order_relaxed);
                std::copy_n(partners, count, partners_.data() + starts_[row] + place);
            });
            blocks = Blocks();
        }
        rules_.clear();
    }

    std::vector<Blocks> rules_;
    std::vector<int64_t> starts_;
    std::vector<int32_t> partners_;
    std::vector<int64_t> found_;
};

}  // namespace
}  // namespace daifuku

using daifuku::answered;
using daifuku::Pairs;

// Null where there is no memory; to be given back to daifuku_pairs_free.
DAIFUKU_EXPORT void* daifuku_pairs_new() { return new (std::nothrow) Pairs; }

DAIFUKU_EXPORT void daifuku_pairs_free(void* pairs) { delete static_cast<Pairs*>(pairs); }

// Adds a rule: rows[i] >= 0 bears keys[i], no row the same key twice.
DAIFUKU_EXPORT int32_t daifuku_pairs_add(void* pairs, const uint64_t* keys, const int32_t* rows,
                                         int64_t count, int64_t cap, int32_t threads) {
    return answered([&] { static_cast<Pairs*>(pairs)->add(keys, rows, count, cap, threads); });
}

// Finds the pairs of all rules added; every row is below `rows`.
DAIFUKU_EXPORT int32_t daifuku_pairs_find(void* pairs, int64_t rows, int64_t* count,
                                          int32_t threads) {
    return answered([&] { *count = static_cast<Pairs*>(pairs)->find(rows, threads); });
}

// Writes the pairs found, sorted, each with its smaller row first.
DAIFUKU_EXPORT int32_t daifuku_pairs_take(const void* pairs, int32_t* first, int32_t* second,
                                          int32_t threads) {
    return answered([&] { static_cast<const Pairs*>(pairs)->take(first, second, threads); });
}
