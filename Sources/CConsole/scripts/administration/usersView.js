import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { confirmButton } from "../confirmButton.js";
import { element, fill } from "../element.js";
import { language, t, word } from "../language/language.js";
import { clinicBytes } from "../limits.js";
import { session } from "../session.js";
import { field, form } from "./form.js";
import { Register } from "./register.js";

const roles = ["cardiologist", "technician", "clinic", "administrator"];

/** Who may sign in, and as what. */
export class UsersView {
    #register;
    #link = element("div", { class: "link-shown", role: "status" });
    /** The names of the hospitals that the settings have. */
    #hospitals = [];

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#register = new Register(page, {
            title: "users.title", path: "users", field: "users",
            columns: ["login.name", "users.role", "users.hospital", "users.since", "users.signsIn", "devices.state"],
            row: (user) => this.#row(user),
            above: () => this.#link,
            below: () => this.#form(),
        });
        this.show();
        this.#register.do(async () => {
            this.#hospitals = (await api.get("escalation")).hospitals.map(({ name }) => name);
            this.show();
        });
    }

    close() {
        this.#register.close();
    }

    show() {
        this.#register.show();
    }

    /** Every hospital first, which is the same as none. */
    #places(chosen) {
        const names = chosen && !this.#hospitals.includes(chosen) ? [...this.#hospitals, chosen] : this.#hospitals;
        return [{ value: "", text: t("users.everyHospital") }, ...names.map((name) => ({ value: name, text: name }))];
    }

    #form() {
        return form({
            name: "user", title: t("users.add"), submit: t("users.add"),
            fields: [
                field(t("login.name"), { name: "name", required: true, maxlength: 64, pattern: "[A-Za-z0-9_.@\\-]+", autocomplete: "off" }),
                field(t("users.role"), { name: "role", options: roles.map((role) => ({ value: role, text: word("role", role) })) }),
                field(t("users.hospitalOf"), { name: "hospital", options: this.#places() }),
                field(t("users.clinic"), { name: "clinic", bytes: clinicBytes, autocomplete: "off" }),
                field(t("users.password"), { name: "password", type: "password", minlength: 12, autocomplete: "new-password" }),
            ],
            send: async ({ name, role, hospital, clinic, password }) => {
                await api.post("users", {
                    name, role, ...(role === "clinic" ? { clinic } : {}), ...(password ? { password } : {}),
                    ...(role === "cardiologist" && hospital ? { hospital } : {}),
                });
                this.show();
                await this.#register.do();
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

    #row(user) {
        return element("tr", { "data-user": user.name, class: user.disabledAt ? "ended" : "" },
            element("th", { scope: "row" }, user.name),
            element("td", {}, [word("role", user.role), user.clinic].filter(Boolean).join(" · ")),
            element("td", {}, this.#hospital(user)),
            element("td", {}, timeOfDay(user.addedAt, language())),
            element("td", {}, t(user.hasPassword ? "users.byPassword" : "users.byLink")),
            element("td", {}, this.#actions(user)));
    }

    #hospital(user) {
        if (user.role !== "cardiologist") return "–";
        return element("select", {
            name: "hospital", "aria-label": t("users.hospital"),
            onchange: (event) => this.#register.do(() => api.put(
                `users/${encodeURIComponent(user.name)}/hospital`, event.target.value ? { hospital: event.target.value } : {})),
        }, this.#places(user.hospital).map(({ value, text }) =>
            element("option", { value, selected: value === (user.hospital ?? "") }, text)));
    }

    #actions(user) {
        const path = `users/${encodeURIComponent(user.name)}`;
        const run = (work) => this.#register.do(work);
        if (user.disabledAt) {
            return [t("users.disabled", { time: timeOfDay(user.disabledAt, language()) }), " ",
                element("button", { type: "button", name: "enable", onclick: () => run(() => api.post(`${path}/enable`)) }, t("users.enable"))];
        }
        return element("span", { class: "actions" },
            element("button", { type: "button", name: "link", onclick: () => run(() => this.#makeLink(user.name)) }, t("users.link")),
            user.name === session.user?.name ? null
                : confirmButton("disable", t("users.disable"), () => run(() => api.post(`${path}/disable`))));
    }
}
