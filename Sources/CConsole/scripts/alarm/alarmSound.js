/**
 * Alarm sounds after the bursts of IEC 60601-1-8: high is ten pulses in two groups of five (3 + 2), repeated; medium is three slower ones.
 * The figures lie within the ranges that the standard is known for; nobody has checked them against its text yet.
 */

/** A pulse: the fundamental and four harmonics, so that it is heard through a wall and told where it comes from. */
const fundamentalHertz = 660;
const harmonics = [1, 0.5, 0.35, 0.25, 0.18];
const riseSeconds = 0.02;
const loudness = 0.25;

/** Starts of pulses in seconds from the start of the burst, and how long a pulse is. */
const bursts = {
    high: { starts: [0, 0.2, 0.4, 0.75, 0.95, 1.7, 1.9, 2.1, 2.45, 2.65], pulseSeconds: 0.13 },
    medium: { starts: [0, 0.4, 0.8], pulseSeconds: 0.2 },
};

/** What a browser calls a sound that it does not let be heard; the second is Safari's, of a call or a locked screen. */
const silent = ["suspended", "interrupted"];
/** So long a browser may take to begin to sound; one that wants a gesture first never answers. */
const resumeMilliseconds = 300;
/** Between the order and the first pulse, so that its rise is heard whole. */
const leadSeconds = 0.05;

/**
 * Browsers let a page sound only after the reader has touched it, and some take that back while a call comes in.
 *
 * Event: `change`, when the browser allows or forbids it.
 */
export class AlarmSound extends EventTarget {
    #context = null;
    /** When the last burst of each kind is over, by `performance.now()`. */
    #ends = { high: 0, medium: 0 };

    /** Whether a burst would be heard. */
    get isAllowed() {
        return this.#context?.state === "running";
    }

    /** To be called from a click or a key press; harmless otherwise. */
    async allow() {
        const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
        if (!Context) return false;
        this.#context ??= this.#open(Context);
        if (silent.includes(this.#context.state)) {
            await Promise.race([this.#context.resume(), new Promise((resolve) => setTimeout(resolve, resumeMilliseconds))]);
        }
        return this.isAllowed;
    }

    /** Lets what was allowed before sound again, for instance because somebody looks at the page. */
    async resume() {
        if (this.#context && !this.isAllowed) await this.allow();
    }

    #open(Context) {
        const context = new Context();
        context.onstatechange = () => this.dispatchEvent(new Event("change"));
        return context;
    }

    /**
     * @param {"high"|"medium"} kind
     * @returns {boolean} Whether it is heard.
     */
    play(kind) {
        if (!this.isAllowed) return false;
        const { starts, pulseSeconds } = bursts[kind];
        const begin = this.#context.currentTime + leadSeconds;
        for (const start of starts) this.#pulse(begin + start, pulseSeconds);
        this.#ends[kind] = performance.now() + 1000 * (leadSeconds + starts.at(-1) + pulseSeconds);
        return true;
    }

    /** For how many milliseconds a burst of this kind goes on; 0 while none does. */
    remaining(kind) {
        return Math.max(0, this.#ends[kind] - performance.now());
    }

    #pulse(start, seconds) {
        const gain = this.#context.createGain();
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(loudness, start + riseSeconds);
        gain.gain.setValueAtTime(loudness, start + seconds - riseSeconds);
        gain.gain.linearRampToValueAtTime(0, start + seconds);
        gain.connect(this.#context.destination);
        harmonics.forEach((share, index) => {
            const oscillator = this.#context.createOscillator();
            const part = this.#context.createGain();
            part.gain.value = share / harmonics.length;
            oscillator.frequency.value = fundamentalHertz * (index + 1);
            oscillator.connect(part).connect(gain);
            oscillator.start(start);
            oscillator.stop(start + seconds);
        });
    }
}
