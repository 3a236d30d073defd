import { api } from "../api.js";
import { element, fill } from "../element.js";
import { explain, language, t, word } from "../language/language.js";
import { field, form } from "./form.js";
import { table } from "./register.js";

const limit = 500;

/** Who looked at which patient, and who changed what. What was searched for stands in no address. */
export class AuditView {
    #page;
    #entries = null;
    /** Whether there are older entries than those shown. */
    #hasMore = false;
    #search = { limit };
    #message = element("p", { class: "message", role: "alert" });
    #list = element("div", { class: "scroll", tabindex: 0, role: "region" });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#load().catch((error) => {
            this.#message.textContent = explain(error);
        });
    }

    show() {
        this.#list.setAttribute("aria-label", t("audit.title"));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("audit.title")), this.#form(), this.#message, this.#list));
        this.#draw();
    }

    #form() {
        const groups = ["", "patient", "recording", "alert", "session", "user", "device", "settings", "table", "figures", "audit", "token"];
        return form({
            name: "audit", title: t("audit.search"), submit: t("audit.find"),
            fields: [
                field(t("audit.patient"), { name: "patient", maxlength: 64, autocomplete: "off", value: this.#search.patient ?? "" }),
                field(t("audit.actor"), { name: "actor", maxlength: 80, autocomplete: "off", value: this.#search.actor ?? "" }),
                field(t("audit.action"), {
                    name: "action", options: groups.map((value) => ({ value, text: value ? word("audit.group", value) : t("figures.all") })),
                }),
                field(t("audit.since"), { name: "since", type: "datetime-local" }),
                field(t("audit.before"), { name: "before", type: "datetime-local" }),
            ],
            send: async ({ patient, actor, action, since, before }) => {
                // By the browser's clock zone, as everything that it shows.
                const time = (text) => (text ? new Date(text).toISOString() : undefined);
                this.#search = {
                    limit, patient: patient || undefined, actor: actor || undefined, action: action || undefined,
                    since: time(since), before: time(before),
                };
                await this.#load();
            },
        });
    }

    async #load() {
        const page = await api.post("audit/search", this.#search);
        this.#entries = page.entries;
        this.#hasMore = Boolean(page.next);
        this.#message.textContent = "";
        this.#draw();
    }

    #draw() {
        if (!this.#entries) {
            fill(this.#list, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        if (this.#entries.length === 0) {
            fill(this.#list, element("p", { class: "note" }, t("audit.none")));
            return;
        }
        const columns = ["audit.at", "audit.actor", "audit.action", "audit.subject"];
        fill(this.#list,
            this.#hasMore ? element("p", { class: "hint" }, t("audit.more", { limit })) : null,
            table(columns.map((name) => t(name)), this.#entries.map((entry) => element("tr", {},
                    element("td", {}, new Date(entry.at).toLocaleString(language(), { dateStyle: "short", timeStyle: "medium" })),
                    element("td", {}, entry.actor),
                    element("td", {}, word("audit.did", entry.action)),
                    element("td", { class: "key" }, entry.action.startsWith("alert.") && /^\d+$/.test(entry.subject)
                        ? element("a", { href: `/alerts/${entry.subject}` }, entry.subject) : entry.subject)))));
        this.#list.querySelector("table").classList.add("audit");
    }
}
