#ifndef ECGNET_CZLIB_H
#define ECGNET_CZLIB_H

#include <zlib.h>

/* zlib's initialisers are macros that carry the library's version and structure size, which Swift cannot import. */

static inline int ecgnet_inflate_init(z_stream *stream) {
    return inflateInit(stream);
}

static inline int ecgnet_deflate_init(z_stream *stream, int level, int window_bits, int memory_level, int strategy) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, strategy);
}

#endif
