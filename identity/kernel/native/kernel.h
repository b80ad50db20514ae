// What every file of the native kernel shares. Each exported function has a twin in
// identity/kernel/reference that says what it means; both give the same result bit for bit.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#if defined(_WIN32)
#define DAIFUKU_EXPORT extern "C" __declspec(dllexport)
#else
#define DAIFUKU_EXPORT extern "C" __attribute__((visibility("default")))
#endif

// On machines that can, four numbers at a time; each sum and product rounds alike either way.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define DAIFUKU_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define DAIFUKU_WIDE
#endif

namespace daifuku {

// What exported functions answer: done, or out of memory with nothing changed for the caller.
enum Answer : int32_t { DONE = 0, NO_MEMORY = -1 };

// Runs `body` and turns what it throws into an answer: no exception may reach the caller's C.
template <class Body>
int32_t answered(Body body) noexcept {
    try {
        body();
        return DONE;
    } catch (...) {
        return NO_MEMORY;
    }
}

// Tells the processor that what is there will be read soon.
inline void prefetch(const void* place) {
#if defined(__GNUC__)
    __builtin_prefetch(place);
#else
    (void)place;
#endif
}

// Calls work(begin, end) for parts of 0..count-1 of at most `grain` each, on up to `threads`
// threads, this one included. Parts are taken in no particular order: work must not depend on it.
template <class Work>
void in_parallel(int64_t count, int64_t grain, int32_t threads, Work work) {
    std::atomic<int64_t> next{0};
    std::exception_ptr fault;
    std::mutex fault_lock;
    auto labour = [&] {
        try {
            for (int64_t begin; (begin = next.fetch_add(grain)) < count;)
                work(begin, std::min(count, begin + grain));
        } catch (...) {
            next = count;
            std::lock_guard<std::mutex> held(fault_lock);
            fault = std::current_exception();
        }
    };
    const int64_t parts = (count + grain - 1) / grain;
    std::vector<std::thread> helpers;
    try {
        for (int64_t i = 1; i < std::min<int64_t>(threads, parts); i++) helpers.emplace_back(labour);
    } catch (...) {
        // Fewer threads than asked for do the same work.
    }
    labour();
    for (auto& helper : helpers) helper.join();
    if (fault) std::rethrow_exception(fault);
}

}  // namespace daifuku
