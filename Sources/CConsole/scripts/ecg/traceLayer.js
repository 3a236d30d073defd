import { drawBeatMarks } from "./beatMarks.js";
import { pageSeconds, rowTop, xOf } from "./layout.js";
import { Levels } from "./levels.js";
import { addTrace } from "./trace.js";
import { strokeStyle, TraceTiles } from "./traceTiles.js";

/** What a frame may spend on drawing what is not seen yet: half of what a screen of 60 Hz gives it. */
const frameMilliseconds = 8;
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

    /** Draws a page that rests, line by line. @param {Page} page */
    draw(page) {
        const { layout, size, pixelsPerMillimetre, start, settings: { speed, gain, filter } } = page;
        const { rate, sampleCount } = this.#waveform;
        const context = this.#clear(pixelsPerMillimetre);
        strokeStyle(context, pixelsPerMillimetre);
        context.beginPath();
        for (const strip of layout.strips) {
            const from = Math.max(0, Math.round((start + strip.startSeconds) * rate));
            const to = Math.min(sampleCount, Math.round((start + strip.endSeconds) * rate));
            const zero = rowTop(strip.row + 0.5, size.rowHeight);
            addTrace(context, this.#waveform.values(strip.channel, from, to, filter), {
                x: xOf(from / rate - start, speed), step: speed / rate, zero, gain, level: this.#level(page, strip.channel),
                // A trace may reach into the neighbours' rows, as on paper, but not beyond them.
                top: Math.max(0, zero - 1.2 * size.rowHeight), bottom: Math.min(size.height, zero + 1.2 * size.rowHeight),
                column: 1 / pixelsPerMillimetre,
            });
        }
        context.stroke();
        this.#mark(page);
    }

    /**
     * Draws a page that moves: lays it from pieces that are drawn already, and draws some that come next.
     *
     * @param {Page} page
     * @param {number} direction 1 forwards, -1 back.
     * @param {number} begin When the frame began, by `performance.now()`.
     */
    lay(page, direction, begin) {
        const { layout, size: { rowHeight }, pixelsPerMillimetre, start, settings: { speed } } = page;
        const context = this.#clear(1);
        this.#prepare(page);
        for (const { channel, row, startSeconds, endSeconds } of layout.strips) {
            this.#tiles.lay(context, {
                channel, from: start + startSeconds, to: start + endSeconds,
                left: Math.round(xOf(startSeconds, speed) * pixelsPerMillimetre),
                zero: Math.round(rowTop(row + 0.5, rowHeight) * pixelsPerMillimetre), level: this.#level(page, channel),
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
                return Number.isNaN(value) ? null : rowTop(row + 0.5, size.rowHeight) - (value - this.#level(page, channel)) * gain;
            },
        });
    }

    /** A lead's middle over the page, the same for each of its strips. */
    #level({ start, settings: { filter } }, channel) {
        return this.#levels.of(channel, filter, start, start + pageSeconds);
    }
}
