import { priorityBadge } from "../badge.js";
import { age, now, running } from "../clock.js";
import { element, fill } from "../element.js";
import { t, titleOf } from "../language/language.js";
import { holder } from "../live/alertState.js";
import { byServerClock, clockMark, patientLine, placeLine, takenAt } from "../patient.js";
import { go } from "../router.js";
import { session } from "../session.js";

/** A lease that has run out by this clock may run for so long by the server's. */
const graceMilliseconds = 500;
const retryMilliseconds = 5000;

/** The open alerts, most urgent first, as a table that a phone shows as cards. */
export class WorklistView {
    #page;
    #queue;
    #body = element("tbody");
    #note = element("p", { class: "note" });
    #update = () => this.#rows();
    #leaseTimer = null;
    #isClosed = false;
    /** The rows by alert, with what they show. */
    #known = new Map();

    /**
     * @param {HTMLElement} page
     * @param {import("../live/alertQueue.js").AlertQueue} queue
     */
    constructor(page, queue) {
        this.#page = page;
        this.#queue = queue;
        queue.addEventListener("change", this.#update);
        document.addEventListener("keydown", this.#move);
        this.show();
    }

    close() {
        this.#isClosed = true;
        document.removeEventListener("keydown", this.#move);
        this.#queue.removeEventListener("change", this.#update);
        clearTimeout(this.#leaseTimer);
    }

    show() {
        this.#known.clear();
        fill(this.#body);
        const columns = ["priority", "finding", "patient", "place", "sinceContact", "sinceECG", "sinceRaised", "state"];
        fill(this.#page,
            element("h1", { class: "visually-hidden" }, t("worklist.title")),
            element("p", { class: "disclaimer" }, t("disclaimer")),
            element("table", { class: "worklist" },
                element("thead", {}, element("tr", {},
                    columns.map((name) => element("th", { scope: "col", class: name }, t(`worklist.${name}`))))),
                this.#body),
            this.#note,
            element("p", { class: "hint" }, t("worklist.keys")));
        this.#rows();
    }

    #rows() {
        const focused = document.activeElement?.closest?.("tr")?.dataset.alert;
        const entries = this.#queue.entries;
        this.#place(entries.map((entry) => this.#rowOf(entry)));
        this.#note.textContent = this.#noteOf(entries);
        if (focused && !this.#body.contains(document.activeElement)) {
            this.#body.querySelector(`tr[data-alert="${focused}"] a`)?.focus();
        }
        this.#watchLeases(entries);
    }

    #noteOf(entries) {
        if (!this.#queue.isKnown) return t("worklist.loading");
        if (!this.#queue.isComplete) return t("worklist.incomplete", { count: entries.length });
        return entries.length > 0 ? "" : t("worklist.empty");
    }

    /** Puts the rows in order; one that stands where it belongs is not touched, so that a press on it is never lost. */
    #place(rows) {
        rows.forEach((row, index) => {
            if (this.#body.children[index] !== row) this.#body.insertBefore(row, this.#body.children[index] ?? null);
        });
        while (this.#body.children.length > rows.length) this.#body.lastElementChild.remove();
    }

    /** The row as it was, unless something that it shows has changed. */
    #rowOf(entry) {
        const { alert, recording } = entry;
        const shown = JSON.stringify([alert, holder(alert), recording.patient, recording.clinic, recording.township,
            takenAt(recording), recording.clockOffsetSeconds]);
        const known = this.#known.get(alert.id);
        if (known?.shown === shown) return known.row;
        const row = this.#row(entry);
        this.#known.set(alert.id, { shown, row });
        return row;
    }

    #row({ alert, recording }) {
        const cell = (name, ...content) =>
            element("td", { class: name, "data-label": t(`worklist.${name}`) }, ...content);
        const clock = (name, since) => running(cell(name), () => age(since, { day: t("day") }));
        const path = `/alerts/${alert.id}`;
        return element("tr", {
            class: `${alert.priority} ${alert.state}`, "data-alert": alert.id,
            onclick: (event) => {
                if (!event.target.closest("a") && getSelection().isCollapsed) go(path);
            },
        },
        cell("priority", priorityBadge(alert.priority)),
        cell("finding",
            element("a", { href: path }, titleOf(alert.finding.code)),
            element("span", { class: "detail" }, alert.finding.leads.join(" "))),
        cell("patient", patientLine(recording.patient),
            element("span", { class: "detail" }, recording.patient?.chiefComplaint)),
        cell("place", placeLine(recording)),
        clock("sinceContact", byServerClock(recording, recording.patient?.firstMedicalContact)),
        cell("sinceECG", running(element("span"), () => age(takenAt(recording), { day: t("day") })), clockMark(recording)),
        clock("sinceRaised", alert.raisedAt),
        cell("state", ...stateOf(alert)));
    }

    /** Arrow keys go from alert to alert, from wherever nothing else is chosen. */
    #move = (event) => {
        const focused = document.activeElement;
        if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
        if (focused && focused !== document.body && focused !== this.#page && !this.#body.contains(focused)) return;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        const links = [...this.#body.querySelectorAll("td.finding a")];
        const index = links.indexOf(document.activeElement) + step;
        if (links[index]) {
            links[index].focus();
            event.preventDefault();
        }
    };

    /** A lease that runs out is no event: the list is read again, since it may also have been renewed. */
    #watchLeases(entries) {
        clearTimeout(this.#leaseTimer);
        const ends = entries.filter(({ alert }) => holder(alert)).map(({ alert }) => Date.parse(alert.leasedUntil));
        if (ends.length === 0) return;
        const reload = () => this.#queue.reload().catch(() => {
            // The queue itself says that the server is away.
            if (!this.#isClosed) this.#leaseTimer = setTimeout(reload, retryMilliseconds);
        });
        this.#leaseTimer = setTimeout(reload, Math.max(0, Math.min(...ends) - now()) + graceMilliseconds);
    }
}

/** How far an alert has come, and with whom. */
export function stateOf(alert) {
    const held = holder(alert);
    const lines = [element("span", { class: "state-word" }, t(`state.${alert.state}`))];
    if (alert.state === "acknowledged" && alert.acknowledgedBy) {
        lines.push(" ", t("worklist.acknowledgedBy", { name: alert.acknowledgedBy }));
    } else if (held) {
        const text = held === session.user?.name ? t("worklist.heldByYou") : t("worklist.heldBy", { name: held });
        lines.push(element("span", { class: "holder" }, text));
    }
    if (alert.submittedBy) {
        const key = alert.isAmendment ? "worklist.amendmentWaits" : "worklist.reportWaits";
        lines.push(element("span", { class: "holder" }, t(key, { name: alert.submittedBy })));
    }
    return lines;
}
