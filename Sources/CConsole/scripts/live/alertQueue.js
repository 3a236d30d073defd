import { api } from "../api.js";
import { setServerTime, now } from "../clock.js";
import { follow } from "./eventStream.js";

/** The pauses between attempts to connect: short after a short cut, and never long, since a screen must not stay dark. */
const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 8000;

/** How often a list that is older than the stream is asked for again. */
const listAttempts = 5;

const rank = { high: 2, medium: 1, low: 0 };

/** The most urgent first, then the oldest. */
export function moreUrgent(a, b) {
    return rank[b.alert.priority] - rank[a.alert.priority]
        || Date.parse(a.alert.raisedAt) - Date.parse(b.alert.raisedAt) || a.alert.id - b.alert.id;
}

export const isOpen = (alert) => alert.state !== "reported" && alert.state !== "dismissed";
/** Nobody has taken responsibility yet. */
export const isWaiting = (alert) => isOpen(alert) && alert.state !== "acknowledged";
/** Who holds the alert just now, or null. */
export const holder = (alert) =>
    alert.leasedBy && alert.leasedUntil && Date.parse(alert.leasedUntil) > now() ? alert.leasedBy : null;

/**
 * The open alerts, live. The list is read once and then kept by the stream, which begins where the list ended; after a cut
 * the stream goes on where it was.
 *
 * Events: `change` (the entries, with `detail` the notice if there is one), `connection`, `signedout`.
 */
export class AlertQueue extends EventTarget {
    /** @type {Map<number, {alert: Object, recording: Object}>} */
    #entries = new Map();
    #lastEvent = null;
    #stop = null;
    /** When the line was last known to work. */
    #heardAt = null;

    /** Since when nothing can arrive, in milliseconds since 1970 by the server's clock; null while connected. */
    disconnectedSince = null;
    /** False until the list has been read for the first time. */
    isKnown = false;

    /** The entries in the order in which they are to be worked. */
    get entries() {
        return [...this.#entries.values()].sort(moreUrgent);
    }

    entry(id) {
        return this.#entries.get(id);
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
        this.#entries.clear();
        this.#lastEvent = null;
        this.#heardAt = null;
        this.isKnown = false;
        this.disconnectedSince = null;
    }

    /** Reads the list anew, for instance because somebody's lease has run out. */
    async reload() {
        let list = await api.get("worklist");
        // An event that the stream brought meanwhile must not be undone by an older list.
        for (let attempt = 1; list.lastEvent < this.#lastEvent && attempt < listAttempts; attempt += 1) {
            list = await api.get("worklist");
        }
        setServerTime(list.now);
        this.#entries = new Map(list.entries.map((entry) => [entry.alert.id, entry]));
        // Only a store restored from a backup is behind what was seen: its numbers hold from now on.
        if (this.#lastEvent === null || list.lastEvent < this.#lastEvent) this.#lastEvent = list.lastEvent;
        this.isKnown = true;
        this.#tell("change");
    }

    async #run(signal) {
        let pause = firstPauseMilliseconds;
        while (!signal.aborted) {
            try {
                await this.reload();
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
                    message: (message) => this.#take(message),
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
        if (isOpen(notice.alert)) this.#entries.set(notice.alert.id, notice);
        else this.#entries.delete(notice.alert.id);
        this.#tell("change", notice);
    }

    #tell(type, detail = null) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
