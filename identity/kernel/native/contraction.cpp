// Greedy additive edge contraction of many components. See reference/contraction.py.
#include "kernel.h"

namespace daifuku {
namespace {

// Pairs of items with a weight each, those of component k at starts[k] .. starts[k + 1] - 1.
// Without weights they are pairs that must or must not be joined.
struct Ties {
    const int64_t* starts;
    const int32_t* first;
    const int32_t* second;
    const double* weights;
};

struct Neighbour {
    int32_t item;
    double weight;
};

// A pair of groups and the evidence between them when it was queued.
struct Waiting {
    double weight;
    int32_t a, b;
    // Whether it joins later than the other: the strongest first, then the smaller items.
    bool operator<(const Waiting& other) const {
        if (weight != other.weight) return weight < other.weight;
        return a != other.a ? a > other.a : b > other.b;
    }
};

// One component at a time; its memory is used again for the next.
class Groups {
public:
    // Items are offset .. offset + count - 1, and labels[i] is the smallest of item i's group.
    void label(int32_t offset, int32_t count, int64_t component, const Ties& edges,
               const Ties& same, const Ties& apart, int32_t* labels) {
        begin(offset, count, component, apart);
        for (int64_t i = same.starts[component]; i < same.starts[component + 1]; i++) {
            const int32_t a = find(same.first[i] - offset), b = find(same.second[i] - offset);
            if (a != b && !held_apart(a, b)) parent_[std::max(a, b)] = std::min(a, b);
        }
        for (int64_t i = edges.starts[component]; i < edges.starts[component + 1]; i++) {
            const int32_t a = find(edges.first[i] - offset), b = find(edges.second[i] - offset);
            if (a == b) continue;
            add(a, b, edges.weights[i]);
            add(b, a, edges.weights[i]);
        }
        contract(count);
        for (int32_t item = 0; item < count; item++) labels[item] = find(item) + offset;
    }

private:
    void begin(int32_t offset, int32_t count, int64_t component, const Ties& apart) {
        if (between_.size() < static_cast<size_t>(count)) between_.resize(count);
        parent_.resize(count);
        for (int32_t item = 0; item < count; item++) {
            parent_[item] = item;
            between_[item].clear();
        }
        queue_.clear();
        apart_.clear();
        for (int64_t i = apart.starts[component]; i < apart.starts[component + 1]; i++)
            apart_.push_back({apart.first[i] - offset, apart.second[i] - offset});
    }

    int32_t find(int32_t item) {
        while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
        return item;
    }

    bool held_apart(int32_t a, int32_t b) {
        for (const auto& pair : apart_) {
            const int32_t x = find(pair.first), y = find(pair.second);
            if ((x == a && y == b) || (x == b && y == a)) return true;
        }
        return false;
    }

    using Neighbours = std::vector<Neighbour>;

    static Neighbours::iterator place(Neighbours& near, int32_t item) {
        return std::lower_bound(near.begin(), near.end(), item,
                                [](const Neighbour& n, int32_t i) { return n.item < i; });
    }

    // Adds to the evidence between two groups, as one of them knows it; returns the sum.
    double add(int32_t group, int32_t other, double weight) {
        Neighbours& near = between_[group];
        const auto it = place(near, other);
        if (it != near.end() && it->item == other) return it->weight += weight;
        near.insert(it, {other, weight});
        return weight;
    }

    void drop(int32_t group, int32_t other) {
        Neighbours& near = between_[group];
        const auto it = place(near, other);
        if (it != near.end() && it->item == other) near.erase(it);
    }

    bool still(const Waiting& pair) {
        Neighbours& near = between_[pair.a];
        const auto it = place(near, pair.b);
        return it != near.end() && it->item == pair.b && it->weight == pair.weight;
    }

    void contract(int32_t count) {
        for (int32_t a = 0; a < count; a++)
            for (const auto& near : between_[a])
                if (a < near.item && near.weight > 0) queue_.push_back({near.weight, a, near.item});
        std::make_heap(queue_.begin(), queue_.end());
        while (!queue_.empty()) {
            const Waiting best = queue_.front();
            std::pop_heap(queue_.begin(), queue_.end());
            queue_.pop_back();
            if (still(best) && !held_apart(best.a, best.b)) join(best.a, best.b);
        }
    }

    // Makes `high` part of `low` and queues what now speaks for joining `low` with others.
    void join(int32_t low, int32_t high) {
        parent_[high] = low;
        drop(low, high);
        moved_.swap(between_[high]);
        between_[high].clear();
        for (const auto& near : moved_) {
            if (near.item == low) continue;
            drop(near.item, high);
            add(near.item, low, near.weight);
            const double sum = add(low, near.item, near.weight);
            if (sum > 0) {
                queue_.push_back({sum, std::min(low, near.item), std::max(low, near.item)});
                std::push_heap(queue_.begin(), queue_.end());
            }
        }
    }

    std::vector<int32_t> parent_;
    std::vector<Neighbours> between_;
    Neighbours moved_;
    std::vector<std::pair<int32_t, int32_t>> apart_;
    std::vector<Waiting> queue_;
};

}  // namespace
}  // namespace daifuku

// Components hold the items starts[k] .. starts[k + 1] - 1; ties of each kind are grouped by
// component, with the places where each component's begin.
DAIFUKU_EXPORT int32_t daifuku_contract(
    int64_t components, const int64_t* starts,  //
    const int64_t* edge_starts, const int32_t* edge_first, const int32_t* edge_second,
    const double* weights,  //
    const int64_t* same_starts, const int32_t* same_first, const int32_t* same_second,
    const int64_t* apart_starts, const int32_t* apart_first, const int32_t* apart_second,
    int32_t* labels, int32_t threads) {
    using namespace daifuku;
    const Ties edges{edge_starts, edge_first, edge_second, weights};
    const Ties same{same_starts, same_first, same_second, nullptr};
    const Ties apart{apart_starts, apart_first, apart_second, nullptr};
    return answered([&] {
        in_parallel(components, 256, threads, [&](int64_t begin, int64_t end) {
            Groups groups;
            for (int64_t k = begin; k < end; k++)
                groups.label(static_cast<int32_t>(starts[k]),
                             static_cast<int32_t>(starts[k + 1] - starts[k]), k, edges, same, apart,
                             labels + starts[k]);
        });
    });
}
