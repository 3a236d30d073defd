import { api } from "../api.js";
import { setServerTime, now } from "../clock.js";
import { isOpen, moreUrgent } from "./alertState.js";
import { follow, silenceMilliseconds } from "./eventStream.js";
import { OpenAlerts } from "./openAlerts.js";
import { rest } from "./reasonToLook.js";
import { SharedLine } from "./sharedLine.js";

/** The pauses between attempts to connect: short after a short cut, and never long, since a screen must not stay dark. */
const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 8000;

/** Of a list that is not complete, the part that may be worked off before it is read again for what it left out. */
const refillShare = 0.5;

/**
 * The open alerts, live. The list is read and then kept by the stream, which begins where the list ended. After a cut the list is
 * read again and the stream goes on where it was: the server takes for delivered what it has told a screen.
 *
 * Of the pages of a browser one follows the stream and tells the others, which read their lists themselves.
 *
 * Events: `change` (the entries, with `detail` the notice if there is one), `connection`, `signedout`.
 */
export class AlertQueue extends EventTarget {
    #alerts = new OpenAlerts();
    /** The event after which the stream goes on; null before it has begun. */
    #lastEvent = null;
    #stop = null;
    #line = null;
    /** Whether the list may lack what another page was told. */
    #isBehind = false;
    #isCatchingUp = false;
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
        this.#line = new SharedLine({
            hold: (signal) => this.#run(signal), state: () => this.#state, hear: (told) => this.#hear(told), lose: () => this.#lose(),
        });
        this.#line.join(this.#stop.signal);
    }

    /** Forgets everything: the next to sign in may be somebody else. */
    stop() {
        this.#stop?.abort();
        this.#stop = null;
        this.#line = null;
        this.#isBehind = this.#isCatchingUp = false;
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

    /** Follows the stream, for all pages. */
    async #run(signal) {
        let pause = firstPauseMilliseconds;
        while (!signal.aborted) {
            // The list's answer may be on its way for longer than anybody may take this page for connected.
            const late = setTimeout(() => this.#miss(signal), silenceMilliseconds);
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
                        clearTimeout(late);
                        if (signal.aborted) return;
                        pause = firstPauseMilliseconds;
                        this.#isBehind = false;
                        this.#heardAt = now();
                        this.#connect();
                        this.#line.pulse({ hasOpened: true, listedUpTo });
                    },
                    heard: () => {
                        if (signal.aborted) return;
                        this.#heardAt = now();
                        this.#line.pulse();
                    },
                    message: (message) => {
                        if (signal.aborted) return;
                        this.#line.tell({ kind: "message", message });
                        this.#take(message);
                    },
                });
            } catch (error) {
                if (signal.aborted) return;
                if (error.status === 401) {
                    this.#tell("signedout");
                    return;
                }
            } finally {
                clearTimeout(late);
            }
            this.#miss(signal);
            if (signal.aborted) return;
            await rest(pause);
            pause = Math.min(2 * pause, longestPauseMilliseconds);
        }
    }

    /** The line that this page holds is cut, or not there yet. */
    #miss(signal) {
        if (signal.aborted) return;
        this.#lose();
        this.#line.pulse();
    }

    // MARK: What another page tells

    /** What another page has to know of the line that this one holds. */
    get #state() {
        return { since: this.disconnectedSince, heardAt: this.#heardAt, lastEvent: this.#lastEvent };
    }

    #hear({ kind, message, since, heardAt, lastEvent, hasOpened, listedUpTo }) {
        if (kind === "message") {
            // What came while this page held the line may come once more from the next.
            if (Number(message.id) > (this.#lastEvent ?? -1)) this.#take(message);
            return;
        }
        if (since !== null) {
            this.#lose(since);
            return;
        }
        // It has not reached the server yet.
        if (heardAt === null) return;
        this.#heardAt = heardAt;
        if (hasOpened) {
            this.#isBehind = true;
            // A list that is older than the stream comes from a restored backup.
            if (this.#lastEvent !== null) this.#lastEvent = Math.min(this.#lastEvent, listedUpTo);
        } else if (lastEvent > (this.#lastEvent ?? -1)) {
            this.#isBehind = true;
        }
        if (this.#isBehind || !this.isKnown) this.#catchUp(hasOpened ? 0 : lastEvent);
        else this.#connect();
    }

    /** Reads the list, which holds what this page was not told. */
    async #catchUp(upTo) {
        if (this.#isCatchingUp) return;
        this.#isCatchingUp = true;
        const alerts = this.#alerts;
        let error = null;
        try {
            await this.reload();
        } catch (caught) {
            error = caught;
        }
        if (alerts !== this.#alerts) return;
        this.#isCatchingUp = false;
        if (error?.status === 401) this.#tell("signedout");
        // The next pulse asks again.
        if (error) return;
        this.#isBehind = false;
        this.#lastEvent = Math.max(this.#lastEvent ?? this.#alerts.listedUpTo, upTo);
        this.#connect();
    }

    #connect() {
        this.disconnectedSince = null;
        this.#tell("connection");
    }

    /** Nothing can arrive, by default since the line was last known to work. */
    #lose(since = this.#heardAt ?? now()) {
        this.disconnectedSince ??= since;
        this.#tell("connection");
    }

    // MARK: What comes

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
