import { isOwnAmendment, isWaiting } from "../live/alertState.js";
import { session } from "../session.js";
import { AlarmSound } from "./alarmSound.js";
import { announce } from "./announcement.js";
import { HeardAlerts } from "./heardAlerts.js";
import { notify } from "./notification.js";

/** Silence between the bursts of an alert that goes on waiting. */
const repeatMilliseconds = 8000;
/** How long somebody may have quiet to read; a new high alert ends it. */
export const pauseMilliseconds = 120000;

/**
 * Makes alerts heard: a high one until somebody has acknowledged it, a medium one once.
 *
 * Event: `change`, when it begins or stops to sound or its sound is paused.
 */
export class Alarm extends EventTarget {
    #queue;
    #sound = new AlarmSound();
    #heard = new HeardAlerts();
    #timer = null;
    #pausedUntil = 0;

    /** @param {import("../live/alertQueue.js").AlertQueue} queue */
    constructor(queue) {
        super();
        this.#queue = queue;
        queue.addEventListener("change", () => this.#update());
        for (const gesture of ["pointerdown", "keydown"]) {
            addEventListener(gesture, () => {
                if (!this.#sound.isAllowed) this.allow();
            });
        }
    }

    /** Whether the browser lets the page sound. */
    get isAllowed() {
        return this.#sound.isAllowed;
    }

    /** Whether an alert sounds, or would if it were not paused. */
    get isActive() {
        return this.#waiting("high").length > 0;
    }

    get isPaused() {
        return Date.now() < this.#pausedUntil;
    }

    async allow() {
        await this.#sound.allow();
        this.#update();
        this.#tell();
    }

    pause() {
        this.#pausedUntil = Date.now() + pauseMilliseconds;
        setTimeout(() => this.#tell(), pauseMilliseconds + 50);
        this.#tell();
    }

    stop() {
        clearInterval(this.#timer);
        this.#timer = null;
        this.#heard.forget();
        this.#pausedUntil = 0;
    }

    #waiting(priority) {
        return this.#queue.entries.filter(({ alert }) =>
            alert.priority === priority && isWaiting(alert) && !isOwnAmendment(alert, session.user?.name));
    }

    #update() {
        const high = this.#waiting("high");
        const unheard = this.#heard.take([...high, ...this.#waiting("medium")]);
        const fresh = unheard.filter(({ alert }) => alert.priority === "high");
        if (fresh.length > 0) {
            this.#pausedUntil = 0;
            this.#sound.play("high");
            for (const { alert } of fresh) notify(alert);
            announce(fresh.map(({ alert }) => alert));
        } else if (unheard.length > 0 && !this.isPaused) {
            this.#sound.play("medium");
        }
        if (high.length > 0) {
            this.#timer ??= setInterval(() => this.#repeat(), repeatMilliseconds);
        } else {
            clearInterval(this.#timer);
            this.#timer = null;
        }
        this.#tell();
    }

    #repeat() {
        if (!this.isPaused) this.#sound.play("high");
    }

    #tell() {
        this.dispatchEvent(new Event("change"));
    }
}
