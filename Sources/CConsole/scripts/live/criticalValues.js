import { api } from "../api.js";
import { now, setServerTime } from "../clock.js";
import { session } from "../session.js";
import { Rereading } from "./rereading.js";

/**
 * What happens to alerts often and neither opens, changes nor ends a critical value. What is not here costs a question; what were
 * missing among those that do would hide a patient.
 */
const harmless = new Set(["delivered", "seen", "leased", "acknowledged", "preliminary", "escalated", "told", "undelivered"]);

/** Changes that come together are read once. */
const gatherMilliseconds = 100;
const retryMilliseconds = 5000;
/**
 * In a rush alerts come several times a second to every screen, and each may be a critical value: the list is read again so long
 * after the last answer, which is little beside the minutes that people have for each of its steps.
 */
const spreadMilliseconds = 5000;
/** Timers and clocks are not exact: after so long what was due is overdue. */
const graceMilliseconds = 200;

export const isOverdue = (value) => value.dueAt !== undefined && Date.parse(value.dueAt) < now();

/**
 * The open critical values, read again whenever an alert's event may have changed them.
 *
 * Events: `change`, also when one becomes overdue.
 */
export class CriticalValues extends EventTarget {
    #queue;
    #dueTimer = null;
    #reading = new Rereading({
        ask: () => api.get("critical-values?limit=500"), take: (list) => this.#take(list), gatherMilliseconds, retryMilliseconds, spreadMilliseconds,
    });
    #update = (event) => {
        const { kind, by } = event.detail?.event ?? {};
        // What somebody has done about one, and what this reader has done, shows at once.
        if (!harmless.has(kind)) this.#reading.changed({ isUrgent: kind === "critical-value" || by === session.user?.name });
    };

    /** @type {Array<{criticalValue: Object, alert: Object, recording: Object}>} */
    entries = [];
    /** False until the list has been read for the first time. */
    isKnown = false;
    /** Whether these are all that are open. */
    isComplete = true;

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
        this.#reading.changed();
    }

    /** Forgets everything: the next to sign in may be somebody else. */
    stop() {
        this.#queue.removeEventListener("change", this.#update);
        this.#reading.stop();
        clearTimeout(this.#dueTimer);
        this.entries = [];
        this.isKnown = false;
        this.isComplete = true;
    }

    #take(list) {
        setServerTime(list.now);
        this.entries = list.entries;
        this.isKnown = true;
        this.isComplete = list.isComplete !== false;
        this.#tell();
    }

    #tell() {
        this.dispatchEvent(new CustomEvent("change"));
        clearTimeout(this.#dueTimer);
        const ahead = this.entries.map(({ criticalValue }) => Date.parse(criticalValue.dueAt) - now()).filter((ms) => ms > 0);
        if (ahead.length > 0) this.#dueTimer = setTimeout(() => this.#tell(), Math.min(...ahead) + graceMilliseconds);
    }
}
