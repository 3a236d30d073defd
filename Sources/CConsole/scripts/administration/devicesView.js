import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { confirmButton } from "../confirmButton.js";
import { element } from "../element.js";
import { language, t } from "../language/language.js";
import { clinicBytes } from "../limits.js";
import { field, form } from "./form.js";
import { Register } from "./register.js";

/** The device register: who may send. */
export class DevicesView {
    #register;

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#register = new Register(page, {
            title: "devices.title", path: "devices", field: "devices",
            columns: ["devices.id", "network.clinic", "figures.township", "devices.place", "devices.added", "network.contact", "network.software", "devices.state"],
            row: (device) => this.#row(device),
            below: () => this.#form(),
        });
        this.show();
        this.#register.do();
    }

    close() {
        this.#register.close();
    }

    show() {
        this.#register.show();
    }

    #form() {
        return form({
            name: "device", title: t("devices.add"), submit: t("devices.add"),
            fields: [
                field(t("devices.id"), { name: "id", required: true, maxlength: 64, pattern: "[A-Za-z0-9_.\\-]+", autocomplete: "off" }),
                field(t("devices.key"), { name: "publicKey", required: true, pattern: "[0-9A-Fa-f]{64}", title: t("devices.keyHint"), autocomplete: "off" }),
                field(t("network.clinic"), { name: "clinic", required: true, bytes: clinicBytes }),
                field(t("figures.township"), { name: "township", bytes: clinicBytes }),
                field(t("devices.latitude"), { name: "latitude", type: "number", step: "any", min: -90, max: 90 }),
                field(t("devices.longitude"), { name: "longitude", type: "number", step: "any", min: -180, max: 180 }),
            ],
            send: async ({ id, publicKey, clinic, township, latitude, longitude }) => {
                await api.post("devices", {
                    id, publicKey, clinic, ...(township ? { township } : {}),
                    ...(latitude ? { latitude: Number(latitude) } : {}), ...(longitude ? { longitude: Number(longitude) } : {}),
                });
                this.show();
                await this.#register.do();
            },
        });
    }

    #row(device) {
        const time = (value) => (value ? timeOfDay(value, language()) : "–");
        return element("tr", { "data-device": device.id, class: device.revokedAt ? "ended" : "" },
            element("th", { scope: "row" }, device.id, element("span", { class: "detail key" }, device.publicKey)),
            element("td", {}, device.clinic),
            element("td", {}, device.township ?? "–"),
            element("td", {}, device.place ? `${device.place.latitude}, ${device.place.longitude}` : "–"),
            element("td", {}, time(device.addedAt)),
            element("td", {}, time(device.lastContactAt)),
            element("td", {}, device.software ?? "–"),
            element("td", {}, device.revokedAt
                ? t("devices.revoked", { time: time(device.revokedAt) })
                : confirmButton("revoke", t("devices.revoke"), () =>
                    this.#register.do(() => api.post(`devices/${encodeURIComponent(device.id)}/revoke`)))));
    }
}
