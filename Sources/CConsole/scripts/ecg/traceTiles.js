import { addTrace, extremes } from "./trace.js";

/** How long a piece is: two of them cover a column of the page, and one is drawn in a millisecond or two. */
const pieceSeconds = 5;
/** Room at a piece's edges for the width of the line, in pixels. */
const edge = 2;
/** A piece is no higher than so many rows, for the browser's memory: 8 mV in the lowest ones. Higher waves show where the page rests. */
const pieceRows = 4.8;
/** Pages of pieces kept: the one that is seen and one at each side. */
const keptPages = 3;

/**
 * Traces drawn once, in pieces that are laid side by side while the paper moves: a frame then copies pixels and draws no line.
 *
 * Pieces begin on whole pixels of the recording, counted from its start, and so does the page that they are laid on: no pixel
 * is ever made up between two others.
 */
export class TraceTiles {
    #waveform;
    #pieces = new Map();
    #key = "";
    #limit = 0;

    /** @param {import("./waveform.js").Waveform} waveform */
    constructor(waveform) {
        this.#waveform = waveform;
    }

    /**
     * What the pieces are drawn for; those for anything else are dropped.
     *
     * @param {{speed: number, gain: number, filter: string, pixelsPerMillimetre: number, rowHeight: number, strips: number}} look
     */
    prepare(look) {
        const key = JSON.stringify([look, this.#waveform.revision]);
        if (key === this.#key) return;
        this.#key = key;
        this.look = look;
        this.#limit = keptPages * 3 * look.strips;
        this.#pieces.clear();
    }

    /**
     * Lays a strip's pieces on the page.
     *
     * @param {CanvasRenderingContext2D} context Unscaled: a unit is a pixel.
     * @param {{channel: number, from: number, to: number, left: number, zero: number, level: number}} strip `from` and `to` in
     *   seconds of the recording; `left` and `zero`, where `from` and `level` stand, in whole pixels; `level` in millivolts.
     */
    lay(context, { channel, from, to, left, zero, level }) {
        const { gain, pixelsPerMillimetre } = this.look;
        const scale = this.#pixelsPerSecond;
        const origin = Math.round(from * scale);
        const width = Math.round(to * scale) - origin;
        for (let index = Math.floor(from / pieceSeconds); index * pieceSeconds < to; index += 1) {
            const piece = this.#piece(channel, index);
            if (!piece?.canvas) continue;
            const x = piece.start - origin;
            const y = -piece.above - Math.round((piece.level - level) * gain * pixelsPerMillimetre);
            const [cutX, endX] = [Math.max(0, -x), Math.min(piece.canvas.width, width - x)];
            if (endX <= cutX) continue;
            const { height } = piece.canvas;
            context.drawImage(piece.canvas, cutX, 0, endX - cutX, height, left + x + cutX, zero + y, endX - cutX, height);
        }
    }

    /**
     * Draws the first piece of a stretch that is not drawn yet and whose samples are there.
     *
     * @returns {boolean} Whether there was one.
     */
    drawNext(channel, from, to) {
        for (let index = Math.max(0, Math.floor(from / pieceSeconds)); index * pieceSeconds < to; index += 1) {
            if (!this.#pieces.has(this.#name(channel, index)) && this.#piece(channel, index)) return true;
        }
        return false;
    }

    get #pixelsPerSecond() {
        return this.look.speed * this.look.pixelsPerMillimetre;
    }

    #name(channel, index) {
        return index * 65536 + channel;
    }

    /** @returns {Object|null} Null while the samples are not there. */
    #piece(channel, index) {
        const name = this.#name(channel, index);
        const known = this.#pieces.get(name);
        if (known) return known;
        const begin = index * pieceSeconds;
        const end = Math.min(this.#waveform.seconds, begin + pieceSeconds);
        if (begin >= end || !this.#waveform.isLoaded(begin, end, this.look.filter)) return null;
        const piece = this.#draw(channel, begin, end);
        // The oldest go first: pages that were left behind.
        for (const old of this.#pieces.keys()) {
            if (this.#pieces.size < this.#limit) break;
            this.#pieces.delete(old);
        }
        this.#pieces.set(name, piece);
        return piece;
    }

    #draw(channel, begin, end) {
        const { speed, gain, filter, pixelsPerMillimetre, rowHeight } = this.look;
        const { rate, sampleCount } = this.#waveform;
        const first = Math.round(begin * rate);
        // One more than its own, so that the line goes on to the next piece.
        const values = this.#waveform.values(channel, first, Math.min(sampleCount, Math.round(end * rate) + 1), filter);
        const [low, high] = extremes(values);
        const start = Math.floor(begin * this.#pixelsPerSecond) - edge;
        if (low > high) return { canvas: null };
        const level = (low + high) / 2;
        const reach = pieceRows / 2 * rowHeight * pixelsPerMillimetre;
        const half = Math.min(reach, Math.ceil((high - low) / 2 * gain * pixelsPerMillimetre)) + edge;
        const canvas = document.createElement("canvas");
        canvas.width = Math.ceil(end * this.#pixelsPerSecond) - start + edge;
        canvas.height = 2 * half;
        const context = canvas.getContext("2d");
        context.scale(pixelsPerMillimetre, pixelsPerMillimetre);
        strokeStyle(context, pixelsPerMillimetre);
        context.beginPath();
        addTrace(context, values, {
            x: first / rate * speed - start / pixelsPerMillimetre, step: speed / rate, zero: half / pixelsPerMillimetre, gain, level,
            column: 1 / pixelsPerMillimetre,
        });
        context.stroke();
        return { canvas, start, above: half, level };
    }
}

/** The line of a trace, as thin as the paper's own pen and no thinner than the screen shows. */
export function strokeStyle(context, pixelsPerMillimetre) {
    context.strokeStyle = "#101418";
    context.lineWidth = Math.max(0.22, 1.1 / pixelsPerMillimetre);
    context.lineJoin = "round";
}
