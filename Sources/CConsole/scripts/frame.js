import { ask, mayAsk } from "./alarm/notification.js";
import { age, running, timeOfDay } from "./clock.js";
import { element, fill } from "./element.js";
import { choose, language, languages, t } from "./language/language.js";
import { isWaiting } from "./live/alertQueue.js";
import { session } from "./session.js";

/** The bar above every view: connection, sound, language, who is signed in. */
export class Frame {
    #node;
    #queue;
    #alarm;
    #signOut;

    /**
     * @param {HTMLElement} node
     * @param {{queue: import("./live/alertQueue.js").AlertQueue, alarm: import("./alarm/alarm.js").Alarm,
     *   signOut: () => void}} parts
     */
    constructor(node, { queue, alarm, signOut }) {
        this.#node = node;
        this.#queue = queue;
        this.#alarm = alarm;
        this.#signOut = signOut;
        queue.addEventListener("connection", () => this.show());
        queue.addEventListener("change", () => this.show());
        alarm.addEventListener("change", () => this.show());
    }

    show() {
        const focused = document.activeElement?.dataset?.control;
        fill(this.#node,
            element("a", { href: "#page", class: "skip" }, t("frame.skip")),
            element("a", { href: "/", class: "home" }, t("title")),
            session.user ? this.#live() : null,
            element("span", { class: "space" }),
            session.user ? this.#sound() : null,
            this.#languages(),
            session.user ? [
                element("span", { class: "user" }, session.user.name),
                element("button", { "data-control": "sign-out", onclick: this.#signOut }, t("frame.signOut")),
            ] : null);
        if (session.user) this.#node.append(this.#cut());
        if (focused) this.#node.querySelector(`[data-control="${focused}"]`)?.focus();
        this.#entitle();
    }

    #live() {
        const waiting = this.#queue.entries.filter(({ alert }) => isWaiting(alert)).length;
        const isLive = this.#queue.isKnown && this.#queue.disconnectedSince === null;
        return [
            element("a", { href: "/", class: "waiting" }, `${t("frame.worklist")} · ${t("frame.waiting", { count: waiting })}`),
            element("span", { class: isLive ? "live" : "starting" }, t(isLive ? "connection.live" : "connection.starting")),
        ];
    }

    /** What nobody may overlook: that alerts cannot arrive. */
    #cut() {
        const since = this.#queue.disconnectedSince;
        if (since === null) return element("span", { hidden: true });
        const time = new Date(since).toISOString();
        const text = () => t("connection.lost", { time: timeOfDay(time, language()), age: age(time) });
        return running(element("div", { class: "cut", role: "alert" }), text);
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
                    this.show();
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

    /** The tab's title tells a reader who works in another tab. */
    #entitle() {
        const waiting = session.user ? this.#queue.entries.filter(({ alert }) => isWaiting(alert)).length : 0;
        document.title = waiting > 0 ? `(${waiting}) ${t("title")}` : t("title");
    }
}
