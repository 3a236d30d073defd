import { confirmButton } from "../confirmButton.js";
import { dueNode } from "../critical/criticalValuesView.js";
import { element, fill } from "../element.js";
import { explain, language, t, titleOf, word } from "../language/language.js";
import { hold, personBytes, reasonBytes } from "../limits.js";
import { session } from "../session.js";
import { timeNode } from "../timeNode.js";
import { redraw } from "./redraw.js";

/** The opened alert's critical value: what was done, by whom, and a form for the next step. */
export class CriticalPanel {
    node = element("section", { class: "critical" });
    #id;
    #api;
    #done;
    #say;
    #past = element("div");
    #lost = element("div");
    #next = element("div");
    #shownPast = "";
    #shownNext = "";
    /** What the clinic is to be told by the machine's finding, and the fields that it stands in. */
    #told = "";
    #finding = "";
    #toldFields = [];
    /** What was being written when somebody else was faster: to be read and copied. */
    #unsent = [];

    /**
     * @param {number} id The alert's.
     * @param {{api: Object, done: () => Promise<void>, say: (text: string) => void}} options The API about this alert.
     */
    constructor(id, { api, done, say }) {
        this.#id = id;
        this.#api = api;
        this.#done = done;
        this.#say = say;
        this.node.append(this.#past, this.#lost, this.#next);
    }

    /** Shows how far it is; a form that somebody is filling in stays as long as it is the right one. */
    show(alert, value) {
        const isHandler = session.may("alerts.handle");
        this.node.hidden = !value && !isHandler;
        const told = [titleOf(alert.finding.code), alert.finding.leads.join(" ")].filter(Boolean).join(" ");
        if (told !== this.#told) this.#tellAnew(told, alert.finding);
        const shownPast = JSON.stringify([language(), value?.steps.length, value?.state]);
        if (shownPast !== this.#shownPast) {
            this.#shownPast = shownPast;
            fill(this.#past, element("h2", {}, t("critical.title")), value ? [this.#state(value), this.#steps(value)] : null);
        }
        // An attempt that a colleague notes is none of the form's affair.
        const shownNext = JSON.stringify([language(), value?.state, value && this.#undoable(value)?.at]);
        if (!isHandler || shownNext === this.#shownNext) return;
        this.#shownNext = shownNext;
        this.#toldFields = [];
        const lost = redraw(this.#next, () => fill(this.#next, this.#forms(value)));
        this.#keepUnsent(lost);
    }

    #keepUnsent(fields) {
        if (fields.length > 0) this.#say(t("critical.unsent"));
        this.#unsent.push(...fields.map(({ value }) => value));
        fill(this.#lost, this.#unsent.length === 0 ? null : element("div", { class: "unsent" },
            element("p", {}, t("critical.unsent")), this.#unsent.map((words) => element("p", { class: "words" }, words))));
    }

    /** The finding is another than when the form was made: who has words of their own there keeps them, and is told. */
    #tellAnew(told, { code, leads }) {
        const finding = JSON.stringify([code, leads]);
        for (const field of this.#toldFields) {
            const isOwn = field.value !== this.#told;
            field.defaultValue = told;
            if (!isOwn) field.value = told;
            else if (finding !== this.#finding) this.#say(t("critical.findingChanged", { finding: told }));
        }
        this.#told = told;
        this.#finding = finding;
    }

    #state(value) {
        return element("p", { class: "critical-state" }, element("strong", {}, t(`critical.${value.state}`)), " ",
            element("span", { class: "detail" }, t(`critical.origin.${value.origin}`)), " ", dueNode(value));
    }

    #steps(value) {
        return element("ol", { class: "critical-steps" }, value.steps.map((step) => element("li", {},
            timeNode(step.at), " ",
            element("strong", {}, word("critical.step", step.kind)), step.by ? ` · ${step.by}` : "",
            step.person ? element("span", { class: "person" }, " → ", [step.person.name, step.person.role, step.person.phone].filter(Boolean).join(" · ")) : null,
            step.text ? element("q", {}, step.text) : null,
            step.readBack ? element("span", { class: "read-back" }, t("critical.readBack"), ": ", element("q", {}, step.readBack)) : null)));
    }

    #forms(value) {
        switch (value?.state) {
        case "to-notify": return [this.#notify(), this.#attempt()];
        case "notified": return [
            this.#form("handle", [this.#field("handle", "person", { isOptional: true }), this.#field("handle", "text", { label: "done", isLong: true })],
                ({ person, text }) => ({ person: person ? { name: person } : undefined, text })),
            this.#undo(value),
            element("details", {}, element("summary", {}, t("critical.notifyAgain")), this.#notify())];
        case "handled": {
            const text = this.#field("record", "text", { label: "remark", isOptional: true });
            return [element("form", { "data-step": "record", onsubmit: (event) => event.preventDefault() }, text.node,
                element("p", { class: "hint" }, t("critical.recordHint")),
                confirmButton("critical-record", t("critical.record"), () => this.#post("record", { text: text.input.value.trim() }), { isPrimary: true })),
            this.#undo(value)];
        }
        case "recorded": return null;
        default: return element("details", {}, element("summary", {}, t("critical.enter")),
            this.#form("", [this.#field("open", "text", { label: "why" })], ({ text }) => ({ text })));
        }
    }

    #notify() {
        const field = (name, options) => this.#field("notify", name, options);
        const told = field("told", { isLong: true, value: this.#told });
        this.#toldFields.push(told.input);
        return this.#form("notify", [
            field("person"), field("role", { isOptional: true }), field("phone", { isOptional: true, type: "tel" }),
            told, field("readBack", { isLong: true }),
        ], ({ person, role, phone, told: words, readBack }) => ({ person: { name: person, role, phone }, told: words, readBack }));
    }

    #attempt() {
        return element("details", {}, element("summary", {}, t("critical.attempt")),
            this.#form("attempt", [this.#field("attempt", "person", { isOptional: true }), this.#field("attempt", "text", { label: "why" })],
                ({ person, text }) => ({ person: person ? { name: person } : undefined, text })));
    }

    /** Only who took the last step that holds takes it back. */
    #undoable(value) {
        const last = standing(value.steps).at(-1);
        return last?.by === session.user.name && ["notified", "handled"].includes(last.kind) ? last : null;
    }

    #undo(value) {
        const last = this.#undoable(value);
        return last && confirmButton("critical-undo", t("critical.undo"), () => this.#post("undo", { of: last.at }));
    }

    /** The same field of the same step has the same id, by which it keeps what is being written. */
    #field(step, name, { label = name, isOptional = false, isLong = false, type = "text", value = "" } = {}) {
        const input = element(isLong ? "textarea" : "input", {
            name, id: `critical-${step}-${name}`, required: !isOptional,
            type: isLong ? null : type, rows: isLong ? 2 : null,
        });
        input.defaultValue = value;
        hold(input, isPerson(name) ? personBytes : reasonBytes);
        return { name, input, node: element("div", { class: "field" },
            element("label", { for: input.id }, t(`critical.${label}`), isOptional ? ` (${t("critical.optional")})` : ""), input) };
    }

    /** The browser itself says which required field is empty. */
    #form(step, fields, body) {
        return element("form", {
            "data-step": step || "open",
            onsubmit: (event) => {
                event.preventDefault();
                const values = Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]));
                this.#post(step, body(values));
            },
        }, fields.map(({ node }) => node), element("button", { class: step === "attempt" ? "" : "primary" }, t(`critical.${step || "enter"}`)));
    }

    async #post(step, body) {
        this.#say("");
        try {
            await this.#api.post(["alerts", this.#id, "critical-value", step].filter((part) => part !== "").join("/"), body);
        } catch (error) {
            await this.#done();
            this.#say(explain(error));
            return;
        }
        // What was sent has been written to its end.
        this.#next.querySelector(`form[data-step="${step || "open"}"]`)?.reset();
        if (this.#next.contains(document.activeElement)) document.activeElement.blur();
        this.#unsent = [];
        await this.#done();
    }
}

/** The steps that hold: since it was opened last, without attempts and what was taken back. */
function standing(steps) {
    const standing = [];
    for (const step of steps) {
        if (step.kind === "opened") standing.splice(0, standing.length, step);
        else if (step.kind === "undone") standing.pop();
        else if (step.kind !== "attempted") standing.push(step);
    }
    return standing;
}

const isPerson = (name) => ["person", "role", "phone"].includes(name);
