#ifndef ECG_QUAD_H
#define ECG_QUAD_H

// Four numbers in a register, and what Swift's library does with them lane after lane. Each is one or a few instructions,
// exact to the bit on every machine.
typedef float ecg_quad __attribute__((ext_vector_type(4)));

#define ECG_QUAD_INLINE static inline __attribute__((always_inline))

// Lets the compiler assume nothing of a register. Where it knows how the lanes came about, or that the halves are added
// up in the end, it works on halves and single lanes, through whole loops: twice the instructions.
#if defined(__x86_64__)
#define ECG_KEEP_WHOLE(quad) __asm__("" : "+x"(quad))
#else
#define ECG_KEEP_WHOLE(quad) __asm__("" : "+w"(quad))
#endif

ECG_QUAD_INLINE ecg_quad ecg_square_roots(ecg_quad x) { return __builtin_elementwise_sqrt(x); }

// Of two numbers that are equal, the first.
ECG_QUAD_INLINE ecg_quad ecg_lesser(ecg_quad a, ecg_quad b) { return b < a ? b : a; }
ECG_QUAD_INLINE ecg_quad ecg_greater(ecg_quad a, ecg_quad b) { return b > a ? b : a; }

// The same, as something that is only computed whole.
ECG_QUAD_INLINE ecg_quad ecg_whole(ecg_quad x) {
    ECG_KEEP_WHOLE(x);
    return x;
}

// The sum and the greatest of the lanes.
ECG_QUAD_INLINE float ecg_total(ecg_quad x) {
    ECG_KEEP_WHOLE(x);
    ecg_quad pairs = x + x.zwxy;
    return pairs.x + pairs.y;
}
ECG_QUAD_INLINE float ecg_greatest(ecg_quad x) {
    ECG_KEEP_WHOLE(x);
    ecg_quad pairs = ecg_greater(x, x.zwxy);
    return ecg_greater(pairs, pairs.yxwz).x;
}

#endif
