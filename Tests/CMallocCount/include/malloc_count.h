#ifndef ECGNET_MALLOC_COUNT_H
#define ECGNET_MALLOC_COUNT_H

/* The number of heap allocations that the calling thread has made since it started. Linking this target replaces the C
   library's allocation functions by ones that count and then call the library's own (glibc only). */
unsigned long ecgnet_malloc_count(void);

/* The bytes that the calling thread has allocated less those that it has freed, as the allocator rounds them. */
long ecgnet_live_bytes(void);

#endif
