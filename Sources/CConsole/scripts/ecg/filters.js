/**
 * Filters for the eye only: what is stored, measured and reported is never filtered here. All run forwards and backwards, so
 * that no wave is shifted in time.
 *
 * `marginSeconds`: what they need to see beside a stretch until their memory has faded.
 */
export const filters = {
    off: { isOff: true, marginSeconds: 0 },
    /** The band of diagnostic electrocardiography: ST is as it was. */
    diagnostic: { highPassHertz: 0.05, lowPassHertz: 150, marginSeconds: 10 },
    /** The band of monitors: calm, and ST may be bent by it. */
    monitor: { highPassHertz: 0.5, lowPassHertz: 40, marginSeconds: 3 },
};

/**
 * @param {Float32Array} values May hold NaN, where the result holds it too.
 * @param {{highPassHertz: number, lowPassHertz: number}} settings
 * @param {number} rate Samples a second.
 * @returns {Float32Array}
 */
export function filtered(values, { highPassHertz, lowPassHertz }, rate) {
    const result = bridged(values);
    removeBaseline(result, highPassHertz, rate);
    // Nothing is left above half of the rate, and a filter near it would only ring.
    if (lowPassHertz < 0.45 * rate) {
        const section = lowPass(lowPassHertz, rate);
        runSection(result, section);
        result.reverse();
        runSection(result, section);
        result.reverse();
    }
    for (let i = 0; i < values.length; i += 1) if (Number.isNaN(values[i])) result[i] = NaN;
    return result;
}

/** The values with gaps filled by the last value before them. */
function bridged(values) {
    const result = new Float32Array(values.length);
    let last = values.find((value) => !Number.isNaN(value)) ?? 0;
    for (let i = 0; i < values.length; i += 1) {
        if (!Number.isNaN(values[i])) last = values[i];
        result[i] = last;
    }
    return result;
}

/** Takes off a slow course: a pole of one time constant, forwards and backwards. */
function removeBaseline(values, hertz, rate) {
    const share = 1 - Math.exp(-2 * Math.PI * hertz / rate);
    const course = new Float64Array(values.length);
    let level = mean(values.subarray(0, Math.round(rate)));
    for (let i = 0; i < values.length; i += 1) {
        level += share * (values[i] - level);
        course[i] = level;
    }
    for (let i = values.length - 1; i >= 0; i -= 1) {
        level += share * (course[i] - level);
        values[i] -= level;
    }
}

function mean(values) {
    let sum = 0;
    for (const value of values) sum += value;
    return values.length > 0 ? sum / values.length : 0;
}

/** A Butterworth low-pass of second order, by the bilinear transform. */
function lowPass(hertz, rate) {
    const k = Math.tan(Math.PI * hertz / rate);
    const norm = 1 / (1 + Math.SQRT2 * k + k * k);
    const b0 = k * k * norm;
    return { b0, b1: 2 * b0, b2: b0, a1: 2 * (k * k - 1) * norm, a2: (1 - Math.SQRT2 * k + k * k) * norm };
}

/** Runs a section over the values in place, beginning as if the first value had lasted for ever. */
function runSection(values, { b0, b1, b2, a1, a2 }) {
    let x1 = values[0] ?? 0;
    let x2 = x1;
    let y1 = x1;
    let y2 = x1;
    for (let i = 0; i < values.length; i += 1) {
        const x = values[i];
        const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        values[i] = y;
    }
}
