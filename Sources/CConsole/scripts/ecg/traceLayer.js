import { drawBeatMarks } from "./beatMarks.js";
import { pageSeconds, xOf } from "./layout.js";
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
     * How far each strip's trace reaches above and below its row's middle, in millivolts; a lost lead's does not count.
     *
     * @param {{start: number, settings: {filter: string}}} page
     * @param {import("./layout.js").Strip[]} strips
     * @returns {Reach[]}
     *
     * @typedef {import("./layout.js").Strip & {above: number, below: number}} Reach
     */
    reaches(page, strips) {
        return strips.map((strip) => {
            const { values, level, isLost } = this.#course(page, strip);
            const [low, high] = extremes(values);
            if (isLost || low > high) return { ...strip, above: 0, below: 0 };
            return { ...strip, above: Math.max(0, high - level), below: Math.max(0, level - low) };
        });
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
            const zero = size.middles[strip.row];
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
                zero: Math.round(size.middles[row] * pixelsPerMillimetre), level: this.#level(page, channel),
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
                return Number.isNaN(value) ? null : size.middles[row] - (value - this.#level(page, channel)) * gain;
            },
        });
    }

    /** A lead's middle over the page, the same for each of its strips. */
    #level({ start, settings: { filter } }, channel) {
        return this.#levels.of(channel, filter, start, start + pageSeconds);
    }
}
