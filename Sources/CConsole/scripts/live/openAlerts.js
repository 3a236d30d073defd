import { isOpen } from "./alertState.js";
import { AnswerOrder } from "./answerOrder.js";

/**
 * The open alerts, by what lists and the event stream say of them.
 *
 * A list holds every event up to its `lastEvent`; while it is on its way, the stream goes on. So what the stream brings meanwhile
 * is put upon the list, and what it tells of events that the list holds, with alerts as they were then, changes nothing.
 */
export class OpenAlerts {
    /** @type {Map<number, {alert: Object, recording: Object}>} */
    #entries = new Map();
    #listedUpTo = 0;
    #order = new AnswerOrder();
    /** For each list that is on its way, what the stream has brought since it was asked for. */
    #meanwhile = new Set();

    /** The entries, in no order. */
    get entries() {
        return [...this.#entries.values()];
    }

    entry(id) {
        return this.#entries.get(id);
    }

    /** The newest event that the list held: where the stream has to begin. */
    get listedUpTo() {
        return this.#listedUpTo;
    }

    /**
     * @param {() => Promise<{entries: Object[], lastEvent: number}>} ask
     * @returns {Promise<Object|null>} The list, or null where one that was asked for later was faster.
     */
    async read(ask) {
        const isNewest = this.#order.begin();
        const brought = [];
        this.#meanwhile.add(brought);
        try {
            const list = await ask();
            if (!isNewest()) return null;
            this.#listedUpTo = list.lastEvent;
            this.#entries = new Map(list.entries.map((entry) => [entry.alert.id, entry]));
            for (const [sequence, notice] of brought) this.#apply(sequence, notice);
            return list;
        } finally {
            this.#meanwhile.delete(brought);
        }
    }

    /** Takes what the stream tells of an event. */
    take(sequence, notice) {
        for (const brought of this.#meanwhile) brought.push([sequence, notice]);
        this.#apply(sequence, notice);
    }

    #apply(sequence, notice) {
        if (sequence <= this.#listedUpTo) return;
        if (isOpen(notice.alert)) this.#entries.set(notice.alert.id, notice);
        else this.#entries.delete(notice.alert.id);
    }
}
