import { now } from "./clock.js";
import { onReasonToLook } from "./live/reasonToLook.js";
import { session } from "./session.js";

/** So long before its end a reader is told: time to finish a report or a call and to sign in again. */
const warnMilliseconds = 30 * 60000;
/**
 * So often the clock is looked at: a timer of hours is late by as long as the computer slept, and wrong by as much as its clock
 * was before the server's time was known. Little beside the half hour.
 */
const lookMilliseconds = 60000;

/**
 * When the session ends: a reader who is not told sits before a page that nothing reaches.
 *
 * Events: `change`, when the end comes near or is put off.
 */
export class SessionEnd extends EventTarget {
    #timer = null;
    /** Ends looking when there is a reason to; null while nobody looks. */
    #stopLooking = null;
    /** Counts up when the question that is under way is given up. */
    #round = 0;
    #isNear = false;

    /** Whether the end is near, as the server was last asked; its time is `session.endsAt`. */
    get isNear() {
        return this.#isNear;
    }

    start() {
        this.stop();
        if (session.endsAt === null) return;
        this.#stopLooking = onReasonToLook(() => this.look());
        this.look();
    }

    stop() {
        this.#round += 1;
        clearTimeout(this.#timer);
        this.#stopLooking?.();
        this.#stopLooking = null;
        this.#tell(false);
    }

    /** Looks how near the end is, and goes on looking: who is told of it may sign in anew on another page. */
    async look() {
        if (this.#stopLooking === null) return;
        const round = this.#round += 1;
        clearTimeout(this.#timer);
        if (isWithinWarning()) {
            try {
                await session.renew();
            } catch {
                // What is known holds: a warning too many.
            }
            if (round !== this.#round) return;
        }
        this.#tell(isWithinWarning());
        this.#timer = setTimeout(() => this.look(), lookMilliseconds);
    }

    #tell(isNear) {
        if (isNear === this.#isNear) return;
        this.#isNear = isNear;
        this.dispatchEvent(new Event("change"));
    }
}

/** By the server's clock. */
const isWithinWarning = () => session.endsAt !== null && session.endsAt - now() <= warnMilliseconds;
