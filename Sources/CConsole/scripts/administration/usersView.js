import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { explain, language, t, word } from "../language/language.js";
import { session } from "../session.js";
import { askingButton, field, form } from "./form.js";

const roles = ["cardiologist", "technician", "clinic", "administrator"];

/** Who may sign in, and as what. */
export class UsersView {
    #page;
    #users = null;
    #message = element("p", { class: "message", role: "alert" });
    #link = element("div", { class: "link-shown", role: "status" });
    #list = element("div", { class: "scroll", tabindex: 0, role: "region" });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#load();
    }

    show() {
        this.#list.setAttribute("aria-label", t("users.title"));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("users.title")), this.#message, this.#link, this.#list, this.#form()));
        this.#draw();
    }

    async #load() {
        try {
            this.#users = (await api.get("users")).users;
            this.#message.textContent = "";
            this.#draw();
        } catch (error) {
            this.#message.textContent = explain(error);
        }
    }

    async #do(work) {
        try {
            await work();
            await this.#load();
        } catch (error) {
            this.#message.textContent = explain(error);
        }
    }

    #form() {
        return form({
            name: "user", title: t("users.add"), submit: t("users.add"),
            fields: [
                field(t("login.name"), { name: "name", required: true, maxlength: 64, pattern: "[A-Za-z0-9_.@\\-]+", autocomplete: "off" }),
                field(t("users.role"), { name: "role", options: roles.map((role) => ({ value: role, text: word("role", role) })) }),
                field(t("users.clinic"), { name: "clinic", maxlength: 128, autocomplete: "off" }),
                field(t("users.password"), { name: "password", type: "password", minlength: 12, autocomplete: "new-password" }),
            ],
            send: async ({ name, role, clinic, password }) => {
                await api.post("users", {
                    name, role, ...(role === "clinic" ? { clinic } : {}), ...(password ? { password } : {}),
                });
                this.show();
                await this.#load();
            },
        });
    }

    /** The link is shown once, to the administrator, who hands it over; it is never stored or logged. */
    async #makeLink(name) {
        const { path, expiresAt } = await api.post(`users/${encodeURIComponent(name)}/link`);
        fill(this.#link,
            element("p", {}, t("users.linkHint", { name, time: timeOfDay(expiresAt, language()) })),
            element("input", { readonly: true, "aria-label": t("users.link"), value: location.origin + path, onfocus: (event) => event.target.select() }),
            element("button", { type: "button", onclick: () => fill(this.#link) }, t("users.hideLink")));
        this.#link.querySelector("input").focus();
    }

    #draw() {
        if (!this.#users) {
            fill(this.#list, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        const columns = ["login.name", "users.role", "users.since", "users.signsIn", "devices.state"];
        fill(this.#list, element("table", { class: "grid" },
            element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, t(name))))),
            element("tbody", {}, this.#users.map((user) => element("tr", { "data-user": user.name, class: user.disabledAt ? "ended" : "" },
                element("th", { scope: "row" }, user.name),
                element("td", {}, [word("role", user.role), user.clinic].filter(Boolean).join(" · ")),
                element("td", {}, timeOfDay(user.addedAt, language())),
                element("td", {}, t(user.hasPassword ? "users.byPassword" : "users.byLink")),
                element("td", {}, this.#actions(user)))))));
    }

    #actions(user) {
        const path = `users/${encodeURIComponent(user.name)}`;
        if (user.disabledAt) {
            return [t("users.disabled", { time: timeOfDay(user.disabledAt, language()) }), " ",
                element("button", { type: "button", name: "enable", onclick: () => this.#do(() => api.post(`${path}/enable`)) }, t("users.enable"))];
        }
        return element("span", { class: "actions" },
            element("button", { type: "button", name: "link", onclick: () => this.#do(() => this.#makeLink(user.name)) }, t("users.link")),
            user.name === session.user?.name ? null
                : askingButton(t("users.disable"), () => this.#do(() => api.post(`${path}/disable`))));
    }
}
