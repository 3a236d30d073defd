import { api } from "../api.js";
import { confirmButton } from "../confirmButton.js";
import { dueNode } from "../critical/criticalValuesView.js";
import { element, fill } from "../element.js";
import { explain, language, t, titleOf, word } from "../language/language.js";
import { hold, personBytes, reasonBytes } from "../limits.js";
import { session } from "../session.js";
import { timeNode } from "../timeNode.js";

/** The opened alert's critical value: what was done, by whom, and a form for the next step. */
export class CriticalPanel {
    node = element("section", { class: "critical" });
    #id;
    #done;
    #say;
    #shown = "";
    /** What the clinic is to be told by the machine's finding, and the fields that it stands in. */
    #told = "";
    #toldFields = [];

    /**
     * @param {number} id The alert's.
     * @param {{done: () => Promise<void>, say: (text: string) => void}} options
     */
    constructor(id, { done, say }) {
        this.#id = id;
        this.#done = done;
        this.#say = say;
    }

    /** Shows how far it is; a form that somebody is filling in stays as long as it is the right one. */
    show(alert, value) {
        const told = [titleOf(alert.finding.code), alert.finding.leads.join(" ")].filter(Boolean).join(" ");
        const shown = JSON.stringify([language(), value?.steps.length, value?.state]);
        if (shown === this.#shown) {
            if (told !== this.#told) this.#tellAnew(told);
            return;
        }
        this.#shown = shown;
        this.#told = told;
        this.#toldFields = [];
        const isHandler = session.may("alerts.handle");
        this.node.hidden = !value && !isHandler;
        fill(this.node, element("h2", {}, t("critical.title")),
            value ? this.#state(value) : null,
            value ? this.#steps(value) : null,
            isHandler ? this.#next(value) : null);
    }

    /** The finding is another than when the form was made: who has words of their own there keeps them, and is told. */
    #tellAnew(told) {
        for (const field of this.#toldFields) {
            if (field.value === this.#told) field.value = told;
            else this.#say(t("critical.findingChanged", { finding: told }));
        }
        this.#told = told;
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

    #next(value) {
        switch (value?.state) {
        case "to-notify": return [this.#notify(), this.#attempt()];
        case "notified": return [
            this.#form("handle", [this.#field("person", { isOptional: true }), this.#field("text", { label: "done", isLong: true })],
                ({ person, text }) => ({ person: person ? { name: person } : undefined, text })),
            this.#undo(value),
            element("details", {}, element("summary", {}, t("critical.notifyAgain")), this.#notify())];
        case "handled": {
            const text = this.#field("text", { label: "remark", isOptional: true });
            return [element("form", { "data-step": "record", onsubmit: (event) => event.preventDefault() }, text.node,
                element("p", { class: "hint" }, t("critical.recordHint")),
                confirmButton("critical-record", t("critical.record"), () => this.#post("record", { text: text.input.value.trim() }), { isPrimary: true })),
            this.#undo(value)];
        }
        case "recorded": return null;
        default: return element("details", {}, element("summary", {}, t("critical.enter")),
            this.#form("", [this.#field("text", { label: "why" })], ({ text }) => ({ text })));
        }
    }

    #notify() {
        const told = this.#field("told", { isLong: true, value: this.#told });
        this.#toldFields.push(told.input);
        return this.#form("notify", [
            this.#field("person"), this.#field("role", { isOptional: true }), this.#field("phone", { isOptional: true, type: "tel" }),
            told, this.#field("readBack", { isLong: true }),
        ], ({ person, role, phone, told: words, readBack }) => ({ person: { name: person, role, phone }, told: words, readBack }));
    }

    #attempt() {
        return element("details", {}, element("summary", {}, t("critical.attempt")),
            this.#form("attempt", [this.#field("person", { isOptional: true }), this.#field("text", { label: "why" })],
                ({ person, text }) => ({ person: person ? { name: person } : undefined, text })));
    }

    /** Only who took the last step that holds takes it back. */
    #undo(value) {
        const last = standing(value.steps).at(-1);
        if (last?.by !== session.user.name || !["notified", "handled"].includes(last.kind)) return null;
        return confirmButton("critical-undo", t("critical.undo"), () => this.#post("undo", { of: last.at }));
    }

    #field(name, { label = name, isOptional = false, isLong = false, type = "text", value = "" } = {}) {
        const input = element(isLong ? "textarea" : "input", {
            name, id: `critical-${name}-${fieldNumber += 1}`, required: !isOptional,
            type: isLong ? null : type, rows: isLong ? 2 : null,
        });
        input.value = value;
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
            await api.post(["alerts", this.#id, "critical-value", step].filter((part) => part !== "").join("/"), body);
        } catch (error) {
            await this.#done();
            this.#say(explain(error));
            return;
        }
        await this.#done();
    }
}

let fieldNumber = 0;

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
