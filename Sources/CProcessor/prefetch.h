#ifndef ECG_PREFETCH_H
#define ECG_PREFETCH_H

#include <stddef.h>

// Asks the processor to bring memory into its caches, without waiting for it: a hint that changes nothing else. Swift has
// no such instruction.
static inline void ecg_prefetch(const void *memory, size_t byte_count) {
    // The cache line of every processor this runs on, x86-64 and ARMv8; a longer one is merely asked for twice.
    enum { line = 64 };
    for (size_t offset = 0; offset < byte_count; offset += line) {
        __builtin_prefetch((const char *)memory + offset);
    }
}

#endif
