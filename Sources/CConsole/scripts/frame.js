import { ask, mayAsk } from "./alarm/notification.js";
import { age, running, timeOfDay } from "./clock.js";
import { element, fill } from "./element.js";
import { choose, language, languages, t } from "./language/language.js";
import { ladderBanner } from "./ladderBanner.js";
import { isWaiting } from "./live/alertState.js";
import { navigation } from "./navigation.js";
import { session } from "./session.js";

/** The bar above every view: connection, sound, language, who is signed in. */
export class Frame {
    #node;
    #queue;
    #criticalValues;
    #alarm;
    #ladder;
    #sessionEnd;
    #endedAt;
    #signOut;
    #parts = null;
    #shownSound;
    #shownCut;

    /**
     * @param {HTMLElement} node
     * @param {{queue: import("./live/alertQueue.js").AlertQueue, alarm: import("./alarm/alarm.js").Alarm,
     *   criticalValues: import("./live/criticalValues.js").CriticalValues,
     *   ladder: import("./live/ladder.js").Ladder, sessionEnd: import("./sessionEnd.js").SessionEnd,
     *   endedAt: () => number|null, signOut: () => void}} parts `endedAt`: since when nothing arrives here because the session has
     *   ended by itself, in milliseconds since 1970.
     */
    constructor(node, { queue, criticalValues, alarm, ladder, sessionEnd, endedAt, signOut }) {
        this.#node = node;
        this.#queue = queue;
        this.#criticalValues = criticalValues;
        this.#alarm = alarm;
        this.#ladder = ladder;
        this.#sessionEnd = sessionEnd;
        this.#endedAt = endedAt;
        this.#signOut = signOut;
        const update = () => this.#update();
        queue.addEventListener("connection", update);
        queue.addEventListener("change", update);
        criticalValues.addEventListener("change", update);
        alarm.addEventListener("change", update);
        ladder.addEventListener("change", () => this.#updateLadder());
        sessionEnd.addEventListener("change", () => this.#updateEnding());
        // What sticks below the bar has to know how high it is: a trouble is one more line.
        new ResizeObserver(() => {
            document.documentElement.style.setProperty("--bar-height", `${node.offsetHeight}px`);
        }).observe(node);
    }

    /** Builds the bar, for another language or another user. */
    show() {
        const focused = document.activeElement?.dataset?.control;
        this.#parts = {
            waiting: element("a", { href: "/", class: "waiting" }), live: element("span"),
            critical: element("a", { href: "/critical-values", class: "critical-link" }), sound: element("span", { class: "sound" }),
            ladder: element("div", { class: "ladder", role: "status" }),
            ending: element("div", { class: "session-ending", role: "status" }),
            cut: element("div", { class: "cut", role: "alert" }),
        };
        this.#shownSound = this.#shownCut = undefined;
        const { waiting, critical, live, sound, ladder, ending, cut } = this.#parts;
        fill(this.#node,
            element("a", { href: "#page", class: "skip" }, t("frame.skip")),
            element("div", { class: "places" },
                element("a", { href: "/", class: "home" }, t("title")),
                session.may("alerts.read") ? [waiting, session.may("patients.read") ? critical : null, live] : null,
                session.user ? navigation() : null),
            element("div", { class: "tools" },
                session.may("alerts.read") ? sound : null,
                this.#languages(),
                session.user ? [
                    element("span", { class: "user", title: session.user.name }, session.user.name),
                    element("button", { "data-control": "sign-out", onclick: this.#signOut }, t("frame.signOut")),
                ] : null),
            session.user ? [ladder, ending, cut] : this.#ended());
        this.#update();
        this.#updateLadder();
        this.#updateEnding();
        if (focused) this.#node.querySelector(`[data-control="${focused}"]`)?.focus();
    }

    /** Brings the bar up to date; what has not changed is left alone, so that a press on a button is never lost. */
    #update() {
        const count = session.user ? this.#queue.entries.filter(({ alert }) => isWaiting(alert)).length : 0;
        // The tab's title tells a reader who works in another tab.
        const mark = this.#endedAt() === null ? "" : "⚠ ";
        document.title = count > 0 ? `(${count}) ${t("title")}` : `${mark}${t("title")}`;
        if (!session.user) return;
        const { waiting, critical, live } = this.#parts;
        const { entries, overdueCount, isComplete } = this.#criticalValues;
        const counted = (number) => (isComplete ? `${number}` : `${number}+`);
        critical.textContent = `${t("critical.title")} · ${counted(entries.length)}`
            + (overdueCount > 0 ? ` · ⚠ ${t("critical.overdue", { count: counted(overdueCount) })}` : "");
        critical.classList.toggle("warn", overdueCount > 0);
        waiting.textContent = `${t("frame.worklist")} · ${t("frame.waiting", { count })}`;
        const isLive = this.#queue.isKnown && this.#queue.disconnectedSince === null;
        live.className = isLive ? "live" : "starting";
        live.textContent = t(isLive ? "connection.live" : "connection.starting");
        this.#updateCut();
        this.#updateSound();
    }

    #updateLadder() {
        if (this.#parts) fill(this.#parts.ladder, ladderBanner(this.#ladder));
    }

    #updateEnding() {
        if (!this.#parts) return;
        fill(this.#parts.ending, this.#sessionEnd.isNear && session.user ? element("p", {},
            `⚠ ${t("session.ending", { time: timeOfDay(session.endsAt, language()) })} `,
            element("a", { href: "/login" }, t("session.renew"))) : null);
    }

    /** A page without a session looks like any page where nothing happens. */
    #ended() {
        const since = this.#endedAt();
        if (since === null) return null;
        return element("div", { class: "cut", role: "alert" }, t("session.ended", { time: timeOfDay(since, language()) }));
    }

    /** What nobody may overlook: that alerts cannot arrive. */
    #updateCut() {
        const since = this.#queue.disconnectedSince;
        if (since === this.#shownCut) return;
        this.#shownCut = since;
        this.#parts.cut.hidden = since === null;
        if (since === null) return;
        const time = new Date(since).toISOString();
        running(this.#parts.cut, () => t("connection.lost", { time: timeOfDay(time, language()), age: age(time) }));
    }

    #updateSound() {
        const { isAllowed, isActive, isPaused } = this.#alarm;
        const shown = `${isAllowed} ${isActive} ${isPaused} ${mayAsk()}`;
        if (shown === this.#shownSound) return;
        this.#shownSound = shown;
        const focused = document.activeElement?.dataset?.control;
        fill(this.#parts.sound, this.#sound());
        if (focused) this.#parts.sound.querySelector(`[data-control="${focused}"]`)?.focus();
    }

    #sound() {
        if (!this.#alarm.isAllowed) {
            return element("button", { class: "warn", "data-control": "sound", onclick: () => this.#alarm.allow() },
                t("sound.allow"));
        }
        const buttons = [];
        if (mayAsk()) {
            buttons.push(element("button", {
                "data-control": "notifications",
                onclick: async () => {
                    await ask();
                    this.#update();
                },
            }, t("notification.allow")));
        }
        if (this.#alarm.isActive) {
            buttons.push(this.#alarm.isPaused
                ? element("span", { class: "warn" }, t("sound.paused"))
                : element("button", { "data-control": "sound", onclick: () => this.#alarm.pause() }, t("sound.pause")));
        }
        return buttons;
    }

    #languages() {
        return element("select", {
            "aria-label": t("frame.language"), "data-control": "language",
            onchange: (event) => choose(event.target.value),
        }, Object.entries(languages).map(([code, name]) =>
            element("option", { value: code, selected: code === language() }, name)));
    }
}
