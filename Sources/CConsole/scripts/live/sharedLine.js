import { silenceMilliseconds } from "./eventStream.js";
import { onReasonToLook } from "./reasonToLook.js";

/** What the pages call their lock, and the channel by which they tell each other. */
const lineName = "ecgnet-alerts";
/** How often the page that holds the line says how it is while nothing comes. */
const pulseMilliseconds = 4000;
/** Of several pages that find the holder silent the first takes its place, within so long. */
const spreadMilliseconds = 1000;

/** Whether the browser can share a line: it cannot by plain HTTP from another machine, and old ones cannot at all. */
const isShareable = () => navigator.locks !== undefined && "BroadcastChannel" in globalThis;

/**
 * One line to the server for all pages of a browser, which has six connections: six streams of events would leave none to
 * acknowledge by.
 *
 * The page that has the browser's lock holds the line and tells the others what comes. Its lock is free at once when it is
 * closed or dies, and the page that waited longest has it. A holder that says nothing loses it. Where a browser cannot share,
 * each page holds a line of its own.
 */
export class SharedLine {
    #hold;
    #state;
    #hear;
    #lose;
    #channel = null;
    #asking = null;
    #isHolder = false;
    /** The next pulse of the holder, or when another page gives it up. */
    #timer = null;
    #heardAt = 0;

    /**
     * @param {{hold: (signal: AbortSignal) => Promise<void>, state: () => Object, hear: (told: Object) => void, lose: () => void}}
     *   parts `hold` follows the server until it has nothing more to follow or the signal ends it; `state` is what another page has
     *   to know of the line; `hear` takes what the holder tells, and `lose` that it is silent.
     */
    constructor({ hold, state, hear, lose }) {
        this.#hold = hold;
        this.#state = state;
        this.#hear = hear;
        this.#lose = lose;
    }

    /** Holds the line or listens to whom holds it, until the signal ends it or the holder has nothing more to follow. */
    async join(signal) {
        if (!isShareable()) {
            await this.#hold(signal);
            return;
        }
        this.#channel = new BroadcastChannel(lineName);
        this.#channel.onmessage = ({ data }) => this.#take(data);
        const stop = onReasonToLook(() => {
            if (!this.#isHolder && performance.now() - this.#heardAt > silenceMilliseconds) this.#miss();
        });
        signal.addEventListener("abort", () => {
            stop();
            this.#asking?.abort();
            this.#channel.close();
            clearTimeout(this.#timer);
        });
        this.#channel.postMessage({ kind: "hello" });
        let isSilent = false;
        while (!signal.aborted) {
            const outcome = await this.#ask(signal, { isTaking: isSilent });
            if (outcome === "over") return;
            isSilent = outcome === "silent";
        }
    }

    /** Tells the other pages, if this one holds the line. */
    tell(message) {
        if (this.#isHolder) this.#channel.postMessage(message);
    }

    /** Tells them how the line is. */
    pulse(changes = {}) {
        this.tell({ kind: "pulse", ...this.#state(), ...changes });
    }

    #take(message) {
        if (message.kind === "hello") this.pulse();
        else if (!this.#isHolder) {
            this.#listen();
            this.#hear(message);
        }
    }

    /**
     * Holds the line once it is free, or at once where it is taken from a holder that is silent.
     *
     * @returns {Promise<"over"|"silent"|"taken">} There is nothing more to follow; the holder is silent; another page took the line.
     */
    async #ask(signal, { isTaking }) {
        const holding = new AbortController();
        const asking = this.#asking = new AbortController();
        const end = () => holding.abort();
        signal.addEventListener("abort", end);
        if (!isTaking) this.#listen();
        try {
            await navigator.locks.request(lineName, isTaking ? { steal: true } : { signal: asking.signal }, async () => {
                if (!signal.aborted) await this.#holdUntil(holding.signal);
            });
            return "over";
        } catch (error) {
            if (error.name !== "AbortError") throw error;
            return asking.signal.aborted ? "silent" : "taken";
        } finally {
            holding.abort();
            signal.removeEventListener("abort", end);
        }
    }

    async #holdUntil(signal) {
        clearTimeout(this.#timer);
        this.#isHolder = true;
        // At once, too: who has just taken the line is not to lose it to the next.
        const beat = () => {
            this.pulse();
            this.#timer = setTimeout(beat, pulseMilliseconds);
        };
        beat();
        const aborted = new Promise((resolve) => {
            signal.addEventListener("abort", () => {
                clearTimeout(this.#timer);
                this.#isHolder = false;
                resolve();
            });
        });
        // What is on its way when it ends must not keep the lock from the next.
        await Promise.race([this.#hold(signal), aborted]);
    }

    /** Waits for the holder's next word; one that says nothing for as long as no line is silent hangs. */
    #listen() {
        clearTimeout(this.#timer);
        this.#heardAt = performance.now();
        this.#timer = setTimeout(() => this.#miss(), silenceMilliseconds);
    }

    /** The holder is silent. */
    #miss() {
        clearTimeout(this.#timer);
        this.#lose();
        this.#timer = setTimeout(() => this.#asking.abort(), Math.random() * spreadMilliseconds);
    }
}
