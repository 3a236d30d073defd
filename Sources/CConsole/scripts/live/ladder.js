import { api } from "../api.js";
import { session } from "../session.js";

const readMilliseconds = 30000;
/** Events that come together are read once. */
const gatherMilliseconds = 200;
/** After these a sink may be in trouble, or out of it. */
const telling = new Set(["told", "undelivered"]);

/**
 * How the ladder does: sinks that do not deliver, a policy that is not in effect, nobody there.
 *
 * Events: `change`.
 */
export class Ladder extends EventTarget {
    #queue;
    #timer = null;
    #update = (event) => {
        if (telling.has(event.detail?.event?.kind)) this.#soon(gatherMilliseconds);
    };

    /** What the server says of it, null before it has. */
    state = null;

    /** @param {import("./alertQueue.js").AlertQueue} queue */
    constructor(queue) {
        super();
        this.#queue = queue;
    }

    start() {
        this.stop();
        if (!session.may("alerts.read")) return;
        this.#queue.addEventListener("change", this.#update);
        this.#soon(0);
    }

    stop() {
        this.#queue.removeEventListener("change", this.#update);
        clearTimeout(this.#timer);
        this.state = null;
        this.dispatchEvent(new CustomEvent("change"));
    }

    /** The sinks whose messages do not arrive. */
    get failing() {
        return this.state?.sinks.filter((sink) => sink.undelivered > 0 || (sink.waiting > 0 && sink.problem)) ?? [];
    }

    #soon(milliseconds) {
        clearTimeout(this.#timer);
        const timer = this.#timer = setTimeout(async () => {
            try {
                const state = await api.get("escalation");
                if (timer !== this.#timer) return;
                this.state = state;
                this.dispatchEvent(new CustomEvent("change"));
            } catch {
                // The frame says when the server is away, and one without a ladder has nothing to tell.
            }
            if (timer === this.#timer) this.#soon(readMilliseconds);
        }, milliseconds);
    }
}
