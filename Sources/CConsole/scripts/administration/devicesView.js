import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { explain, language, t } from "../language/language.js";
import { askingButton, field, form } from "./form.js";

/** The device register: who may send. */
export class DevicesView {
    #page;
    #devices = null;
    #message = element("p", { class: "message", role: "alert" });
    #list = element("div", { class: "scroll", tabindex: 0, role: "region" });

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#load();
    }

    show() {
        this.#list.setAttribute("aria-label", t("devices.title"));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("devices.title")), this.#message, this.#list, this.#form()));
        this.#draw();
    }

    async #load() {
        try {
            this.#devices = (await api.get("devices")).devices;
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
            name: "device", title: t("devices.add"), submit: t("devices.add"),
            fields: [
                field(t("devices.id"), { name: "id", required: true, maxlength: 64, pattern: "[A-Za-z0-9_.\\-]+", autocomplete: "off" }),
                field(t("devices.key"), { name: "publicKey", required: true, pattern: "[0-9A-Fa-f]{64}", title: t("devices.keyHint"), autocomplete: "off" }),
                field(t("network.clinic"), { name: "clinic", required: true, maxlength: 128 }),
                field(t("figures.township"), { name: "township", maxlength: 128 }),
                field(t("devices.latitude"), { name: "latitude", type: "number", step: "any", min: -90, max: 90 }),
                field(t("devices.longitude"), { name: "longitude", type: "number", step: "any", min: -180, max: 180 }),
            ],
            send: async ({ id, publicKey, clinic, township, latitude, longitude }) => {
                await api.post("devices", {
                    id, publicKey, clinic, ...(township ? { township } : {}),
                    ...(latitude ? { latitude: Number(latitude) } : {}), ...(longitude ? { longitude: Number(longitude) } : {}),
                });
                this.show();
                await this.#load();
            },
        });
    }

    #draw() {
        if (!this.#devices) {
            fill(this.#list, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        const time = (value) => (value ? timeOfDay(value, language()) : "–");
        const columns = ["devices.id", "network.clinic", "figures.township", "devices.place", "devices.added", "network.contact", "network.software", "devices.state"];
        fill(this.#list, element("table", { class: "grid" },
            element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, t(name))))),
            element("tbody", {}, this.#devices.map((device) => element("tr", { "data-device": device.id, class: device.revokedAt ? "ended" : "" },
                element("th", { scope: "row" }, device.id, element("span", { class: "detail key" }, device.publicKey)),
                element("td", {}, device.clinic),
                element("td", {}, device.township ?? "–"),
                element("td", {}, device.place ? `${device.place.latitude}, ${device.place.longitude}` : "–"),
                element("td", {}, time(device.addedAt)),
                element("td", {}, time(device.lastContactAt)),
                element("td", {}, device.software ?? "–"),
                element("td", {}, device.revokedAt
                    ? t("devices.revoked", { time: time(device.revokedAt) })
                    : askingButton(t("devices.revoke"), () => this.#do(() => api.post(`devices/${encodeURIComponent(device.id)}/revoke`)))))))));
    }
}
