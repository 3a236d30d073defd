#include "ecg_encoder.h"

#include <string.h>

enum {
    CODEC_BEGINS = 2,
    CODEC_CONTINUES = 3,
    ADAPTIVE = 15,
    LONGEST_RUN = 60,
    OUTDATED_FACTOR = 2,
    GROUP = 8,
    QUIET_BOUND = 64,
    /* What half a byte cannot hold by itself. */
    ESCAPE = 15,
    MOST_SAMPLES = 10000,

    WEIGHT_BITS = 12,
    FIRST_WEIGHT = 1 << 11,
    LARGEST_DIFFERENCE = 4095,
    LARGEST_MISS = 2047,
    LEAST_POWER = 16 * ECG_ENCODER_TAPS,
    STEP_BITS = 22,

    /* Raw deflate, a window of 512 bytes and 2,048 symbols to a Huffman code: 24 KiB with zlib's own structure. */
    ZLIB_LEVEL = 6,
    ZLIB_WINDOW_BITS = -9,
    ZLIB_MEMORY_LEVEL = 5
};

/* The hash that checks a block's counts. */
static const uint32_t HASH_START = 1;
static const uint32_t HASH_MULTIPLIER = 0x9E3779B1u;

/* Where the bytes of a block go. */
typedef enum { TO_NOWHERE, TO_MEMORY, TO_ZLIB } destination;

/* The passes over a block's numbers: the quiet half comes first, and its length before it. */
typedef enum { COUNT_QUIET, WRITE_QUIET, WRITE_BUSY } pass;

/* MARK: Numbers */

static uint32_t fold(uint32_t value) { return value << 1 ^ (uint32_t)((int32_t)value >> 31); }

static int32_t clamp(int32_t value, int32_t bound) {
    return value > bound ? bound : value < -bound ? -bound : value;
}

static int floor_log2(uint32_t value) {
    int log = 0;
    while (value >>= 1) log++;
    return log;
}

/* What is left of a lead's count after what two others foretell. */
static uint32_t remainder_of(const int32_t *row, int lead, uint8_t combination, ecg_lead from) {
    uint32_t count = (uint32_t)row[lead], a = (uint32_t)row[from.a], b = (uint32_t)row[from.b];
    switch (combination) {
    case 1: return count - (b - a);
    case 2: return count - (uint32_t)((int32_t)(0 - (a + b)) >> 1);
    case 3: return count - (uint32_t)((int32_t)(a + a - b) >> 1);
    default: return count;
    }
}

/* MARK: The predictor */

static void reset(ecg_predictor *predictor) {
    memset(predictor, 0, sizeof *predictor);
    predictor->weight[0] = FIRST_WEIGHT;
    predictor->power = LEAST_POWER;
}

/* Foretells the next value, learns from the miss and returns it. */
static uint32_t miss_of(ecg_predictor *predictor, uint32_t value) {
    uint32_t difference = value - predictor->value;
    int32_t sum = 1 << (WEIGHT_BITS - 1);
    for (int tap = 0; tap < ECG_ENCODER_TAPS; tap++) sum += predictor->weight[tap] * predictor->window[tap];
    uint32_t miss = difference - (uint32_t)(sum >> WEIGHT_BITS);

    int shift = STEP_BITS - floor_log2((uint32_t)predictor->power);
    int32_t step = clamp((int32_t)miss, LARGEST_MISS);
    step = shift >= 0 ? step * (1 << shift) : step >> -shift;
    step = step > INT16_MAX ? INT16_MAX : step < INT16_MIN ? INT16_MIN : step;
    for (int tap = 0; tap < ECG_ENCODER_TAPS; tap++) {
        int32_t change = (step * predictor->window[tap] + (1 << 15)) >> 16;
        predictor->weight[tap] = (int16_t)(uint16_t)((uint32_t)predictor->weight[tap] + (uint32_t)change);
    }

    int32_t newest = clamp((int32_t)difference, LARGEST_DIFFERENCE);
    int32_t oldest = predictor->window[ECG_ENCODER_TAPS - 1];
    predictor->power += newest * newest - oldest * oldest;
    memmove(predictor->window + 1, predictor->window, (ECG_ENCODER_TAPS - 1) * sizeof predictor->window[0]);
    predictor->window[0] = (int16_t)newest;
    predictor->value = value;
    return miss;
}

/* The next number of a lead, with its sign folded in. */
static uint32_t next_number(ecg_encoder *encoder, int lead, const int32_t *row, ecg_predictor *predictor) {
    uint32_t value = remainder_of(row, lead, encoder->plan[lead] >> 4, encoder->lead[lead]);
    switch (encoder->plan[lead] & 15) {
    case ADAPTIVE: return fold(miss_of(predictor, value));
    case 1: {
        uint32_t difference = value - predictor->value;
        predictor->value = value;
        return fold(difference);
    }
    default: return fold(value);
    }
}

/* MARK: The plan */

/* The sum of the numbers that a plan leaves of a lead after its first sample; an adaptive one counts as first
   differences. */
static uint64_t size_of(const ecg_encoder *encoder, int lead, uint8_t plan, const int32_t *counts, uint32_t samples) {
    uint64_t size = 0;
    uint32_t previous = remainder_of(counts, lead, plan >> 4, encoder->lead[lead]);
    for (uint32_t sample = 1; sample < samples; sample++) {
        const int32_t *row = counts + (size_t)sample * (size_t)encoder->leads;
        uint32_t value = remainder_of(row, lead, plan >> 4, encoder->lead[lead]);
        size += fold((plan & 15) == 0 ? value : value - previous);
        previous = value;
    }
    return size;
}

static uint8_t choose_plan(
    const ecg_encoder *encoder, int lead, const int32_t *counts, uint32_t samples, uint64_t *smallest) {
    uint8_t derived = (uint8_t)(encoder->lead[lead].combination << 4);
    uint8_t candidates[] = {derived, (uint8_t)(derived | 1), ADAPTIVE};
    uint8_t best = ADAPTIVE;
    if (derived == 0) return best;
    *smallest = UINT64_MAX;
    for (int index = 0; index < 3; index++) {
        uint64_t size = size_of(encoder, lead, candidates[index], counts, samples);
        if (size < *smallest) {
            *smallest = size;
            best = candidates[index];
        }
    }
    return best;
}

static int is_outdated(const ecg_encoder *encoder, const int32_t *counts, uint32_t samples) {
    for (int lead = 0; lead < encoder->leads; lead++) {
        uint64_t best;
        if (encoder->lead[lead].combination == 0) continue;
        choose_plan(encoder, lead, counts, samples, &best);
        if (size_of(encoder, lead, encoder->plan[lead], counts, samples) > OUTDATED_FACTOR * best + samples) return 1;
    }
    return 0;
}

static void begin_run(ecg_encoder *encoder, const int32_t *counts, uint32_t samples) {
    for (int lead = 0; lead < encoder->leads; lead++) {
        uint64_t size;
        encoder->plan[lead] = choose_plan(encoder, lead, counts, samples, &size);
        reset(&encoder->predictor[lead]);
    }
    encoder->blocks_in_run = 0;
}

/* MARK: Bytes */

static void flush(ecg_encoder *encoder, destination to, int mode) {
    z_stream *zlib = &encoder->zlib;
    if (encoder->error) return;
    if (to == TO_MEMORY) {
        if (zlib->avail_out < encoder->chunk_length) {
            encoder->error = ECG_ENCODER_NO_ROOM;
            return;
        }
        memcpy(zlib->next_out, encoder->chunk, encoder->chunk_length);
        zlib->next_out += encoder->chunk_length;
        zlib->avail_out -= (uInt)encoder->chunk_length;
    } else if (to == TO_ZLIB) {
        zlib->next_in = encoder->chunk;
        zlib->avail_in = (uInt)encoder->chunk_length;
        int status = deflate(zlib, mode);
        if (mode == Z_FINISH ? status != Z_STREAM_END : zlib->avail_in != 0) {
            encoder->error = zlib->avail_out == 0 ? ECG_ENCODER_NO_ROOM : ECG_ENCODER_ZLIB;
        }
    }
    encoder->chunk_length = 0;
}

static void put(ecg_encoder *encoder, destination to, uint8_t byte) {
    if (encoder->chunk_length == sizeof encoder->chunk) flush(encoder, to, Z_NO_FLUSH);
    if (!encoder->error) encoder->chunk[encoder->chunk_length++] = byte;
}

static void put_number(ecg_encoder *encoder, destination to, uint32_t number) {
    while (number >= 0x80) {
        put(encoder, to, (uint8_t)(number | 0x80));
        number >>= 7;
    }
    put(encoder, to, (uint8_t)number);
}

static void put_header(uint8_t *header, uint64_t first_sample, uint32_t samples, uint8_t codec) {
    memset(header, 0, ECG_ENCODER_HEADER_BYTES);
    for (int byte = 0; byte < 8; byte++) header[byte] = (uint8_t)(first_sample >> (8 * byte));
    for (int byte = 0; byte < 4; byte++) header[8 + byte] = (uint8_t)(samples >> (8 * byte));
    header[12] = codec;
}

/* MARK: Blocks */

/* Goes through the numbers of a block, lead after lead, and writes those of one half: quiet ones two to a byte, with
   what does not fit into half a byte in the busy half. Returns the length of the quiet half. What the predictors learn
   is kept by the last pass only. */
static uint32_t go_through(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, pass pass, destination to) {
    uint32_t quiet_bytes = 0;
    for (int lead = 0; lead < encoder->leads; lead++) {
        ecg_predictor predictor = encoder->predictor[lead];
        uint64_t sum = 0;
        int is_quiet = 0;
        uint8_t two = 0;
        for (uint32_t sample = 0; sample < samples; sample++) {
            if (sample > 0 && sample % GROUP == 0) {
                is_quiet = sum < QUIET_BOUND;
                sum = 0;
            }
            const int32_t *row = counts + (size_t)sample * (size_t)encoder->leads;
            uint32_t number = next_number(encoder, lead, row, &predictor);
            sum += number;
            if (!is_quiet) {
                if (pass == WRITE_BUSY) put_number(encoder, to, number);
                continue;
            }
            uint32_t half = number < ESCAPE ? number : ESCAPE;
            if (half == ESCAPE && pass == WRITE_BUSY) put_number(encoder, to, number - ESCAPE);
            two = (uint8_t)(sample % 2 == 0 ? half : two | half << 4);
            if (sample % 2 == 1 || sample == samples - 1) {
                quiet_bytes++;
                if (pass == WRITE_QUIET) put(encoder, to, two);
            }
        }
        if (pass == WRITE_BUSY) encoder->predictor[lead] = predictor;
    }
    return quiet_bytes;
}

static uint32_t check_of(const ecg_encoder *encoder, const int32_t *counts, uint32_t samples) {
    uint32_t check = HASH_START;
    for (int lead = 0; lead < encoder->leads; lead++) {
        uint32_t hash = HASH_START;
        for (uint32_t sample = 0; sample < samples; sample++) {
            hash = (hash + (uint32_t)counts[(size_t)sample * (size_t)encoder->leads + (size_t)lead]) * HASH_MULTIPLIER;
        }
        check = (check + hash) * HASH_MULTIPLIER;
    }
    return check;
}

static long encode(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, uint64_t first_sample, uint8_t *payload,
    size_t room, destination to) {
    if (samples == 0 || samples > MOST_SAMPLES) return ECG_ENCODER_ARGUMENT;
    if (room <= ECG_ENCODER_HEADER_BYTES) return ECG_ENCODER_NO_ROOM;

    int continues = encoder->has_run && encoder->next_sample == first_sample &&
                    encoder->blocks_in_run < LONGEST_RUN && !is_outdated(encoder, counts, samples);
    if (!continues) begin_run(encoder, counts, samples);
    encoder->has_run = 0;
    encoder->error = 0;
    encoder->chunk_length = 0;
    deflateReset(&encoder->zlib);
    size_t data_room = room - ECG_ENCODER_HEADER_BYTES;
    encoder->zlib.next_out = payload + ECG_ENCODER_HEADER_BYTES;
    encoder->zlib.avail_out = data_room > UINT32_MAX ? UINT32_MAX : (uInt)data_room;

    put_header(payload, first_sample, samples, continues ? CODEC_CONTINUES : CODEC_BEGINS);
    for (int lead = 0; lead < encoder->leads && !continues; lead++) {
        int is_derived = encoder->plan[lead] >> 4 != 0;
        put(encoder, to, encoder->plan[lead]);
        put(encoder, to, is_derived ? encoder->lead[lead].a : 0);
        put(encoder, to, is_derived ? encoder->lead[lead].b : 0);
    }
    uint32_t check = check_of(encoder, counts, samples);
    for (int byte = 0; byte < 4; byte++) put(encoder, to, (uint8_t)(check >> (8 * byte)));
    put_number(encoder, to, go_through(encoder, counts, samples, COUNT_QUIET, TO_NOWHERE));
    go_through(encoder, counts, samples, WRITE_QUIET, to);
    flush(encoder, to, Z_BLOCK);
    go_through(encoder, counts, samples, WRITE_BUSY, to);
    flush(encoder, to, Z_FINISH);
    if (encoder->error) return encoder->error;

    encoder->has_run = 1;
    encoder->next_sample = first_sample + samples;
    encoder->blocks_in_run++;
    return (long)(encoder->zlib.next_out - payload);
}

int ecg_encoder_init(ecg_encoder *encoder, const ecg_lead *leads, int lead_count, int strategy) {
    if (lead_count < 1 || lead_count > ECG_ENCODER_LEADS) return ECG_ENCODER_ARGUMENT;
    for (int lead = 0; lead < lead_count; lead++) {
        int is_alone = leads[lead].combination == 0 && leads[lead].a == 0 && leads[lead].b == 0;
        int is_derived = leads[lead].combination >= 1 && leads[lead].combination <= 3 && leads[lead].a < lead &&
                         leads[lead].b < lead && leads[lead].a != leads[lead].b;
        if (!is_alone && !is_derived) return ECG_ENCODER_ARGUMENT;
    }
    memset(encoder, 0, sizeof *encoder);
    encoder->leads = lead_count;
    memcpy(encoder->lead, leads, (size_t)lead_count * sizeof *leads);
    int status = deflateInit2(
        &encoder->zlib, ZLIB_LEVEL, Z_DEFLATED, ZLIB_WINDOW_BITS, ZLIB_MEMORY_LEVEL, strategy);
    return status == Z_OK ? 0 : ECG_ENCODER_ZLIB;
}

void ecg_encoder_end(ecg_encoder *encoder) { deflateEnd(&encoder->zlib); }

void ecg_encoder_begin_anew(ecg_encoder *encoder) { encoder->has_run = 0; }

long ecg_encoder_block(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, uint64_t first_sample, uint8_t *payload,
    size_t room) {
    return encode(encoder, counts, samples, first_sample, payload, room, TO_ZLIB);
}

long ecg_encoder_unpacked(
    ecg_encoder *encoder, const int32_t *counts, uint32_t samples, uint64_t first_sample, uint8_t *payload,
    size_t room) {
    return encode(encoder, counts, samples, first_sample, payload, room, TO_MEMORY);
}
