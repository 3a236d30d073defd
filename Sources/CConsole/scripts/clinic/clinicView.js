import { api } from "../api.js";
import { priorityBadge } from "../badge.js";
import { age, running, setServerTime, timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { explain, language, t, titleOf } from "../language/language.js";
import { findingSentence } from "../language/machine.js";
import { clockMark, patientLine, takenAt } from "../patient.js";
import { timeNode } from "../timeNode.js";

/** A clinic waits for minutes; a step at the hospital is here within seconds. */
const readMilliseconds = 5000;

/** What a clinic sees: each of its recordings, stored, seen, acknowledged by whom, and the report. */
export class ClinicView {
    #page;
    #signedOut;
    #list = element("div", { class: "clinic-list" });
    #note = element("p", { class: "note" });
    #cut = element("p", { class: "message", role: "alert" });
    #timer = null;
    #isClosed = false;
    #entries = null;
    #clinic = "";
    #shown = "";
    #heardAt = null;

    /**
     * @param {HTMLElement} page
     * @param {{signedOut: () => void}} options
     */
    constructor(page, { signedOut }) {
        this.#page = page;
        this.#signedOut = signedOut;
        this.show();
        this.#read();
    }

    close() {
        this.#isClosed = true;
        clearTimeout(this.#timer);
    }

    show() {
        this.#shown = "";
        fill(this.#page,
            element("h1", { class: "page-title" }, t("clinic.title"), this.#clinic ? ` · ${this.#clinic}` : ""),
            element("p", { class: "disclaimer" }, t("disclaimer")), this.#cut, this.#list, this.#note);
        this.#rows();
    }

    async #read() {
        try {
            const page = await api.get("clinic/recordings");
            if (this.#isClosed) return;
            setServerTime(page.now);
            this.#heardAt = page.now;
            this.#entries = page.entries;
            this.#cut.textContent = "";
            if (this.#clinic !== page.clinic) {
                this.#clinic = page.clinic;
                this.show();
            }
            this.#rows();
        } catch (error) {
            if (this.#isClosed) return;
            if (error.status === 401) {
                this.#signedOut();
                return;
            }
            this.#cut.textContent = this.#heardAt === null ? explain(error)
                : t("connection.lost", { time: timeOfDay(this.#heardAt, language()), age: age(this.#heardAt) });
        }
        if (!this.#isClosed) this.#timer = setTimeout(() => this.#read(), readMilliseconds);
    }

    /** Only anew where something has changed. */
    #rows() {
        const shown = JSON.stringify([this.#entries, language()]);
        if (shown === this.#shown) return;
        this.#shown = shown;
        fill(this.#list, (this.#entries ?? []).map((entry) => this.#card(entry)));
        this.#note.textContent = this.#entries === null ? t("worklist.loading") : this.#entries.length ? "" : t("clinic.empty");
    }

    #card({ recording, alerts }) {
        return element("article", { class: "clinic-card", "data-recording": recording.id },
            element("h2", {}, patientLine(recording.patient), " · ", timeOfDay(takenAt(recording), language())),
            element("p", { class: "detail" }, running(element("span"), () => age(takenAt(recording), { day: t("day") })),
                " · ", recording.status === "closed"
                    ? t("clinic.stored", { seconds: Math.round(recording.durationSeconds) })
                    : t("clinic.receiving", { seconds: Math.round(recording.durationSeconds) }), " ", clockMark(recording)),
            alerts.length === 0 ? element("p", {}, t(recording.hasReading ? "clinic.noAlert" : "clinic.noReading")) : null,
            alerts.map((alert) => this.#alert(alert)));
    }

    #alert(alert) {
        const newest = alert.steps.filter(({ report }) => report).at(-1);
        return element("section", { class: `clinic-alert ${alert.priority} ${alert.state}` },
            element("p", {}, priorityBadge(alert.priority), " ", element("strong", {}, titleOf(alert.finding.code)), " ",
                element("span", { class: "state-word" }, t(`clinic.state.${alert.state}`))),
            element("p", { class: "finding-text" }, findingSentence(alert.finding)),
            alert.isBeingAmended ? element("p", { class: "in-question", role: "alert" }, t("clinic.beingAmended")) : null,
            newest?.isOfBefore ? element("p", { class: "in-question", role: "alert" }, t("clinic.reportOfBefore")) : null,
            newest ? reportNode(newest) : null,
            element("ol", { class: "critical-steps" }, alert.steps.map((step) => element("li", { class: ofBefore(step) },
                timeNode(step.at), " ",
                step.report ? t(`clinic.report.${step.report}`) : t(`clinic.state.${step.state}`), step.by ? ` · ${step.by}` : "",
                step.isOfBefore ? ` · ${t("clinic.ofBefore")}` : "",
                step.state === "dismissed" && step.text ? element("q", {}, step.text) : null))));
    }
}

const ofBefore = (step) => (step.isOfBefore ? "of-before" : null);

function reportNode(step) {
    return element("blockquote", { class: `${step.report} ${ofBefore(step) ?? ""}` },
        element("p", { class: "by" }, t(`clinic.report.${step.report}`), " · ", step.by ?? "",
            step.signedBy ? ` · ${t("report.signedBy", { name: step.signedBy })}` : "", " · ", timeNode(step.at),
            step.isOfBefore ? ` · ${t("clinic.ofBefore")}` : ""),
        step.reason ? element("p", { class: "reason" }, t("report.amendedBecause", { reason: step.reason })) : null,
        element("p", { class: "words" }, step.text ?? ""));
}
