import { api } from "../api.js";
import { filters, filtered } from "./filters.js";

/** Seconds of one request: what a page shows, so that scrolling asks for one piece ahead. */
const tileSeconds = 10;
/** Filtered tiles kept: an hour's worth is computed again faster than it is scrolled through. */
const filteredTileLimit = 64;

/**
 * The samples of a recording, fetched piece by piece as they are looked at.
 *
 * Voltages are in millivolts; a sample that the lead does not have is NaN.
 */
export class Waveform {
    #tiles = new Map();
    #loading = new Map();
    #filtered = new Map();

    /** Counts up when what was loaded before may differ from what is there now. */
    revision = 0;

    /** @param {Object} recording As the API gives it. */
    constructor(recording) {
        this.recording = recording;
        this.rate = recording.samplingRate;
        this.tileSamples = Math.round(tileSeconds * this.rate);
    }

    get sampleCount() {
        return this.recording.sampleCount;
    }

    get seconds() {
        return this.sampleCount / this.rate;
    }

    /** Takes what the recording is by now; what was incomplete is asked for again. */
    extend(recording) {
        const last = Math.floor(this.sampleCount / this.tileSamples);
        this.recording = recording;
        this.revision += 1;
        this.#tiles.delete(last);
        // What is still on its way was asked for when there was less.
        this.#loading.delete(last);
        for (const key of this.#filtered.keys()) {
            if (Number(key.split(" ")[1]) >= last - 2) this.#filtered.delete(key);
        }
    }

    /**
     * Fetches what is missing of a stretch, with what its filter needs on both sides.
     *
     * @param {number} from Seconds.
     * @param {number} to Seconds.
     * @param {string} filter A name of ``filters``.
     * @returns {Promise<boolean>} Whether anything was missing.
     */
    async load(from, to, filter) {
        const missing = this.#missing(from, to, filter);
        await Promise.all(missing.map((tile) => this.#fetch(tile)));
        return missing.length > 0;
    }

    /** Whether all of a stretch is there, with what its filter needs on both sides. */
    isLoaded(from, to, filter) {
        return this.#missing(from, to, filter).length === 0;
    }

    /** The tiles that a stretch still needs. */
    #missing(from, to, filter) {
        const margin = filters[filter].marginSeconds;
        const last = this.#tileAt(Math.min(this.seconds, to + margin));
        const missing = [];
        for (let tile = this.#tileAt(Math.max(0, from - margin)); tile <= last; tile += 1) {
            if (!this.#tiles.has(tile) && tile * this.tileSamples < this.sampleCount) missing.push(tile);
        }
        return missing;
    }

    #tileAt(seconds) {
        return Math.floor(seconds * this.rate / this.tileSamples);
    }

    #fetch(tile) {
        let request = this.#loading.get(tile);
        if (!request) {
            const from = tile * this.tileSamples;
            const to = from + this.tileSamples;
            request = api.bytes(`recordings/${this.recording.id}/samples?from=${from}&to=${to}`)
                .then((bytes) => {
                    if (this.#loading.get(tile) === request) this.#tiles.set(tile, this.#millivolts(bytes));
                })
                .finally(() => {
                    if (this.#loading.get(tile) === request) this.#loading.delete(tile);
                });
            this.#loading.set(tile, request);
        }
        return request;
    }

    /** Reads the binary answer: a header of 16 bytes, then lead after lead. */
    #millivolts(bytes) {
        const header = new DataView(bytes);
        const count = header.getUint32(4, true);
        const isShort = header.getUint16(14, true) === 2;
        const Counts = isShort ? Int16Array : Int32Array;
        const missing = isShort ? -0x8000 : -0x80000000;
        return this.recording.leads.map((lead, index) => {
            const counts = new Counts(bytes, 16 + index * count * Counts.BYTES_PER_ELEMENT, count);
            const scale = lead.nanovoltsPerCount / 1e6;
            return Float32Array.from(counts, (value) => (value === missing ? NaN : (value - lead.baseline) * scale));
        });
    }

    /**
     * The voltages of a lead; NaN where nothing has been loaded yet.
     *
     * @param {number} channel
     * @param {number} from Sample index.
     * @param {number} to Sample index, exclusive.
     * @param {string} filter
     * @returns {Float32Array}
     */
    values(channel, from, to, filter) {
        const values = new Float32Array(Math.max(0, to - from)).fill(NaN);
        for (let tile = Math.floor(from / this.tileSamples); tile * this.tileSamples < to; tile += 1) {
            const start = tile * this.tileSamples;
            const part = this.#tile(tile, channel, filter);
            if (!part) continue;
            const cut = part.subarray(Math.max(0, from - start), Math.max(0, to - start));
            values.set(cut, Math.max(0, start - from));
        }
        return values;
    }

    #tile(tile, channel, filter) {
        const raw = this.#tiles.get(tile)?.[channel];
        const settings = filters[filter];
        if (!raw || settings.isOff) return raw;
        const key = `${filter} ${tile} ${channel}`;
        let result = this.#filtered.get(key);
        if (!result) {
            const margin = Math.round(settings.marginSeconds * this.rate);
            const from = tile * this.tileSamples - margin;
            const around = this.values(channel, Math.max(0, from), tile * this.tileSamples + raw.length + margin, "off");
            const before = margin + Math.min(0, from);
            const whole = filtered(around, settings, this.rate).subarray(before, before + raw.length);
            // A neighbour that is missing would leave a step at the edge for good.
            if (!this.#hasNeighbours(tile, margin)) return whole;
            result = whole;
            if (this.#filtered.size >= filteredTileLimit * this.recording.leads.length) this.#filtered.clear();
            this.#filtered.set(key, result);
        }
        return result;
    }

    #hasNeighbours(tile, margin) {
        const reach = Math.ceil(margin / this.tileSamples);
        for (let near = Math.max(0, tile - reach); near <= tile + reach; near += 1) {
            if (near * this.tileSamples < this.sampleCount && !this.#tiles.has(near)) return false;
        }
        return true;
    }
}
