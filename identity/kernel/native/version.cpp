// What the library says of itself: which calls it answers, and which sources it was built from.
#include "kernel.h"

#ifndef DAIFUKU_SOURCES
#define DAIFUKU_SOURCES ""
#endif

DAIFUKU_EXPORT int32_t daifuku_abi() { return 4; }

DAIFUKU_EXPORT const char* daifuku_sources() { return DAIFUKU_SOURCES; }
