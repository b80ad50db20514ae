// Sums of weights by place. See reference/sums.py.
#include "kernel.h"

// Adds up, for each of `columns` arrays of places, the rows of weights[i * classes + j] by
// places[i], which is below `count`, into sums[place * classes + j]: first by place within a column
// in the order of the rows, then column by column.
DAIFUKU_EXPORT int32_t daifuku_sums(const int32_t* const* places, int64_t columns,
                                    const double* weights, int64_t rows, int64_t classes,
                                    int64_t count, double* sums) {
    return daifuku::answered([&] {
        std::vector<double> part(count * classes);
        std::fill_n(sums, count * classes, 0.0);
        for (int64_t k = 0; k < columns; k++) {
            std::fill(part.begin(), part.end(), 0.0);
            for (int64_t i = 0; i < rows; i++) {
                double* sum = part.data() + places[k][i] * classes;
                for (int64_t j = 0; j < classes; j++) sum[j] += weights[i * classes + j];
            }
            for (int64_t i = 0; i < count * classes; i++) sums[i] += part[i];
        }
    });
}
