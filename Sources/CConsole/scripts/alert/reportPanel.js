import { timeOfDay } from "../clock.js";
import { confirmButton } from "../confirmButton.js";
import { element, fill } from "../element.js";
import { explain, language, t } from "../language/language.js";
import { hold, reasonBytes, reportBytes } from "../limits.js";
import { isOpen } from "../live/alertState.js";
import { newest } from "../newest.js";
import { session } from "../session.js";
import { timeNode } from "../timeNode.js";
import { episodeOf } from "./episode.js";
import { redraw } from "./redraw.js";
import { templates } from "./templates.js";

/** After so long without a key the draft is saved: a closed browser costs no more than the last words. */
const saveMilliseconds = 1000;

/**
 * Writing the report: a draft that saves itself, then preliminary, then final, which another signs where the site asks for
 * it, and amended where it proved wrong; or dismissing with a reason. What closes an alert asks once more.
 */
export class ReportPanel {
    node = element("section", { class: "report" });
    #id;
    #api;
    #done;
    #say;
    #text = this.#hold(element("textarea", { id: "report-text", rows: 6 }), reportBytes);
    #saved = element("span", { class: "hint", role: "status" });
    #timer = null;
    #shown = null;
    /** What the form is for that was drawn last. */
    #purpose = null;
    #alert = null;
    #events = [];
    #conclusion = null;
    /** The event with which the alert's episode began that the form is of. */
    #episode = null;
    /** Whether the form for a report was there. */
    #isWriting = false;
    /** What an amendment is begun from, its event and its words, and the fields in which it is written. */
    #amended = null;
    /** What was being written when the alert went on without it, and why: to be read and copied, and nobody else's. */
    #unsent = null;

    /**
     * @param {number} id The alert's.
     * @param {{api: Object, done: () => Promise<void>, say: (text: string) => void}} options The API about this alert.
     */
    constructor(id, { api, done, say }) {
        this.#id = id;
        this.#api = api;
        this.#done = done;
        this.#say = say;
        this.#text.addEventListener("input", () => {
            this.#saved.textContent = "";
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.#save(), saveMilliseconds);
        });
    }

    /** Saves what has been written since. */
    close() {
        if (this.#timer) this.#save();
    }

    /** A field that takes as much as the server does, and says when that was too little. */
    #hold(field, bytes) {
        return hold(field, bytes, () => this.#say(t("report.full")));
    }

    focus() {
        this.#text.focus();
    }

    /** Brings back what the reader wrote of this episode and did not send. */
    async #restore() {
        const began = Date.parse(this.#episode.at);
        try {
            const draft = await this.#api.get(`alerts/${this.#id}/draft`);
            if (draft && Date.parse(draft.savedAt) >= began && this.#text.value === "") {
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
        const text = this.#text.value;
        try {
            const draft = await this.#api.put(`alerts/${this.#id}/draft`, { text });
            // Words that were written since are on their way by themselves.
            if (this.#text.value !== text) return;
            this.#saved.textContent = t("report.saved", { time: timeOfDay(draft.savedAt, language()) });
        } catch (error) {
            this.#saved.textContent = t("report.notSaved", { reason: explain(error) });
        }
    }

    /** Shows what there is to do in the alert's state; what is being written stays as it is. */
    show({ alert, events, reporting }) {
        this.#alert = alert;
        this.#events = events;
        const mayWrite = session.may("alerts.handle");
        const isAmendment = alert.isAmendment === true;
        const canWrite = isOpen(alert) && !isAmendment && mayWrite;
        const canAmend = (alert.state === "reported" || isAmendment) && mayWrite;
        if (mayWrite) this.#follow(episodeOf(events));
        const basis = canAmend ? this.#basis() : null;
        this.#keepUnsent(canWrite, canAmend);
        const keeps = basis === null || this.#keeps(basis);
        const purpose = JSON.stringify([canWrite, canAmend, isAmendment, this.#episode?.sequence]);
        const shown = JSON.stringify([purpose, reporting, language(), this.#unsent]);
        if (shown !== this.#shown || !keeps) {
            const isSame = purpose === this.#purpose && keeps;
            this.#shown = shown;
            this.#purpose = purpose;
            if (!isSame) this.#conclusion = null;
            redraw(this.node, () => this.#draw({ canWrite, canAmend, isAmendment, reporting, basis }), { isSame });
            if (!canAmend) this.#amended = null;
        }
        this.#showReports();
    }

    #draw({ canWrite, canAmend, isAmendment, reporting, basis }) {
        this.#reports = element("div", { class: "reports" });
        fill(this.node, element("h2", {}, t("report.title")), this.#reports,
            this.#unsent ? this.#unsentNode() : null,
            canWrite ? this.#form(reporting) : canAmend ? this.#amendment(reporting, basis) : null,
            isAmendment && canAmend ? this.#withdrawal() : null);
    }

    /** A form that the alert's next state takes away leaves what was begun in it. */
    #keepUnsent(canWrite, canAmend) {
        if (!canAmend && this.#hasBegun) {
            this.#unsent = { text: this.#amended.field.value, why: t("report.amendmentUnsent") };
            this.#say(this.#unsent.why);
        }
        const closed = canWrite ? null : newest(this.#events, ({ kind }) => kind === "reported" || kind === "dismissed");
        const isOwn = [closed?.by, closed?.report?.author].includes(session.user?.name);
        if (this.#isWriting && closed && !isOwn && this.#text.value.trim() !== "") {
            this.#unsent = { text: this.#text.value, why: t("report.reportUnsent", { name: closed.by ?? "–" }) };
            this.#say(this.#unsent.why);
        }
        // The words stand in the form again.
        if (!this.#isWriting && canWrite && this.#unsent?.text === this.#text.value) this.#unsent = null;
        this.#isWriting = canWrite;
    }

    #unsentNode() {
        const { text, why } = this.#unsent;
        return element("div", { class: "unsent" }, element("p", {}, why), element("p", { class: "words" }, text));
    }

    /** What was written of an earlier episode is not this one's; its form begins empty. */
    #follow(episode) {
        if (this.#episode?.sequence === episode.sequence) return;
        const isFirst = this.#episode === null;
        this.#episode = episode;
        if (!isFirst) {
            clearTimeout(this.#timer);
            this.#timer = null;
            this.#text.value = "";
            this.#saved.textContent = "";
        }
        this.#restore();
    }

    /** What an amendment begins with: the one that waits for its signature, else the report that holds. */
    #basis() {
        const isBasis = ({ kind }) => kind === "reported" || kind === "amended" || (kind === "submitted" && this.#alert.isAmendment);
        return newest(this.#events, isBasis) ?? null;
    }

    /** Whether the form for an amendment stays: newer words take its place unless somebody has begun to write, who is told. */
    #keeps(basis) {
        if (this.#amended === null || this.#amended.sequence === basis.sequence) return true;
        const isOwn = [basis.by, basis.report?.author].includes(session.user.name);
        if (isOwn || !this.#hasBegun) return false;
        this.#amended.sequence = basis.sequence;
        this.#say(t("report.amendedMeanwhile", { name: basis.by ?? "–" }));
        return true;
    }

    /** Whether somebody is writing an amendment. */
    get #hasBegun() {
        return this.#amended !== null && this.#amended.field.value !== this.#amended.text;
    }

    #reports = element("div");

    /** What has been reported so far: the newest holds, what it replaced stays to be read. */
    #showReports() {
        const written = this.#events.filter((event) => kinds.includes(event.kind));
        const finals = written.filter(({ kind }) => kind === "reported" || kind === "amended");
        const submission = this.#alert.submittedBy ? newest(written, ({ kind }) => kind === "submitted") : null;
        const isReplaced = (event) => finals.includes(event) && event !== finals[finals.length - 1];
        const shown = written.filter((event) => event.kind !== "submitted" || event === submission);
        fill(this.#reports, shown.map((event) => element("blockquote", {
            class: `${event.kind} ${isReplaced(event) ? "replaced" : ""}`,
        },
        element("p", { class: "by" }, separated(this.#headOf(event, isReplaced(event)))),
        event.report?.reason ? element("p", { class: "reason" }, t("report.amendedBecause", { reason: event.report.reason })) : null,
        element("p", { class: "words" }, event.text ?? t("report.hidden")),
        event === submission ? this.#signature(event) : null)));
    }

    #headOf(event, isReplaced) {
        const { author, conclusion } = event.report ?? {};
        const title = event.kind === "submitted" && this.#alert.isAmendment ? "amendmentSubmitted" : event.kind;
        return [t(`report.${title}`), author ?? event.by ?? "", author ? t("report.signedBy", { name: event.by }) : "",
            timeNode(event.at), conclusion ? t(`report.${conclusion}`) : "", isReplaced ? t("report.replaced") : ""].filter(Boolean);
    }

    /** A second person signs what they have read, or says nothing; the author waits. */
    #signature(event) {
        if (!session.may("alerts.handle") || event.by === session.user.name) {
            return element("p", { class: "hint" }, t("report.waitsForSignature"));
        }
        return element("div", { class: "buttons" },
            confirmButton("sign", t(this.#alert.isAmendment ? "report.signAmendment" : "report.sign"),
                () => this.#post("sign", { submission: event.sequence }), { isPrimary: true }));
    }

    /** What the report says of the machine's suspicion; nothing is chosen for the reader. */
    #conclusionNode() {
        const choice = (value) => element("label", {},
            element("input", { type: "radio", name: "conclusion", value, onchange: () => { this.#conclusion = value; } }),
            " ", t(`report.${value}`));
        return element("fieldset", { class: "conclusion" }, element("legend", {}, t("report.conclusion")),
            choice("confirmed"), " ", choice("not-confirmed"));
    }

    /** A final report that proved wrong is replaced, with the reason, and stays to be read. What is being written stays, too. */
    #amendment(reporting, basis) {
        const begun = this.#hasBegun ? this.#amended : null;
        const text = this.#hold(element("textarea", { id: "amend-text", rows: 6 }), reportBytes);
        text.defaultValue = basis?.text ?? "";
        text.value = begun?.field.value ?? text.defaultValue;
        const reason = this.#hold(element("input", { id: "amend-reason" }), reasonBytes);
        reason.defaultValue = this.#alert.isAmendment ? basis?.report?.reason ?? "" : "";
        reason.value = begun?.reason.value ?? reason.defaultValue;
        this.#amended = { sequence: basis?.sequence, text: text.defaultValue, field: text, reason };
        return element("details", { class: "amend", open: begun !== null }, element("summary", {}, t("report.amend")),
            element("label", { for: "amend-text" }, t("report.text")), text,
            element("label", { for: "amend-reason" }, t("report.amendReason")), reason,
            this.#conclusionNode(),
            element("p", { class: "hint" }, t("report.amendHint")),
            element("div", { class: "buttons" },
                this.#alert.isAmendment
                    ? element("button", { type: "button", name: "preliminary", onclick: () => this.#tell(text.value) },
                        t("report.sendPreliminary")) : null,
                confirmButton("amend", t(reporting?.secondSignature ? "report.sendForSignature" : "report.sendAmendment"),
                    () => this.#amend(text.value, reason.value, reporting), { isPrimary: true })));
    }

    #amend(text, reason, reporting) {
        if (text.trim() === "") this.#say(t("report.textMissing"));
        else if (reason.trim() === "") this.#say(t("report.amendReasonMissing"));
        else if (reporting?.secondSignature && this.#alert.priority === "high" && this.#conclusion === null) {
            // An amendment that turns the report around is for everybody at once, one of its words alone is not.
            this.#say(t("report.conclusionMissing"));
            this.node.querySelector("[name=conclusion]").focus();
        } else this.#post("amend", { text, reason, conclusion: this.#conclusion ?? undefined });
    }

    /** The clinic can act before somebody has signed. */
    #tell(text) {
        if (text.trim() === "") this.#say(t("report.textMissing"));
        else this.#post("preliminary", { text });
    }

    /** An amendment that is not to be signed leaves the report that holds. */
    #withdrawal() {
        const reason = this.#hold(element("input", {
            id: "withdraw-reason", "aria-label": t("report.reason"), placeholder: t("report.reason"),
        }), reasonBytes);
        const withdraw = () => {
            if (reason.value.trim() === "") this.#say(t("report.reasonMissing"));
            else this.#post("dismiss", { reason: reason.value });
        };
        return element("details", { class: "withdraw" }, element("summary", {}, t("report.withdraw")),
            element("p", { class: "hint" }, t("report.withdrawHint")), reason,
            element("div", { class: "buttons" }, confirmButton("withdraw", t("report.withdraw"), withdraw)));
    }

    #form(reporting) {
        const choose = element("select", {
            "aria-label": t("report.template"),
            onchange: (event) => {
                const template = templates[language()][event.target.selectedIndex - 1];
                event.target.selectedIndex = 0;
                if (template) this.#insert(template.text);
            },
        }, element("option", {}, t("report.template")), templates[language()].map(({ name }) => element("option", {}, name)));
        const reason = this.#hold(element("input", {
            id: "dismiss-reason", "aria-label": t("report.reason"), placeholder: t("report.reason"),
        }), reasonBytes);
        return [
            choose,
            element("label", { class: "visually-hidden", for: "report-text" }, t("report.text")),
            this.#text, this.#saved, this.#conclusionNode(),
            element("div", { class: "buttons" },
                element("button", { type: "button", name: "preliminary", onclick: () => this.#send("preliminary") }, t("report.sendPreliminary")),
                confirmButton("final", t(reporting?.secondSignature ? "report.sendForSignature" : "report.sendFinal"),
                    () => this.#send("report"), { isPrimary: true })),
            element("details", {}, element("summary", {}, t("report.dismiss")),
                element("p", { class: "hint" }, t("report.dismissHint")), reason,
                element("div", { class: "buttons" },
                    confirmButton("dismiss", t("report.dismiss"), () => this.#close("dismiss", { reason: reason.value })))),
        ];
    }

    #insert(text) {
        const { selectionStart: at, value } = this.#text;
        const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? "\n" : "";
        this.#text.setRangeText(gap + text, at, this.#text.selectionEnd, "end");
        this.#text.dispatchEvent(new Event("input"));
        this.#text.focus();
    }

    #send(step) {
        const body = { text: this.#text.value };
        if (step !== "report") return this.#close(step, body);
        // Whether a page for a doctor was right is known to nobody else.
        if (this.#alert.priority === "high" && this.#conclusion === null && body.text.trim() !== "") {
            this.#say(t("report.conclusionMissing"));
            this.node.querySelector("[name=conclusion]").focus();
            return;
        }
        return this.#close(step, { ...body, conclusion: this.#conclusion ?? undefined });
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
        if (await this.#post(step, body)) this.#saved.textContent = "";
    }

    async #post(step, body) {
        const { text } = body;
        this.#say("");
        try {
            // What has worsened since this page was drawn is not what was judged.
            await this.#api.post(`alerts/${this.#id}/${step}`, { ...body, priority: this.#alert.priority });
        } catch (error) {
            await this.#done();
            this.#say(error.code === "alert-leased"
                ? t("alert.heldBy", { name: this.#alert.leasedBy ?? "–" }) : explain(error));
            return false;
        }
        if (step === "amend") this.#amended.text = text;
        if (["report", "amend", "dismiss"].includes(step)) this.#unsent = null;
        await this.#done();
        return true;
    }
}

const separated = (parts) => parts.flatMap((part, index) => (index > 0 ? [" · ", part] : [part]));

/** The events that hold what somebody wrote. */
const kinds = ["preliminary", "submitted", "reported", "amended", "dismissed"];
