import { middle } from "./trace.js";

/** Over so many seconds a lead's middle is taken. */
const spanSeconds = 5;

/**
 * What is drawn at the middle of a lead's row: the middle of what the page shows. It changes steadily as the page moves, since
 * each stretch weighs as much as the page holds of it.
 */
export class Levels {
    #waveform;
    #middles = new Map();
    #revision = 0;

    /** @param {import("./waveform.js").Waveform} waveform */
    constructor(waveform) {
        this.#waveform = waveform;
    }

    /**
     * @param {number} channel
     * @param {string} filter
     * @param {number} from Seconds.
     * @param {number} to Seconds.
     * @returns {number} Millivolts; 0 where nothing has been loaded yet.
     */
    of(channel, filter, from, to) {
        if (this.#revision !== this.#waveform.revision) this.#middles.clear();
        this.#revision = this.#waveform.revision;
        let sum = 0;
        let weights = 0;
        for (let index = Math.floor(from / spanSeconds); index * spanSeconds < Math.min(to, this.#waveform.seconds); index += 1) {
            const level = this.#middle(channel, filter, index);
            if (level === null) continue;
            const weight = Math.min(to, (index + 1) * spanSeconds) - Math.max(from, index * spanSeconds);
            sum += weight * level;
            weights += weight;
        }
        return weights > 0 ? sum / weights : 0;
    }

    #middle(channel, filter, index) {
        const key = `${filter} ${channel} ${index}`;
        const known = this.#middles.get(key);
        if (known !== undefined) return known;
        const { rate, sampleCount, seconds } = this.#waveform;
        const begin = index * spanSeconds;
        const end = Math.min(seconds, begin + spanSeconds);
        const level = middle(this.#waveform.values(
            channel, Math.round(begin * rate), Math.min(sampleCount, Math.round(end * rate)), filter));
        if (this.#waveform.isLoaded(begin, end, filter)) this.#middles.set(key, level);
        return level;
    }
}
