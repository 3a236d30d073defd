import { api } from "../api.js";
import { timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { explain, language, t } from "../language/language.js";
import { isOpen } from "../live/alertQueue.js";
import { session } from "../session.js";
import { templates } from "./templates.js";

/** After so long without a key the draft is saved: a closed browser costs no more than the last words. */
const saveMilliseconds = 1000;

/**
 * Writing the report: a draft that saves itself, then preliminary, then final; or dismissing with a reason. What closes an
 * alert asks once more, since nothing takes it back.
 */
export class ReportPanel {
    node = element("section", { class: "report" });
    #id;
    #done;
    #say;
    #text = element("textarea", { id: "report-text", rows: 6, maxlength: 4000 });
    #saved = element("span", { class: "hint", role: "status" });
    #timer = null;
    #asked = null;
    #isOpen = null;
    #language = null;
    #alert = null;
    #events = [];

    /**
     * @param {number} id The alert's.
     * @param {{done: () => Promise<void>, say: (text: string) => void}} options
     */
    constructor(id, { done, say }) {
        this.#id = id;
        this.#done = done;
        this.#say = say;
        this.#text.addEventListener("input", () => {
            this.#saved.textContent = "";
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.#save(), saveMilliseconds);
        });
        if (session.may("alerts.handle")) this.#restore();
    }

    /** Saves what has been written since. */
    close() {
        if (this.#timer) this.#save();
    }

    focus() {
        this.#text.focus();
    }

    async #restore() {
        try {
            const draft = await api.get(`alerts/${this.#id}/draft`);
            if (draft && this.#text.value === "") {
                this.#text.value = draft.text;
                this.#saved.textContent = t("report.saved", { time: timeOfDay(draft.savedAt, language()) });
            }
        } catch (error) {
            this.#say(explain(error));
        }
    }

    async #save() {
        clearTimeout(this.#timer);
        this.#timer = null;
        try {
            const draft = await api.put(`alerts/${this.#id}/draft`, { text: this.#text.value });
            this.#saved.textContent = t("report.saved", { time: timeOfDay(draft.savedAt, language()) });
        } catch (error) {
            this.#saved.textContent = t("report.notSaved", { reason: explain(error) });
        }
    }

    /** Shows what there is to do in the alert's state; what is being written stays as it is. */
    show(alert, events) {
        this.#alert = alert;
        this.#events = events;
        const canWrite = isOpen(alert) && session.may("alerts.handle");
        if (canWrite === this.#isOpen && this.#language === language()) {
            this.#showReports();
            return;
        }
        this.#isOpen = canWrite;
        this.#language = language();
        this.#reports = element("div", { class: "reports" });
        fill(this.node, element("h2", {}, t("report.title")), this.#reports, canWrite ? this.#form() : null);
        this.#showReports();
    }

    #reports = element("div");

    /** What has been reported so far. */
    #showReports() {
        const written = this.#events.filter((event) => ["preliminary", "reported", "dismissed"].includes(event.kind));
        fill(this.#reports, written.map((event) => element("blockquote", { class: event.kind },
            element("p", { class: "by" }, `${t(`report.${event.kind}`)} · ${event.by ?? ""} · ${timeOfDay(event.at, language())}`),
            element("p", { class: "words" }, event.text ?? t("report.hidden")))));
    }

    #form() {
        const choose = element("select", {
            "aria-label": t("report.template"),
            onchange: (event) => {
                const template = templates[language()][event.target.selectedIndex - 1];
                event.target.selectedIndex = 0;
                if (template) this.#insert(template.text);
            },
        }, element("option", {}, t("report.template")), templates[language()].map(({ name }) => element("option", {}, name)));
        const reason = element("input", { id: "dismiss-reason", maxlength: 400, "aria-label": t("report.reason"), placeholder: t("report.reason") });
        return [
            choose,
            element("label", { class: "visually-hidden", for: "report-text" }, t("report.text")),
            this.#text, this.#saved,
            element("div", { class: "buttons" },
                element("button", { type: "button", name: "preliminary", onclick: () => this.#send("preliminary") }, t("report.sendPreliminary")),
                this.#asking("final", t("report.sendFinal"), () => this.#send("report"))),
            element("details", {}, element("summary", {}, t("report.dismiss")),
                element("p", { class: "hint" }, t("report.dismissHint")), reason,
                element("div", { class: "buttons" },
                    this.#asking("dismiss", t("report.dismiss"), () => this.#close("dismiss", { reason: reason.value })))),
        ];
    }

    /** A button that asks once more before it does what cannot be taken back. */
    #asking(name, label, act) {
        const button = element("button", { type: "button", name, class: name === "final" ? "primary" : "" }, label);
        const calm = () => {
            clearTimeout(this.#asked);
            this.#asked = null;
            button.textContent = label;
            button.classList.remove("asking");
        };
        button.addEventListener("click", () => {
            if (button.classList.contains("asking")) {
                calm();
                act();
                return;
            }
            button.classList.add("asking");
            button.textContent = t("report.confirm", { action: label });
            this.#asked = setTimeout(calm, 5000);
        });
        button.addEventListener("blur", calm);
        return button;
    }

    #insert(text) {
        const { selectionStart: at, value } = this.#text;
        const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? "\n" : "";
        this.#text.setRangeText(gap + text, at, this.#text.selectionEnd, "end");
        this.#text.dispatchEvent(new Event("input"));
        this.#text.focus();
    }

    #send(step) {
        return this.#close(step, { text: this.#text.value });
    }

    async #close(step, body) {
        const words = body.text ?? body.reason;
        if (words.trim() === "") {
            this.#say(t(step === "dismiss" ? "report.reasonMissing" : "report.textMissing"));
            this.#text.focus();
            return;
        }
        clearTimeout(this.#timer);
        this.#timer = null;
        this.#say("");
        try {
            await api.post(`alerts/${this.#id}/${step}`, body);
        } catch (error) {
            await this.#done();
            this.#say(error.code === "alert-leased"
                ? t("alert.heldBy", { name: this.#alert.leasedBy ?? "–" }) : explain(error));
            return;
        }
        this.#saved.textContent = "";
        await this.#done();
    }
}
