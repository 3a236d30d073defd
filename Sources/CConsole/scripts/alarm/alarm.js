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
/** Timers are not exact: so long after its end a pause is over. */
const pauseGraceMilliseconds = 50;

/**
 * Makes alerts heard: a high one until somebody has acknowledged it, a medium one once, and each again at every rung of the
 * ladder that is climbed for it.
 *
 * Event: `change`, when it begins or stops to sound or its sound is paused.
 */
export class Alarm extends EventTarget {
    #queue;
    #sound;
    #heard = new HeardAlerts();
    #timer = null;
    #laterTimer = null;
    #pausedUntil = 0;
    /** The alerts whose ladder was climbed just now. */
    #climbed = new Set();

    /**
     * @param {import("../live/alertQueue.js").AlertQueue} queue
     * @param {AlarmSound} [sound]
     */
    constructor(queue, sound = new AlarmSound()) {
        super();
        this.#queue = queue;
        this.#sound = sound;
        queue.addEventListener("change", ({ detail: notice }) => {
            if (notice?.event?.kind === "escalated") this.#climb(notice.alert.id);
            this.#update();
        });
        this.#sound.addEventListener("change", () => this.#update());
        document.addEventListener("visibilitychange", async () => {
            if (document.hidden) return;
            await this.#sound.resume();
            this.#update();
        });
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

    /** Whether any alert waits that is heard. */
    get isWaitedFor() {
        return this.isActive || this.#waiting("medium").length > 0;
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
        // What has waited for the end of the quiet is heard then.
        setTimeout(() => this.#update(), pauseMilliseconds + pauseGraceMilliseconds);
        this.#tell();
    }

    stop() {
        clearInterval(this.#timer);
        clearTimeout(this.#laterTimer);
        this.#timer = null;
        this.#climbed.clear();
        this.#heard.forget();
        this.#pausedUntil = 0;
    }

    #waiting(priority) {
        return this.#queue.entries.filter(({ alert }) =>
            alert.priority === priority && isWaiting(alert) && !isOwnAmendment(alert, session.user?.name));
    }

    #update() {
        const high = this.#waiting("high");
        const unheard = this.#heard.unheard([...high, ...this.#waiting("medium")]);
        const fresh = unheard.filter(({ alert }) => alert.priority === "high");
        if (fresh.length > 0) {
            this.#call(fresh);
            this.#sound.play("high");
            // If it could not sound, it goes on trying.
            this.#heard.take(fresh);
        }
        this.#soundOnce(unheard.filter(({ alert }) => alert.priority === "medium"));
        if (high.length > 0) {
            this.#timer ??= setInterval(() => this.#repeat(), repeatMilliseconds);
        } else {
            clearInterval(this.#timer);
            this.#timer = null;
        }
        this.#tell();
    }

    /** A medium alert is heard once it has sounded: after a pause, after the first touch, or between the bursts of a high one. */
    #soundOnce(medium) {
        clearTimeout(this.#laterTimer);
        if (medium.length === 0 || this.isPaused) return;
        const busy = this.#sound.remaining("high");
        if (busy > 0) this.#laterTimer = setTimeout(() => this.#update(), busy);
        else if (this.#sound.play("medium")) this.#heard.take(medium);
    }

    /** The rungs that a cut kept from the page come together, and are one call. */
    #climb(id) {
        if (this.#climbed.size === 0) queueMicrotask(() => this.#callAgain());
        this.#climbed.add(id);
    }

    /** Nobody came by the first sound. */
    #callAgain() {
        const called = [...this.#waiting("high"), ...this.#waiting("medium")].filter(({ alert }) => this.#climbed.has(alert.id));
        this.#climbed.clear();
        if (called.length === 0) return;
        this.#call(called);
        const high = called.filter(({ alert }) => alert.priority === "high");
        if (high.length > 0 && this.#sound.remaining("high") === 0) this.#sound.play("high");
        this.#heard.forget(called.filter((entry) => !high.includes(entry)));
        this.#update();
    }

    /** Tells of alerts beside the sound; a high one ends a pause. */
    #call(entries) {
        if (entries.some(({ alert }) => alert.priority === "high")) this.#pausedUntil = 0;
        for (const { alert } of entries) notify(alert);
        announce(entries.map(({ alert }) => alert));
    }

    #repeat() {
        if (!this.isPaused) this.#sound.play("high");
    }

    #tell() {
        this.dispatchEvent(new Event("change"));
    }
}
