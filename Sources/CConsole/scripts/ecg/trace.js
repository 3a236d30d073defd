/**
 * Adds a lead's course to the current path. Where several samples fall on one column of pixels, the column is drawn from the
 * lowest to the highest of them: nothing is lost, and an hour costs no more than the screen is wide.
 *
 * @param {CanvasRenderingContext2D} context Scaled so that a unit is a millimetre.
 * @param {Float32Array} values Millivolts; the line breaks where they are NaN.
 * @param {{x: number, step: number, zero: number, gain: number, level: number, top: number, bottom: number, column: number}} place
 *   `x` of the first sample, `step` a sample, `zero` the height of 0 mV after `level` has been taken off, `gain` in mm/mV,
 *   `top` and `bottom` what the trace does not leave, if given, `column` the width of a pixel; all in millimetres.
 */
export function addTrace(context, values, { x, step, zero, gain, level, top = -Infinity, bottom = Infinity, column }) {
    const height = (value) => Math.min(bottom, Math.max(top, zero - (value - level) * gain));
    const perColumn = Math.max(1, Math.floor(column / step));
    let isDown = false;
    for (let i = 0; i < values.length; i += perColumn) {
        let low = Infinity;
        let high = -Infinity;
        let lowAt = 0;
        let highAt = 0;
        for (let j = i; j < Math.min(i + perColumn, values.length); j += 1) {
            const value = values[j];
            if (value < low) [low, lowAt] = [value, j];
            if (value > high) [high, highAt] = [value, j];
        }
        if (low === Infinity) {
            isDown = false;
            continue;
        }
        const order = lowAt <= highAt ? [[lowAt, low], [highAt, high]] : [[highAt, high], [lowAt, low]];
        for (const [at, value] of lowAt === highAt ? order.slice(0, 1) : order) {
            if (isDown) context.lineTo(x + at * step, height(value));
            else context.moveTo(x + at * step, height(value));
            isDown = true;
        }
    }
}

/** The lowest and the highest of a lead's values; the lowest is above the highest where there are none. */
export function extremes(values) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
        if (value < low) low = value;
        if (value > high) high = value;
    }
    return [low, high];
}

/** The middle of a lead's values; null where there are none. */
export function middle(values) {
    const present = [];
    // Every eighth is enough: the middle of hundreds does not move by it.
    for (let i = 0; i < values.length; i += 8) if (!Number.isNaN(values[i])) present.push(values[i]);
    present.sort((a, b) => a - b);
    return present.length > 0 ? present[present.length >> 1] : null;
}
