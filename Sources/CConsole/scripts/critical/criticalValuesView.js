import { priorityBadge } from "../badge.js";
import { age, running, timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { language, t, titleOf } from "../language/language.js";
import { isOverdue } from "../live/criticalValues.js";
import { patientLine, placeLine } from "../patient.js";
import { go } from "../router.js";

/** The critical values that somebody has still to act on, the oldest first. */
export class CriticalValuesView {
    #page;
    #values;
    #body = element("tbody");
    #note = element("p", { class: "note" });
    #update = () => this.#rows();

    /**
     * @param {HTMLElement} page
     * @param {import("../live/criticalValues.js").CriticalValues} values
     */
    constructor(page, values) {
        this.#page = page;
        this.#values = values;
        values.addEventListener("change", this.#update);
        this.show();
    }

    close() {
        this.#values.removeEventListener("change", this.#update);
    }

    show() {
        const columns = ["state", "finding", "patient", "place", "sinceOpened", "due"];
        fill(this.#page,
            element("h1", { class: "page-title" }, t("critical.title")),
            element("table", { class: "worklist critical-values" },
                element("thead", {}, element("tr", {},
                    columns.map((name) => element("th", { scope: "col", class: name }, t(`critical.${name}`))))),
                this.#body),
            this.#note);
        this.#rows();
    }

    #rows() {
        const focused = document.activeElement?.closest?.("tr")?.dataset.alert;
        const { entries, isKnown, isComplete } = this.#values;
        fill(this.#body, entries.map((entry) => this.#row(entry)));
        this.#note.textContent = !isKnown ? t("worklist.loading")
            : !isComplete ? t("critical.incomplete", { count: entries.length })
                : entries.length ? "" : t("critical.empty");
        if (focused) this.#body.querySelector(`tr[data-alert="${focused}"] a`)?.focus();
    }

    #row({ criticalValue: value, alert, recording }) {
        const cell = (name, ...content) => element("td", { class: name, "data-label": t(`critical.${name}`) }, ...content);
        const path = `/alerts/${alert.id}`;
        const overdue = isOverdue(value);
        return element("tr", {
            class: `${value.state} ${overdue ? "overdue" : ""}`, "data-alert": alert.id,
            onclick: (event) => {
                if (!event.target.closest("a") && getSelection().isCollapsed) go(path);
            },
        },
        cell("state", element("strong", { class: "state-word" }, t(`critical.${value.state}`))),
        cell("finding", priorityBadge(alert.priority), " ", element("a", { href: path }, titleOf(alert.finding.code)),
            element("span", { class: "detail" }, alert.finding.leads.join(" "))),
        cell("patient", patientLine(recording.patient)),
        cell("place", placeLine(recording)),
        running(cell("sinceOpened"), () => age(value.openedAt, { day: t("day") })),
        cell("due", dueNode(value)));
    }
}

/** By when the next step is due, or for how long it has been. */
export function dueNode(value) {
    if (!value.dueAt) return null;
    if (!isOverdue(value)) return element("span", {}, t("critical.dueBy", { time: timeOfDay(value.dueAt, language()) }));
    return element("span", { class: "overdue-word" }, "⚠ ", running(element("span"), () => t("critical.overdueFor", { age: age(value.dueAt) })));
}
