/*
 * An encoder of ECG blocks, codec 2 of the device protocol (see PROTOCOL.md), for small devices.
 *
 * C99 and zlib; integers only; no memory of its own beyond the structure below and what zlib asks for in
 * ecg_encoder_init: 1.1 KiB and 24 KiB. Signed numbers must be two's complement and shift arithmetically, as they do
 * wherever GCC and Clang compile to.
 *
 *     static ecg_encoder encoder;
 *     static const ecg_lead leads[] = { {0, 0, 0}, {0, 0, 0}, ECG_LEAD_III(0, 1), ECG_LEAD_AVR(0, 1), ... };
 *
 *     ecg_encoder_init(&encoder, leads, 12, Z_FILTERED);
 *     for each second:
 *         length = ecg_encoder_block(&encoder, counts, 500, first_sample, payload, sizeof payload);
 *         send `length` bytes as the payload of a Block frame
 *     after Opened, on every connection:
 *         ecg_encoder_begin_anew(&encoder);
 */
#ifndef ECG_ENCODER_H
#define ECG_ENCODER_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ECG_ENCODER_LEADS 16
#define ECG_ENCODER_TAPS 8
#define ECG_ENCODER_HEADER_BYTES 16

/* How a lead may follow from the leads with indices a and b, both below its own; all 0 where it stands alone. Only
   where a count means the same in all three. */
typedef struct {
    uint8_t combination;
    uint8_t a;
    uint8_t b;
} ecg_lead;

#define ECG_LEAD_ALONE {0, 0, 0}
#define ECG_LEAD_III(i, ii) {1, (i), (ii)}
#define ECG_LEAD_AVR(i, ii) {2, (i), (ii)}
#define ECG_LEAD_AVL(i, ii) {3, (i), (ii)}
#define ECG_LEAD_AVF(i, ii) {3, (ii), (i)}

enum {
    /* The payload does not fit into the room that was given. */
    ECG_ENCODER_NO_ROOM = -1,
    /* zlib failed. */
    ECG_ENCODER_ZLIB = -2,
    /* No samples, a lead that cannot be, or too many of either. */
    ECG_ENCODER_ARGUMENT = -3
};

/* What one lead's predictor has learnt. */
typedef struct {
    int16_t weight[ECG_ENCODER_TAPS];
    /* The last differences, newest first, clamped. */
    int16_t window[ECG_ENCODER_TAPS];
    int32_t power;
    uint32_t value;
} ecg_predictor;

/* The fields are the encoder's own. */
typedef struct {
    z_stream zlib;
    int leads;
    ecg_lead lead[ECG_ENCODER_LEADS];
    /* combination x 16 + order of each lead in the run. */
    uint8_t plan[ECG_ENCODER_LEADS];
    ecg_predictor predictor[ECG_ENCODER_LEADS];
    uint64_t next_sample;
    int blocks_in_run;
    int has_run;
    /* Bytes on their way to zlib. */
    uint8_t chunk[256];
    size_t chunk_length;
    int error;
} ecg_encoder;

/* Starts an encoder of 1 to 16 leads. `strategy` is Z_FILTERED, which suits twelve leads of which four follow from two
   others, or Z_HUFFMAN_ONLY, which suits the rest and takes less time. Returns 0, or one of the errors above. */
int ecg_encoder_init(ecg_encoder *encoder, const ecg_lead *leads, int lead_count, int strategy);

/* Gives zlib's memory back. */
void ecg_encoder_end(ecg_encoder *encoder);

/* Makes the next block begin a run: after Opened, since the server may have lost the run before. */
void ecg_encoder_begin_anew(ecg_encoder *encoder);

/* Encodes `samples` sampling instants, interleaved: all leads of the first instant, then all of the second. Writes the
   payload of a Block frame and returns its length, or one of the errors above; after an error the next block begins a
   run. zlib wants room for one byte more than it writes. */
long ecg_encoder_block(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, uint64_t first_sample, uint8_t *payload,
    size_t room);

/* The same, but the payload's data is left as it is before zlib: to be compared with the golden bytes. */
long ecg_encoder_unpacked(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, uint64_t first_sample, uint8_t *payload,
    size_t room);

#ifdef __cplusplus
}
#endif
#endif
