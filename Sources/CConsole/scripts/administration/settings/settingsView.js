import { api } from "../../api.js";
import { timeOfDay } from "../../clock.js";
import { confirmButton } from "../../confirmButton.js";
import { element, fill } from "../../element.js";
import { explain, language, refusalText, t, word } from "../../language/language.js";
import { table } from "../register.js";
import { clearMarks, markPlace } from "./place.js";
import { settingsForm } from "./settingsForm.js";

/** The site's settings: a form, its check, and every version that was in force. */
export class SettingsView {
    #page;
    /** What the server says, null before it has. */
    #state = null;
    /** What is being changed, and which version it was. */
    #draft = null;
    #isClosed = false;
    #message = element("p", { class: "message", role: "alert" });
    #done = element("p", { role: "status", class: "check" });
    #form = element("form", { class: "settings", onsubmit: (event) => event.preventDefault() });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#try(() => this.#load());
    }

    close() {
        this.#isClosed = true;
    }

    show() {
        // An answer that comes after the reader has left belongs on no other page.
        if (this.#isClosed) return;
        if (!this.#state) {
            fill(this.#page, element("div", { class: "wide" },
                element("h1", {}, t("settings.title")), this.#message, element("p", { class: "note" }, t("worklist.loading"))));
            return;
        }
        const { problem, refusal } = this.#state;
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("settings.title")),
            element("p", { class: "hint" }, t("settings.hint")),
            problem ? element("p", { class: "message" }, t("settings.broken", { problem: refusalText(refusal, true) ?? problem })) : null,
            this.#form, this.#message, this.#done, this.#actions(), this.#sinks(), this.#versions()));
        this.#drawForm();
    }

    #drawForm() {
        const names = ["console", ...this.#state.sinks.map(({ name }) => name)];
        fill(this.#form, settingsForm(this.#draft.settings, names, this.#state.localTime, () => this.#drawForm()));
    }

    async #load() {
        this.#state = await api.get("settings");
        this.#draft = { edition: this.#state.edition, settings: structuredClone(this.#state.settings) };
        this.show();
    }

    /** Does something and says what went wrong; where in the form, if the server has said that. */
    async #try(work) {
        this.#message.textContent = this.#done.textContent = "";
        clearMarks(this.#form);
        try {
            await work();
        } catch (error) {
            const isRefused = error.code === "settings-refused";
            // Where the form has the field, the reason stands beside it too.
            const isMarked = isRefused && error.place && markPlace(this.#form, error.place, explain(error));
            this.#message.textContent = isRefused
                ? t("settings.refused", { reason: refusalText(error, !isMarked) ?? error.message }) : explain(error);
        }
    }

    #actions() {
        const isRight = () => this.#form.reportValidity();
        return element("div", { class: "actions" },
            element("button", {
                type: "button", name: "check",
                onclick: () => isRight() && this.#try(async () => {
                    await api.post("settings/check", { settings: this.#draft.settings });
                    this.#done.textContent = t("settings.passed");
                }),
            }, t("settings.check")),
            confirmButton("save", t("settings.save"), () => isRight() && this.#try(async () => {
                const { edition } = await api.post("settings", this.#draft);
                await this.#load();
                this.#done.textContent = t("settings.saved", { edition });
            }), { isPrimary: true }),
            element("button", { type: "button", name: "reload", onclick: () => this.#try(() => this.#load()) }, t("settings.reload")));
    }

    /** By what people can be reached. Where that is stays on the server. */
    #sinks() {
        return element("section", { class: "panel" },
            element("h2", {}, t("settings.sinks")), element("p", { class: "hint" }, t("settings.sinksHint")),
            this.#state.sinks.length === 0 ? element("p", { class: "note" }, t("settings.noSinks")) : table(
                [t("settings.sink"), t("settings.kind"), t("settings.content")],
                this.#state.sinks.map(({ name, kind, content }) => element("tr", {},
                    element("th", { scope: "row" }, name), element("td", {}, word("settings.kind", kind)),
                    element("td", {}, word("settings.content", content))))));
    }

    #versions() {
        return element("section", { class: "panel" },
            element("h2", {}, t("settings.versions")),
            element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("settings.versions") }, table(
                [t("settings.edition"), t("audit.at"), t("audit.actor"), t("devices.state"), t("tables.actions")],
                this.#state.versions.map((version) => this.#version(version)))));
    }

    #version({ edition, at, changedBy, copyOf }) {
        const isInForce = edition === this.#state.edition;
        return element("tr", { "data-edition": edition },
            element("th", { scope: "row" }, edition),
            element("td", {}, timeOfDay(at, language())),
            element("td", {}, changedBy ?? t("settings.byFile")),
            element("td", {}, isInForce ? element("strong", {}, t("settings.inForce")) : "–",
                copyOf ? element("span", { class: "detail" }, t("settings.copyOf", { edition: copyOf })) : null),
            element("td", { class: "actions" },
                element("button", { type: "button", name: "open", onclick: () => this.#try(() => this.#open(edition)) }, t("settings.open")),
                isInForce ? null : confirmButton("restore", t("settings.restore"), () => this.#try(async () => {
                    const restored = await api.post(`settings/${edition}/restore`, { edition: this.#state.edition });
                    await this.#load();
                    this.#done.textContent = t("settings.saved", { edition: restored.edition });
                }))));
    }

    /** Puts an older version into the form, to look at or to begin with. */
    async #open(edition) {
        this.#draft.settings = (await api.get(`settings/${edition}`)).settings;
        this.#drawForm();
        this.#done.textContent = t("settings.opened", { edition });
        this.#form.scrollIntoView();
        this.#form.querySelector("input")?.focus();
    }
}
