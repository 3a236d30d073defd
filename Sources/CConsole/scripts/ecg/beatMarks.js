import { pageSeconds, rowTop, xOf } from "./layout.js";

const colour = "#1a4fa0";
/** Letters of beats that are not normal, as on monitors. */
const letters = { ventricular: "V", supraventricular: "S", paced: "P", unclassifiable: "?" };

/**
 * Marks the machine's beats: a triangle below each R peak of the lowest row, a letter where the beat is not a normal one, and a
 * stroke at the J point in every lead.
 *
 * @param {CanvasRenderingContext2D} context Scaled so that a unit is a millimetre.
 * @param {{rPeak: number, jPoint?: number, beatClass: string}[]} beats
 * @param {{layout: Object, size: Object, start: number, rate: number, speed: number,
 *   height: (strip: Object, sample: number) => number|null}} page `start` in seconds; `height` is where a lead's trace
 *   stands at a sample.
 */
export function drawBeatMarks(context, beats, { layout, size, start, rate, speed, height }) {
    context.fillStyle = colour;
    context.strokeStyle = colour;
    context.lineWidth = 0.3;
    context.font = "2.6px sans-serif";
    const lowest = layout.rows - 1;
    const shown = beatsBetween(beats, start * rate, (start + pageSeconds) * rate);
    for (const strip of layout.strips) {
        for (const beat of shown) {
            const isShown = (sample) => {
                const seconds = sample / rate - start;
                return seconds >= strip.startSeconds && seconds < strip.endSeconds;
            };
            if (strip.row === lowest && isShown(beat.rPeak)) {
                const x = xOf(beat.rPeak / rate - start, speed);
                const y = rowTop(lowest, size) + size.rowHeight - 2;
                context.beginPath();
                context.moveTo(x - 0.8, y);
                context.lineTo(x + 0.8, y);
                context.lineTo(x, y - 1.4);
                context.fill();
                if (letters[beat.beatClass]) context.fillText(letters[beat.beatClass], x + 1, y + 1.6);
            }
            if (beat.jPoint !== undefined && isShown(beat.jPoint)) {
                const y = height(strip, beat.jPoint);
                if (y === null) continue;
                const x = xOf(beat.jPoint / rate - start, speed);
                context.beginPath();
                context.moveTo(x, y - 1.5);
                context.lineTo(x, y + 1.5);
                context.stroke();
            }
        }
    }
}

/** The beats of a stretch and one at each side of it, whose J point may reach in. */
function beatsBetween(beats, from, to) {
    const place = (sample) => {
        let [low, high] = [0, beats.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (beats[middle].rPeak < sample) low = middle + 1;
            else high = middle;
        }
        return low;
    };
    return beats.slice(Math.max(0, place(from) - 1), place(to) + 1);
}
