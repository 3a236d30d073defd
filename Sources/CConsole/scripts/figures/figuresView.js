import { api } from "../api.js";
import { element, fill } from "../element.js";
import { explain, t } from "../language/language.js";
import { number, percent, span, verdict } from "./format.js";
import { monthPlot } from "./monthPlot.js";
import { ruleTable } from "./ruleTable.js";

/** The chest-pain centre's figures: a plot and the numbers of every stretch, and a table of the clinics. */
export class FiguresView {
    #page;
    #filters = { from: "", to: "", township: "", clinic: "" };
    #report = null;
    /** Every place that has figures, for the lists to choose from, whatever is chosen. */
    #places = [];
    #message = element("p", { class: "message", role: "alert" });
    #body = element("div");
    #isClosed = false;
    #asked = 0;

    /** @param {HTMLElement} page */
    constructor(page) {
        this.#page = page;
        this.show();
        this.#load();
    }

    close() {
        this.#isClosed = true;
    }

    show() {
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t("figures.title")),
            this.#controls(), this.#message, this.#body));
        this.#draw();
    }

    #query() {
        // A blank is %20 and not a plus, which is a form's way and not an address's.
        const parts = Object.entries(this.#filters).filter(([, value]) => value)
            .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        return parts.length > 0 ? `?${parts.join("&")}` : "";
    }

    async #load() {
        const number = this.#asked += 1;
        this.#body.setAttribute("aria-busy", "true");
        try {
            const report = await api.get(`figures${this.#query()}`);
            if (this.#isClosed || number !== this.#asked) return;
            this.#report = report;
            if (!this.#filters.clinic && !this.#filters.township) {
                this.#places = report.clinics.map(({ clinic, township }) => ({ clinic, township }));
            }
            this.#message.textContent = "";
            const focused = document.activeElement?.closest?.(".filters") ? document.activeElement.name : null;
            this.show();
            if (focused) this.#page.querySelector(`.filters [name="${focused}"]`)?.focus();
        } catch (error) {
            if (this.#isClosed || number !== this.#asked) return;
            this.#message.textContent = explain(error);
        } finally {
            if (number === this.#asked) this.#body.removeAttribute("aria-busy");
        }
    }

    #set(name, value) {
        this.#filters[name] = value;
        if (name === "township") this.#filters.clinic = "";
        this.#load();
    }

    #controls() {
        const { from, to, township, clinic } = this.#filters;
        const month = (name, value) => element("label", {}, t(`figures.${name}`), " ", element("input", {
            type: "month", name, value: value || this.#report?.[name] || "", pattern: "[0-9]{4}-[0-9]{2}",
            onchange: (event) => this.#set(name, event.target.value),
        }));
        const choice = (name, value, values) => element("label", {}, t(`figures.${name}`), " ", element("select", {
            name, onchange: (event) => this.#set(name, event.target.value),
        }, element("option", { value: "" }, t("figures.all")),
        [...new Set(values)].filter(Boolean).map((text) =>
            element("option", { value: text, selected: text === value }, text))));
        const places = this.#places.filter((place) => !township || place.township === township);
        return element("div", { class: "filters" },
            month("from", from), month("to", to),
            choice("township", township, this.#places.map((place) => place.township)),
            choice("clinic", clinic, places.map((place) => place.clinic)),
            ["figures.csv", "figures-rules.csv"].map((name) =>
                element("a", { class: "button", href: api.address(`${name}${this.#query()}`), download: true, target: "_self" }, t(name))));
    }

    #draw() {
        if (!this.#report) {
            fill(this.#body, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        const report = this.#report;
        fill(this.#body,
            element("p", { class: "hint" }, t("figures.span", { from: report.from, to: report.to, zone: report.timeZone })),
            this.#totals(report.total),
            element("div", { class: "plots" },
                report.targets.map((target) => this.#stretch(target)), this.#alerts(), this.#clocks()),
            this.#places.length > 0 ? [this.#table("clinics"), this.#table("townships"), ruleTable(report.rules)] : null,
            element("p", { class: "hint" }, t("figures.definitions")));
    }

    #totals(total) {
        const item = (name, value) => element("div", {},
            element("dt", {}, t(`figures.${name}`)), element("dd", {}, value));
        return element("dl", { class: "totals" },
            item("recordings", String(total.recordings)),
            item("highAlerts", String(total.alerts.high)),
            item("perThousand", number(total.alerts.highPerThousand)),
            item("predictiveValue", percent(total.alerts.predictiveValue)),
            item("repeated", t("figures.of", { part: total.quality.repeated, all: total.quality.unusable })),
            item("clock", t("figures.clockValue", {
                median: span(total.clock.median), share: percent(total.clock.cases ? total.clock.withinMinute / total.clock.cases : null),
            })));
    }

    /** One stretch: its numbers, the means and medians of the months, and the share within the target. */
    #stretch(target) {
        const { months, total } = this.#report;
        const name = target.stretch;
        const figure = total.stretches[name];
        const title = t(`figures.${name}`);
        const ofMonths = (value) => months.map(({ figures }) => value(figures.stretches[name]) ?? null);
        const judged = verdict(figure, target);
        return element("section", { class: "figure", "data-stretch": name },
            element("h2", {}, title),
            element("p", {},
                t("figures.numbers", { mean: span(figure.mean), median: span(figure.median), p95: span(figure.p95), count: figure.cases }),
                " ", judged ? element("span", { class: judged.isReached ? "reached" : "missed" }, judged.text) : null),
            element("p", { class: "hint" }, t(target.share ? "figures.targetShare" : "figures.target", {
                time: span(target.seconds), share: percent(target.share), origin: t(`figures.origin.${target.origin}`),
            })),
            monthPlot({
                label: t("figures.plotOf", { name: title }), months: months.map(({ month }) => month), target: target.seconds / scale(target),
                lines: [
                    { name: t("figures.mean"), shape: "dot", values: ofMonths((f) => inUnits(f.mean, target)) },
                    { name: t("figures.median"), shape: "square", values: ofMonths((f) => inUnits(f.median, target)) },
                ],
                text: (value) => `${number(value, value < 10 && value % 1 ? 1 : 0)} ${scale(target) === 60 ? "min" : "s"}`,
            }),
            monthPlot({
                label: t("figures.shareOf", { name: title }), months: months.map(({ month }) => month), highest: 1, target: target.share ?? null,
                lines: [{ name: t("figures.share"), shape: "dot", values: ofMonths((f) => f.shareWithinTarget) }],
                text: percent,
            }),
            element("p", { class: "legend hint" }, t("figures.legend")),
            element("p", { class: "hint" }, t("figures.left", {
                within: figure.withinTarget, judged: figure.judged, pending: figure.pending, missing: figure.missing,
                implausible: figure.implausible,
            })));
    }

    #alerts() {
        const { months } = this.#report;
        const names = months.map(({ month }) => month);
        return element("section", { class: "figure", "data-stretch": "alerts" },
            element("h2", {}, t("figures.perThousand")),
            monthPlot({
                label: t("figures.perThousand"), months: names,
                lines: [
                    { name: t("figures.perThousand"), shape: "dot", values: months.map(({ figures }) => figures.alerts.highPerThousand ?? null) },
                    { name: t("figures.allPerThousand"), shape: "square", values: months.map(({ figures }) => figures.alerts.perThousand ?? null) },
                ],
                text: (value) => number(value, value < 10 && value % 1 ? 1 : 0),
            }),
            element("p", { class: "legend hint" }, t("figures.alertLegend")),
            element("h2", {}, t("figures.predictiveValue")),
            monthPlot({
                label: t("figures.predictiveValue"), months: names, highest: 1,
                lines: [{ name: t("figures.predictiveValue"), shape: "dot", values: months.map(({ figures }) => figures.alerts.predictiveValue ?? null) }],
                text: percent,
            }));
    }

    #clocks() {
        const { months } = this.#report;
        const names = months.map(({ month }) => month);
        return element("section", { class: "figure", "data-stretch": "clock" },
            element("h2", {}, t("figures.clock")),
            monthPlot({
                label: t("figures.clock"), months: names, target: 60,
                lines: [
                    { name: t("figures.median"), shape: "dot", values: months.map(({ figures }) => figures.clock.median ?? null) },
                    { name: "p95", shape: "square", values: months.map(({ figures }) => figures.clock.p95 ?? null) },
                ],
                text: (value) => `${number(value, value < 10 && value % 1 ? 1 : 0)} s`,
            }),
            element("h2", {}, t("figures.repeated")),
            monthPlot({
                label: t("figures.repeated"), months: names, highest: 1,
                lines: [{ name: t("figures.repeated"), shape: "dot", values: months.map(({ figures }) => figures.quality.shareRepeated ?? null) }],
                text: percent,
            }));
    }

    /** A row a clinic or township, with its mean times and shares. */
    #table(kind) {
        const rows = this.#report[kind];
        const stretches = this.#report.targets.map(({ stretch }) => stretch);
        return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t(`figures.by.${kind}`) }, element("table", { class: "grid", "data-table": kind },
            element("caption", {}, t(`figures.by.${kind}`)),
            element("thead", {}, element("tr", {},
                kind === "clinics" ? element("th", { scope: "col" }, t("figures.clinic")) : null,
                element("th", { scope: "col" }, t("figures.township")),
                element("th", { scope: "col" }, t("figures.recordings")),
                stretches.map((name) => element("th", { scope: "col" }, t(`figures.${name}`))),
                element("th", { scope: "col" }, t("figures.highAlerts")),
                element("th", { scope: "col" }, t("figures.predictiveValue")),
                element("th", { scope: "col" }, t("figures.repeated")),
                element("th", { scope: "col" }, t("figures.clock")))),
            element("tbody", {}, rows.map(({ clinic, township, figures }) => element("tr", {},
                kind === "clinics" ? element("th", { scope: "row" }, clinic) : null,
                element(kind === "clinics" ? "td" : "th", kind === "clinics" ? {} : { scope: "row" }, township ?? "–"),
                element("td", { class: "number" }, figures.recordings),
                stretches.map((name) => element("td", { class: "number" },
                    span(figures.stretches[name].mean),
                    element("span", { class: "detail" }, percent(figures.stretches[name].shareWithinTarget)))),
                element("td", { class: "number" }, figures.alerts.high,
                    element("span", { class: "detail" }, `${number(figures.alerts.highPerThousand)} ‰`)),
                element("td", { class: "number" }, percent(figures.alerts.predictiveValue)),
                element("td", { class: "number" }, t("figures.of", { part: figures.quality.repeated, all: figures.quality.unusable })),
                element("td", { class: "number" }, span(figures.clock.median))))),
        ));
    }
}

/** Plots count in minutes where the target has minutes. */
const scale = (target) => (target.seconds > 120 ? 60 : 1);
const inUnits = (seconds, target) => (seconds === null || seconds === undefined ? null : seconds / scale(target));
