import { now } from "../clock.js";
import { holder } from "../live/alertState.js";
import { session } from "../session.js";

/** A reader who has not touched the page for so long has left: a forgotten claim must not hide an infarction. */
const idleMilliseconds = 120000;

/** By what somebody is there. What scrolls within the page is heard on its way down: it does not bubble. */
const touches = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove", "scroll"];

/** A claim that has run out by this clock may run for so long by the server's. */
const graceMilliseconds = 500;

/** Keeps the reader's own claim alive while they work, and looks again when a claim has run out. */
export class LeaseWatch {
    #renew;
    #ended;
    #timer = null;
    #touchedAt = Date.now();
    #touch = () => {
        this.#touchedAt = Date.now();
    };

    /** @param {{renew: () => void, ended: () => void}} actions */
    constructor({ renew, ended }) {
        this.#renew = renew;
        this.#ended = ended;
        for (const name of touches) addEventListener(name, this.#touch, { passive: true, capture: true });
    }

    close() {
        clearTimeout(this.#timer);
        for (const name of touches) removeEventListener(name, this.#touch, { capture: true });
    }

    /** Follows the alert as it is now. */
    watch(alert) {
        clearTimeout(this.#timer);
        const held = holder(alert);
        if (held === null) return;
        const left = Math.max(0, Date.parse(alert.leasedUntil) - now());
        const end = (milliseconds) => {
            this.#timer = setTimeout(this.#ended, milliseconds + graceMilliseconds);
        };
        if (held !== session.user?.name) {
            end(left);
            return;
        }
        // Half of the time is left then, should the line be cut for a while.
        this.#timer = setTimeout(() => {
            if (Date.now() - this.#touchedAt < idleMilliseconds) this.#renew();
            else end(left / 2);
        }, left / 2);
    }
}
