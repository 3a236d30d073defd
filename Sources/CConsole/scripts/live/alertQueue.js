import { api } from "../api.js";
import { setServerTime, now } from "../clock.js";
import { isOpen, moreUrgent } from "./alertState.js";
import { follow } from "./eventStream.js";
import { OpenAlerts } from "./openAlerts.js";

/** The pauses between attempts to connect: short after a short cut, and never long, since a screen must not stay dark. */
const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 8000;

/** Of a list that is not complete, the part that may be worked off before it is read again for what it left out. */
const refillShare = 0.5;

/**
 * The open alerts, live. The list is read and then kept by the stream, which begins where the list ended. After a cut the list is
 * read again and the stream goes on where it was: the server takes for delivered what it has told a screen.
 *
 * Events: `change` (the entries, with `detail` the notice if there is one), `connection`, `signedout`.
 */
export class AlertQueue extends EventTarget {
    #alerts = new OpenAlerts();
    /** The event after which the stream goes on; null before it has begun. */
    #lastEvent = null;
    #stop = null;
    /** How many entries the list had. */
    #listed = 0;
    /** When the line was last known to work. */
    #heardAt = null;

    /** Since when nothing can arrive, in milliseconds since 1970 by the server's clock; null while connected. */
    disconnectedSince = null;
    /** False until the list has been read for the first time. */
    isKnown = false;
    /** False where more alerts are open than the server lists at a time: the least urgent are left out. */
    isComplete = true;

    /** The entries in the order in which they are to be worked. */
    get entries() {
        return this.#alerts.entries.sort(moreUrgent);
    }

    entry(id) {
        return this.#alerts.entry(id);
    }

    start() {
        this.stop();
        this.#stop = new AbortController();
        this.#run(this.#stop.signal);
    }

    /** Forgets everything: the next to sign in may be somebody else. */
    stop() {
        this.#stop?.abort();
        this.#stop = null;
        this.#alerts = new OpenAlerts();
        this.#lastEvent = null;
        this.#heardAt = null;
        this.isKnown = false;
        this.isComplete = true;
        this.disconnectedSince = null;
    }

    /** Reads the list anew, for instance because somebody's lease has run out. */
    async reload() {
        if (!this.#stop) return;
        const alerts = this.#alerts;
        const list = await alerts.read(() => api.get("worklist"));
        // Whoever asked for it may have signed out meanwhile.
        if (list === null || alerts !== this.#alerts) return;
        setServerTime(list.now);
        this.#listed = list.entries.length;
        this.isKnown = true;
        this.isComplete = list.isComplete !== false;
        this.#tell("change");
    }

    async #run(signal) {
        let pause = firstPauseMilliseconds;
        while (!signal.aborted) {
            try {
                await this.reload();
                if (signal.aborted) return;
                const { listedUpTo } = this.#alerts;
                // A list that is older than the stream comes from a restored backup, whose numbers hold from now on.
                this.#lastEvent = Math.min(this.#lastEvent ?? listedUpTo, listedUpTo);
                await follow("alerts/stream", {
                    lastEventID: this.#lastEvent,
                    signal,
                    opened: () => {
                        pause = firstPauseMilliseconds;
                        this.disconnectedSince = null;
                        this.#heardAt = now();
                        this.#tell("connection");
                    },
                    heard: () => {
                        this.#heardAt = now();
                    },
                    message: (message) => {
                        if (!signal.aborted) this.#take(message);
                    },
                });
            } catch (error) {
                if (signal.aborted) return;
                if (error.status === 401) {
                    this.#tell("signedout");
                    return;
                }
            }
            if (signal.aborted) return;
            this.disconnectedSince ??= this.#heardAt ?? now();
            this.#tell("connection");
            await new Promise((resolve) => setTimeout(resolve, pause));
            pause = Math.min(2 * pause, longestPauseMilliseconds);
        }
    }

    #take(message) {
        if (message.name !== "alert") return;
        const notice = JSON.parse(message.data);
        this.#lastEvent = Number(message.id);
        this.#alerts.take(this.#lastEvent, notice);
        this.#tell("change", notice);
        if (!this.isComplete && !isOpen(notice.alert) && this.#alerts.entries.length < refillShare * this.#listed) {
            this.isComplete = true;
            this.reload().catch(() => {
                // The next alert that is closed asks again.
                this.isComplete = false;
            });
        }
    }

    #tell(type, detail = null) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
