import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { confirmButton } from "../confirmButton.js";
import { element, fill } from "../element.js";
import { explain, language, t } from "../language/language.js";
import { Register } from "./register.js";

/** The triage tables that the site has had: looked at, changed into a new edition, checked, put into force. */
export class TablesView {
    #register;
    #editor = element("div");
    #text = element("textarea", { name: "table", spellcheck: "false" });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#register = new Register(page, {
            title: "tables.title", path: "tables", field: "tables",
            columns: ["tables.edition", "tables.version", "audit.at", "audit.actor", "devices.state", "tables.actions"],
            row: (table) => this.#row(table),
            above: () => element("p", { class: "hint" }, t("tables.hint")),
            below: () => this.#editor,
        });
        this.show();
        this.#register.do();
    }

    close() {
        this.#register.close();
    }

    show() {
        this.#text.setAttribute("aria-label", t("tables.candidate"));
        this.#register.show();
        this.#drawEditor();
    }

    #row(table) {
        const time = (value) => (value ? timeOfDay(value, language()) : "–");
        return element("tr", { "data-edition": table.edition },
            element("td", {}, table.edition || "–"),
            element("th", { scope: "row" }, table.version),
            element("td", {}, table.edition ? time(table.addedAt) : t("tables.own")),
            element("td", {}, table.addedBy ?? "–"),
            element("td", {}, table.problem
                ? element("strong", { class: "message", role: "alert" }, t(table.isInForce ? "tables.doubtful" : "tables.unusable", { reason: table.problem }))
                : table.isInForce
                ? element("strong", {}, table.inForceSince
                    ? t("tables.inForce", { time: time(table.inForceSince) }) : t("tables.inForceNow")) : "–"),
            element("td", { class: "actions" },
                element("button", { type: "button", name: "open", onclick: () => this.#register.do(() => this.#open(table)) }, t("tables.open")),
                table.isInForce ? null : confirmButton("enforce", t("tables.enforce"), () =>
                    this.#register.do(() => api.post(`tables/${table.edition}/enforce`)))));
    }

    /** A table's text to look at, and to begin a new edition with. */
    async #open({ edition }) {
        this.#text.value = JSON.stringify(await api.get(`tables/${edition}`), null, 2);
        this.#drawEditor();
        this.#text.focus();
    }

    #drawEditor() {
        const message = element("p", { role: "status", class: "check" });
        const send = async (path, done) => {
            message.textContent = "";
            message.classList.remove("message");
            try {
                const table = JSON.parse(this.#text.value);
                message.textContent = done(await api.post(path, table));
            } catch (error) {
                message.classList.add("message");
                message.textContent = error instanceof SyntaxError ? t("tables.noJSON", { reason: error.message })
                    : error.code === "table-refused" ? t("tables.refused", { reason: explain(error) }) : explain(error);
                return;
            }
            await this.#register.do();
        };
        fill(this.#editor, element("section", { class: "panel" },
            element("h2", {}, t("tables.candidate")),
            element("label", {}, t("tables.file"), " ", element("input", {
                type: "file", accept: ".json,application/json",
                onchange: async (event) => {
                    const file = event.target.files[0];
                    if (file) this.#text.value = await file.text();
                },
            })),
            this.#text,
            element("div", { class: "actions" },
                element("button", { type: "button", name: "check", onclick: () => send("tables/check", (table) =>
                    t("tables.passed", { version: table.version, rules: table.rules })) }, t("tables.check")),
                element("button", { type: "button", class: "primary", name: "add", onclick: () => send("tables", (table) =>
                    t("tables.added", { version: table.version, edition: table.edition })) }, t("tables.add"))),
            message));
    }
}
