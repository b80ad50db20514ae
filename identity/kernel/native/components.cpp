// Connected components by union-find. See reference/components.py.
#include "kernel.h"

namespace {

// The root of an item; each item passed on the way is hung one step higher (path halving).
int32_t root_of(int32_t* parent, int32_t item) {
    while (parent[item] != item) item = parent[item] = parent[parent[item]];
    return item;
}

}  // namespace

// Labels 0..count-1 with the smallest item of each one's component.
DAIFUKU_EXPORT int32_t daifuku_connected(int64_t count, const int32_t* first, const int32_t* second,
                                         int64_t edges, int32_t* labels) {
    for (int64_t item = 0; item < count; item++) labels[item] = static_cast<int32_t>(item);
    for (int64_t edge = 0; edge < edges; edge++) {
        const int32_t a = root_of(labels, first[edge]), b = root_of(labels, second[edge]);
        labels[std::max(a, b)] = std::min(a, b);
    }
    // Roots are smaller than what hangs below them, so that ancestors are flat already.
    for (int64_t item = 0; item < count; item++) labels[item] = labels[labels[item]];
    return daifuku::DONE;
}
