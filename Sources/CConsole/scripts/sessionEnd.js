import { now } from "./clock.js";
import { session } from "./session.js";

/** So long before its end a reader is told: time to finish a report or a call and to sign in again. */
const warnMilliseconds = 30 * 60000;

/**
 * When the session ends: a reader who is not told sits before a page that nothing reaches.
 *
 * Events: `change`.
 */
export class SessionEnd extends EventTarget {
    #timer = null;

    /** Whether the end is near; its time is `session.endsAt`. */
    get isNear() {
        return session.endsAt !== null && session.endsAt - now() <= warnMilliseconds;
    }

    start() {
        clearTimeout(this.#timer);
        if (session.endsAt === null) return;
        this.#timer = setTimeout(() => this.#look(), Math.max(0, session.endsAt - warnMilliseconds - now()));
    }

    stop() {
        clearTimeout(this.#timer);
        this.#timer = null;
        this.dispatchEvent(new Event("change"));
    }

    async #look() {
        const timer = this.#timer;
        try {
            await session.renew();
        } catch {
            // What is known holds: a warning too many.
        }
        if (timer !== this.#timer) return;
        if (this.isNear) this.dispatchEvent(new Event("change"));
        else this.start();
    }
}
