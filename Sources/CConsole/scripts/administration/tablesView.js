import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { explain, language, t } from "../language/language.js";
import { askingButton } from "./form.js";

/** The triage tables that the site has had: looked at, changed into a new edition, checked, put into force. */
export class TablesView {
    #page;
    #tables = null;
    #message = element("p", { class: "message", role: "alert" });
    #list = element("div", { class: "scroll", tabindex: 0, role: "region" });
    #editor = element("div");
    #text = element("textarea", { name: "table", spellcheck: "false" });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#do(() => {});
    }

    show() {
        this.#list.setAttribute("aria-label", t("tables.title"));
        this.#text.setAttribute("aria-label", t("tables.candidate"));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("tables.title")), element("p", { class: "hint" }, t("tables.hint")),
            this.#message, this.#list, this.#editor));
        this.#draw();
        this.#drawEditor();
    }

    async #do(work) {
        try {
            await work();
            this.#tables = (await api.get("tables")).tables;
            this.#message.textContent = "";
            this.#draw();
        } catch (error) {
            this.#message.textContent = explain(error);
        }
    }

    #draw() {
        if (!this.#tables) {
            fill(this.#list, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        const time = (value) => (value ? timeOfDay(value, language()) : "–");
        const columns = ["tables.edition", "tables.version", "devices.added", "audit.actor", "devices.state", "tables.actions"];
        fill(this.#list, element("table", { class: "grid" },
            element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, t(name))))),
            element("tbody", {}, this.#tables.map((table) => element("tr", { "data-edition": table.edition },
                element("td", {}, table.edition || "–"),
                element("th", { scope: "row" }, table.version),
                element("td", {}, table.edition ? time(table.addedAt) : t("tables.own")),
                element("td", {}, table.addedBy ?? "–"),
                element("td", {}, table.isInForce
                    ? element("strong", {}, t("tables.inForce", { time: time(table.inForceSince) })) : "–"),
                element("td", { class: "actions" },
                    element("button", { type: "button", name: "open", onclick: () => this.#do(() => this.#open(table)) }, t("tables.open")),
                    table.isInForce ? null : askingButton(t("tables.enforce"), () =>
                        this.#do(() => api.post(`tables/${table.edition}/enforce`)))))))));
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
                    : error.code === "table-refused" ? t("tables.refused", { reason: error.message }) : explain(error);
                return;
            }
            await this.#do(() => {});
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
