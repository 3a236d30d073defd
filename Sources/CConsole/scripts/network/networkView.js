import { api } from "../api.js";
import { age, running, setServerTime, timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { percent, span } from "../figures/format.js";
import { explain, language, t } from "../language/language.js";
import { networkMap } from "./map.js";

/** Contacts and counts change by the minute; alerts themselves come by the worklist's stream. */
const pollMilliseconds = 10000;
/** What happens in a rush is read together. */
const gatherMilliseconds = 500;

/** Every clinic on a map and every device in a table, kept up to date. */
export class NetworkView {
    #page;
    #status = null;
    #readAt = null;
    #queue;
    #timer = null;
    #isClosed = false;
    #shown = "";
    #message = element("p", { class: "message", role: "alert" });
    #summary = element("p", { class: "network-summary", role: "status" });
    #map = element("div", { class: "map-frame" });
    #table = element("div", { class: "scroll", tabindex: 0, role: "region" });
    #changed = () => this.#soon();
    #resized = () => this.#draw();

    /**
     * @param {HTMLElement} page
     * @param {import("../live/alertQueue.js").AlertQueue} queue What is raised or closed shows at once.
     */
    constructor(page, queue) {
        this.#page = page;
        this.#queue = queue;
        queue.addEventListener("change", this.#changed);
        addEventListener("resize", this.#resized);
        this.show();
        this.#load();
    }

    close() {
        this.#isClosed = true;
        clearTimeout(this.#timer);
        this.#queue.removeEventListener("change", this.#changed);
        removeEventListener("resize", this.#resized);
    }

    show() {
        this.#shown = "";
        this.#table.setAttribute("aria-label", t("network.table"));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("network.title")), this.#message, this.#summary, this.#map, this.#table));
        this.#draw();
    }

    #soon() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#load(), gatherMilliseconds);
    }

    async #load() {
        clearTimeout(this.#timer);
        try {
            const status = await api.get("network");
            if (this.#isClosed) return;
            this.#status = status;
            this.#readAt = status.now;
            setServerTime(status.now);
            this.#message.textContent = "";
            this.#draw();
        } catch (error) {
            if (this.#isClosed) return;
            const since = this.#readAt ? ` ${t("network.stale", { time: timeOfDay(this.#readAt, language()) })}` : "";
            this.#message.textContent = explain(error) + since;
        }
        this.#timer = setTimeout(() => this.#load(), pollMilliseconds);
    }

    #draw() {
        if (!this.#status) {
            this.#summary.textContent = t("worklist.loading");
            return;
        }
        const { devices, silentAfterHours } = this.#status;
        // What has not changed is left alone, so that the focus and a press are never lost.
        const shown = `${this.#map.clientWidth} ${JSON.stringify(devices)}`;
        if (shown === this.#shown) return;
        this.#shown = shown;
        const silent = devices.filter((device) => device.isSilent).length;
        this.#summary.textContent = t("network.summary", { count: devices.length, silent, hours: silentAfterHours });
        const focused = document.activeElement?.getAttribute?.("aria-label");
        const focusedRow = document.activeElement?.dataset?.device;
        const clinics = byClinic(devices);
        const placed = clinics.filter((clinic) => clinic.place);
        fill(this.#map,
            placed.length > 0 ? networkMap(placed, (clinic) => this.#choose(clinic), this.#map.clientWidth) : null,
            element("p", { class: "hint" }, placed.length === 0 ? t("network.noPlaces")
                : [t("network.legend"), placed.length < clinics.length ? ` ${t("network.unplaced", { count: clinics.length - placed.length })}` : ""]));
        fill(this.#table, this.#rows(devices));
        if (focusedRow) [...this.#table.querySelectorAll("tr[data-device]")].find((node) => node.dataset.device === focusedRow)?.focus();
        if (focused) [...this.#map.querySelectorAll("[aria-label]")].find((node) => node.getAttribute("aria-label") === focused)?.focus();
    }

    #choose(clinic) {
        const row = [...this.#table.querySelectorAll("tr[data-clinic]")].find((node) => node.dataset.clinic === clinic);
        row?.scrollIntoView({ block: "center" });
        row?.focus();
    }

    #rows(devices) {
        const columns = ["clinic", "device", "contact", "today", "alerts", "quality", "clock", "software"];
        return element("table", { class: "grid network" },
            element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, t(`network.${name}`))))),
            element("tbody", {}, devices.map((device) => {
                const cell = (name, ...content) => element("td", { class: name, "data-label": t(`network.${name}`) }, ...content);
                const contact = device.lastContactAt
                    ? running(element("span"), () => age(device.lastContactAt, { day: t("day") }))
                    : t("network.never");
                return element("tr", { class: device.isSilent ? "silent" : "", "data-device": device.id, "data-clinic": device.clinic, tabindex: -1 },
                    element("th", { scope: "row" }, device.clinic, element("span", { class: "detail" }, device.township)),
                    cell("device", device.id),
                    cell("contact", contact, device.isSilent ? element("span", { class: "warned" }, t("network.silent")) : null),
                    cell("today", device.recordingsToday),
                    cell("alerts", alerts(device)),
                    cell("quality", quality(device)),
                    cell("clock", clock(device.clockOffsetSeconds)),
                    cell("software", device.software ?? "–"));
            })));
    }
}

function alerts({ openHigh, openMedium, openLow }) {
    const parts = [["high", openHigh, "▲"], ["medium", openMedium, "◆"], ["low", openLow, "●"]]
        .filter(([, count]) => count > 0)
        .map(([name, count, shape]) => element("span", { class: `badge ${name}` }, `${shape} ${t(`priority.${name}`)} ${count}`));
    return parts.length > 0 ? parts : "0";
}

function quality({ good, doubtful, unusable }) {
    const all = good + doubtful + unusable;
    if (all === 0) return "–";
    return [percent(good / all), element("span", { class: "detail" }, t("network.qualityOf", { doubtful, unusable, all }))];
}

function clock(seconds) {
    if (seconds === null || seconds === undefined) return "–";
    const text = `${seconds < 0 ? "−" : "+"}${span(Math.abs(seconds))}`;
    return Math.abs(seconds) > 60 ? element("span", { class: "warned" }, text) : text;
}

/** A clinic stands where its first device with a place does; what is worst of its devices shows. */
function byClinic(devices) {
    const clinics = new Map();
    for (const device of devices) {
        const known = clinics.get(device.clinic) ?? { clinic: device.clinic, place: null, devices: [] };
        known.place ??= device.place ?? null;
        known.devices.push(device);
        clinics.set(device.clinic, known);
    }
    return [...clinics.values()].map((clinic) => {
        const open = clinic.devices.reduce((sum, device) => sum + device.openHigh + device.openMedium, 0);
        const isSilent = clinic.devices.some((device) => device.isSilent);
        const state = open > 0 ? "alert" : isSilent ? "silent" : "good";
        const today = clinic.devices.reduce((sum, device) => sum + device.recordingsToday, 0);
        return { ...clinic, state, title: `${clinic.clinic}: ${t(`network.state.${state}`, { count: open })}, ${t("network.todayCount", { count: today })}` };
    });
}

