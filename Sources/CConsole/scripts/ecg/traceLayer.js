import { drawBeatMarks } from "./beatMarks.js";
import { pageSeconds, rowTop, xOf } from "./layout.js";
import { Levels } from "./levels.js";
import { addTrace, extremes } from "./trace.js";
import { strokeStyle, TraceTiles } from "./traceTiles.js";

/** What a frame may spend on drawing what is not seen yet: half of what a screen of 60 Hz gives it. */
const frameMilliseconds = 8;
/**
 * What an electrocardiograph has to show (IEC 60601-2-25: differences of ±5 mV). A lead that is beyond it for more of its time than
 * any QRS complex takes has lost its electrode: it is held to its own and its neighbours' rows, so that it does not hide the rest.
 */
const heartMillivolts = 5;
const lostShare = 0.2;
const lostRows = 1.2;
/** How far ahead of the page pieces are drawn, in seconds. */
const aheadSeconds = pageSeconds / 2;

/**
 * The traces of a page with the machine's marks.
 *
 * @typedef {{layout: Object, size: Object, pixelsPerMillimetre: number, start: number, beats: Object[],
 *   settings: {speed: number, gain: number, filter: string, marks: boolean}}} Page `start` in seconds.
 */
export class TraceLayer {
    #waveform;
    #context;
    #levels;
    #tiles;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {import("./waveform.js").Waveform} waveform
     */
    constructor(canvas, waveform) {
        this.#context = canvas.getContext("2d");
        this.#waveform = waveform;
        this.#levels = new Levels(waveform);
        this.#tiles = new TraceTiles(waveform);
    }

    /**
     * How far the traces of the first row reach above its middle and those of the last below, in millimetres.
     *
     * @param {{layout: Object, start: number, settings: {gain: number, filter: string}}} page
     */
    reach(page) {
        const { layout: { rows, strips }, settings: { gain } } = page;
        let [above, below] = [0, 0];
        for (const strip of strips) {
            if (strip.row > 0 && strip.row < rows - 1) continue;
            const { values, level, isLost } = this.#course(page, strip);
            const [low, high] = extremes(values);
            if (isLost || low > high) continue;
            if (strip.row === 0) above = Math.max(above, (high - level) * gain);
            if (strip.row === rows - 1) below = Math.max(below, (level - low) * gain);
        }
        return { above, below };
    }

    /**
     * Draws a page that rests, line by line.
     *
     * @param {Page} page
     * @returns {string[]} The leads that are not drawn whole, since they leave the sheet or all reason.
     */
    draw(page) {
        const { layout, size, pixelsPerMillimetre, start, settings: { speed, gain } } = page;
        const { rate } = this.#waveform;
        const context = this.#clear(pixelsPerMillimetre);
        const cut = new Set();
        strokeStyle(context, pixelsPerMillimetre);
        context.beginPath();
        for (const strip of layout.strips) {
            const { from, values, level, isLost } = this.#course(page, strip);
            const zero = rowTop(strip.row + 0.5, size);
            const [low, high] = extremes(values);
            if (isLost || zero - (high - level) * gain < 0 || zero - (low - level) * gain > size.height) cut.add(strip.name);
            addTrace(context, values, {
                x: xOf(from / rate - start, speed), step: speed / rate, zero, gain, level, column: 1 / pixelsPerMillimetre,
                // A trace reaches as far as the sheet does, as on paper.
                ...(isLost ? { top: zero - lostRows * size.rowHeight, bottom: zero + lostRows * size.rowHeight } : {}),
            });
        }
        context.stroke();
        this.#mark(page);
        return [...cut];
    }

    /** A strip's voltages, from which sample on, the level that they are drawn around, and whether they can be a heart's. */
    #course(page, strip) {
        const { start, settings: { filter } } = page;
        const { rate, sampleCount } = this.#waveform;
        const from = Math.max(0, Math.round((start + strip.startSeconds) * rate));
        const to = Math.min(sampleCount, Math.round((start + strip.endSeconds) * rate));
        const values = this.#waveform.values(strip.channel, from, to, filter);
        const level = this.#level(page, strip.channel);
        let beyond = 0;
        for (const value of values) if (Math.abs(value - level) > heartMillivolts) beyond += 1;
        return { from, values, level, isLost: beyond > lostShare * values.length };
    }

    /**
     * Draws a page that moves: lays it from pieces that are drawn already, and draws some that come next.
     *
     * @param {Page} page
     * @param {number} direction 1 forwards, -1 back.
     * @param {number} begin When the frame began, by `performance.now()`.
     */
    lay(page, direction, begin) {
        const { layout, size, pixelsPerMillimetre, start, settings: { speed } } = page;
        const context = this.#clear(1);
        this.#prepare(page);
        for (const { channel, row, startSeconds, endSeconds } of layout.strips) {
            this.#tiles.lay(context, {
                channel, from: start + startSeconds, to: start + endSeconds,
                left: Math.round(xOf(startSeconds, speed) * pixelsPerMillimetre),
                zero: Math.round(rowTop(row + 0.5, size) * pixelsPerMillimetre), level: this.#level(page, channel),
            });
        }
        context.setTransform(pixelsPerMillimetre, 0, 0, pixelsPerMillimetre, 0, 0);
        this.#mark(page);
        this.drawAhead(page, direction, begin);
    }

    /**
     * Draws pieces of this page and of what comes next, as long as the frame has time.
     *
     * @returns {boolean} Whether there may be more to draw.
     */
    drawAhead(page, direction, begin) {
        this.#prepare(page);
        for (const { channel, startSeconds, endSeconds } of page.layout.strips) {
            const from = page.start + startSeconds - (direction < 0 ? aheadSeconds : 0);
            const to = page.start + endSeconds + (direction > 0 ? aheadSeconds : 0);
            while (this.#tiles.drawNext(channel, from, to)) {
                if (performance.now() - begin > frameMilliseconds) return true;
            }
        }
        return false;
    }

    #prepare({ layout, size: { rowHeight }, pixelsPerMillimetre, settings: { speed, gain, filter } }) {
        this.#tiles.prepare({ speed, gain, filter, pixelsPerMillimetre, rowHeight, strips: layout.strips.length });
    }

    #clear(scale) {
        const context = this.#context;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, context.canvas.width, context.canvas.height);
        context.setTransform(scale, 0, 0, scale, 0, 0);
        return context;
    }

    #mark(page) {
        const { layout, size, start, beats, settings: { speed, gain, filter, marks } } = page;
        if (!marks) return;
        drawBeatMarks(this.#context, beats, {
            layout, size, start, rate: this.#waveform.rate, speed,
            height: ({ channel, row }, sample) => {
                const [value] = this.#waveform.values(channel, sample, sample + 1, filter);
                return Number.isNaN(value) ? null : rowTop(row + 0.5, size) - (value - this.#level(page, channel)) * gain;
            },
        });
    }

    /** A lead's middle over the page, the same for each of its strips. */
    #level({ start, settings: { filter } }, channel) {
        return this.#levels.of(channel, filter, start, start + pageSeconds);
    }
}
