import { api } from "../api.js";
import { now, setServerTime } from "../clock.js";
import { session } from "../session.js";

/** What happens to alerts that may open, change or end a critical value. */
const telling = new Set(["raised", "worsened", "reported", "amended", "dismissed", "undone", "critical-value"]);

/** Changes that come together are read once. */
const gatherMilliseconds = 100;
const retryMilliseconds = 5000;

export const isOverdue = (value) => value.dueAt !== undefined && Date.parse(value.dueAt) < now();

/**
 * The open critical values, read again whenever an alert's event may have changed them.
 *
 * Events: `change`, also when one becomes overdue.
 */
export class CriticalValues extends EventTarget {
    #queue;
    #timer = null;
    #dueTimer = null;
    #update = (event) => {
        if (event.detail === null || telling.has(event.detail.event?.kind)) this.#soon(gatherMilliseconds);
    };

    /** @type {Array<{criticalValue: Object, alert: Object, recording: Object}>} */
    entries = [];
    /** False until the list has been read for the first time. */
    isKnown = false;

    /** @param {import("./alertQueue.js").AlertQueue} queue */
    constructor(queue) {
        super();
        this.#queue = queue;
    }

    get overdueCount() {
        return this.entries.filter(({ criticalValue }) => isOverdue(criticalValue)).length;
    }

    start() {
        this.stop();
        if (!session.may("patients.read")) return;
        // The queue tells a change without a notice whenever it has read its list anew, as after a cut.
        this.#queue.addEventListener("change", this.#update);
        this.#soon(0);
    }

    /** Forgets everything: the next to sign in may be somebody else. */
    stop() {
        this.#queue.removeEventListener("change", this.#update);
        clearTimeout(this.#timer);
        clearTimeout(this.#dueTimer);
        this.#timer = null;
        this.entries = [];
        this.isKnown = false;
    }

    #soon(milliseconds) {
        this.#timer ??= setTimeout(() => this.#read(), milliseconds);
    }

    async #read() {
        const timer = this.#timer;
        let list;
        try {
            list = await api.get("critical-values?limit=500");
        } catch {
            // The frame says when the server is away.
            if (timer === this.#timer) this.#timer = setTimeout(() => this.#read(), retryMilliseconds);
            return;
        }
        if (timer !== this.#timer) return;
        this.#timer = null;
        setServerTime(list.now);
        this.entries = list.entries;
        this.isKnown = true;
        this.#tell();
    }

    #tell() {
        this.dispatchEvent(new CustomEvent("change"));
        clearTimeout(this.#dueTimer);
        const ahead = this.entries.map(({ criticalValue }) => Date.parse(criticalValue.dueAt) - now()).filter((ms) => ms > 0);
        if (ahead.length > 0) this.#dueTimer = setTimeout(() => this.#tell(), Math.min(...ahead) + 200);
    }
}
