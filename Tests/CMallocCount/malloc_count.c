#include "malloc_count.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

/* glibc's own names of the functions that the definitions below stand in front of. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static __thread unsigned long count;
static __thread long live_bytes;

unsigned long ecgnet_malloc_count(void) {
    return count;
}

long ecgnet_live_bytes(void) {
    return live_bytes;
}

static void *noted(void *block) {
    live_bytes += (long)malloc_usable_size(block);
    return block;
}

void *malloc(size_t size) {
    count++;
    return noted(__libc_malloc(size));
}

void *calloc(size_t number, size_t size) {
    count++;
    return noted(__libc_calloc(number, size));
}

void *realloc(void *block, size_t size) {
    count++;
    long before = (long)malloc_usable_size(block);
    void *moved = __libc_realloc(block, size);
    if (moved != NULL || size == 0) {
        live_bytes -= before;
    }
    return noted(moved);
}

void *memalign(size_t alignment, size_t size) {
    count++;
    return noted(__libc_memalign(alignment, size));
}

void free(void *block) {
    live_bytes -= (long)malloc_usable_size(block);
    __libc_free(block);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (made == NULL) {
        return ENOMEM;
    }
    *block = made;
    return 0;
}
