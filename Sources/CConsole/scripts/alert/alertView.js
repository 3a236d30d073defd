import { api } from "../api.js";
import { AveragedPanel } from "./averagedPanel.js";
import { actionsNode } from "./actions.js";
import { CriticalPanel } from "./criticalPanel.js";
import { EarlierPanel } from "./earlierPanel.js";
import { element, fill } from "../element.js";
import { evidenceNode } from "./evidence.js";
import { Growth } from "./growth.js";
import { historyNode } from "./history.js";
import { explain, t } from "../language/language.js";
import { holder, isOpen } from "../live/alertState.js";
import { AnswerOrder } from "../live/answerOrder.js";
import { LeaseWatch } from "./leaseWatch.js";
import { measurementsNode } from "./measurements.js";
import { patientLine } from "../patient.js";
import { Paper } from "../ecg/paper.js";
import { initialSettings, PaperControls } from "../ecg/paperControls.js";
import { ReportPanel } from "./reportPanel.js";
import { Rereading } from "../live/rereading.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { summaryNode } from "./summary.js";
import { undoTime } from "./undo.js";
import { Waveform } from "../ecg/waveform.js";

/** Timers are not exact: the button that takes an answer back is gone so long after its time. */
const undoGraceMilliseconds = 100;
/** Where somebody writes or chooses. */
const fields = "input, textarea, select";
/** By what somebody who was writing turns to something else. */
const turns = ["pointerdown", "focusin"];
/** What could not be had, or told, is tried again after so long. */
const retryMilliseconds = 5000;

/** One alert: who it is, the ECG, why it was raised, and what a reader does about it. */
export class AlertView {
    #page;
    #id;
    #queue;
    /** The alert with its events, null until the page shows it. */
    #detail = null;
    #isOpening = false;
    #hasFailed = false;
    /** Whether something has happened to the alert while it was being opened. */
    #isStale = false;
    /** Whether the clinic has been told that somebody has seen it. */
    #isSeen = false;
    #retry = null;
    #seenRetry = null;
    #recording = null;
    /** Asks about this alert as long as it is of the recording that stands on the page. */
    #api = null;
    #reading = null;
    #beats = [];
    /** False once the recording is too long for its beats to be marked. */
    #hasBeats = true;
    #waveform = null;
    #paper = null;
    #controls = null;
    #settings = initialSettings();
    #report = null;
    #critical = null;
    #undoTimer = null;
    #earlier = null;
    #averaged = null;
    #isClosed = false;
    #lease = new LeaseWatch({ renew: () => this.#act("lease", { seconds: claimSeconds }), ended: () => this.#refresh() });
    #details = new AnswerOrder();
    #growth = new Growth(() => this.#look());
    #beatsReading = new Rereading({
        ask: () => this.#askBeats(), take: (beats) => this.#takeBeats(beats), gatherMilliseconds: 0,
        retryMilliseconds,
    });
    #parts = {};
    /** The finding whose evidence is shown. */
    #evidenceShown = "";
    #update = (event) => this.#queueChanged(event.detail);
    #shortcut = (event) => this.#key(event);
    /** Whether the field is gone in which somebody was writing, whose hands may not have noticed. */
    #wasWriting = false;
    #turn = () => {
        this.#wasWriting = false;
    };

    /**
     * @param {HTMLElement} page
     * @param {{id: number, queue: import("../live/alertQueue.js").AlertQueue}} options
     */
    constructor(page, { id, queue }) {
        this.#page = page;
        this.#id = id;
        this.#queue = queue;
        queue.addEventListener("change", this.#update);
        document.addEventListener("keydown", this.#shortcut);
        for (const name of turns) document.addEventListener(name, this.#turn);
        this.#open();
    }

    close() {
        if (this.#isClosed) return;
        this.#isClosed = true;
        this.#growth.close();
        this.#beatsReading.stop();
        clearTimeout(this.#undoTimer);
        clearTimeout(this.#retry);
        clearTimeout(this.#seenRetry);
        this.#queue.removeEventListener("change", this.#update);
        document.removeEventListener("keydown", this.#shortcut);
        for (const name of turns) document.removeEventListener(name, this.#turn);
        this.#paper?.close();
        this.#earlier?.close();
        this.#report?.close();
        this.#lease.close();
    }

    /** Shows everything anew, in another language for instance. */
    show() {
        if (this.#detail) this.#compose();
    }

    async #open() {
        // What went wrong stays to be read until the page is there.
        if (!this.#hasFailed) fill(this.#page, element("p", { class: "note" }, t("worklist.loading")));
        clearTimeout(this.#retry);
        this.#isOpening = true;
        this.#isStale = false;
        let detail;
        try {
            detail = await api.get(`alerts/${this.#id}`);
            await this.#readRecording(detail.alert.recording);
        } catch (error) {
            if (this.#isClosed) return;
            this.#hasFailed = true;
            fill(this.#page, element("p", { class: "message", role: "alert" }, explain(error)),
                element("p", { class: "note" }, element("a", { href: "/" }, t("alert.back"))));
            if (error.mayPass) this.#retry = setTimeout(() => this.#open(), retryMilliseconds);
            return;
        } finally {
            this.#isOpening = false;
        }
        if (this.#isClosed) return;
        this.#detail = detail;
        this.#api = api.about(detail.alert.recording);
        this.#waveform = new Waveform(this.#recording);
        this.#compose();
        this.#beatsReading.changed();
        if (this.#recording.status === "open") this.#growth.watch();
        if (this.#isStale) this.#refresh();
    }

    /** The reader has the ECG before them: only now the clinic is told that somebody has seen it. */
    async #markSeen() {
        if (this.#isSeen || !session.may("alerts.handle") || !isOpen(this.#detail.alert)) return;
        this.#isSeen = true;
        try {
            await this.#api.post(`alerts/${this.#id}/seen`);
        } catch (error) {
            if (this.#isClosed || error.code === "alert-closed") return;
            if (!error.mayPass) {
                this.#say(explain(error));
                return;
            }
            this.#seenRetry = setTimeout(() => {
                this.#isSeen = false;
                this.#markSeen();
            }, retryMilliseconds);
        }
    }

    async #readRecording(id) {
        this.#recording = await api.get(`recordings/${id}`);
        try {
            this.#reading = (await api.get(`recordings/${this.#recording.id}/reading`)).reading;
        } catch (error) {
            // A recording that still comes in has none yet.
            if (error.status !== 404) throw error;
        }
    }

    /** The beats, null where the recording is too long for them to be marked. */
    async #askBeats() {
        try {
            return (await api.get(`recordings/${this.#recording.id}/beats`)).beats;
        } catch (error) {
            if (error.code !== "too-large") throw error;
            this.#say(explain(error));
            return null;
        }
    }

    #takeBeats(beats) {
        this.#hasBeats = beats !== null;
        if (beats === null) {
            // More of the recording may have come while the answer was on its way.
            this.#beatsReading.stop();
            return;
        }
        this.#beats = beats;
        this.#paper.beats = beats;
        this.#averaged.show(this.#waveform, beats, this.#reading, this.#paper.start);
    }

    /** A recording that still comes in is shown as far as it has come. */
    async #look() {
        const before = this.#recording.sampleCount;
        await this.#readRecording(this.#recording.id);
        if (this.#isClosed) return false;
        const isOpen = this.#recording.status === "open";
        if (this.#recording.sampleCount !== before || !isOpen) {
            this.#waveform.extend(this.#recording);
            this.#paper.draw();
            this.#parts.measurements.replaceWith(this.#parts.measurements = measurementsNode(this.#reading));
            this.#showSummary();
            if (this.#hasBeats) this.#beatsReading.changed();
        }
        return isOpen;
    }

    // MARK: What is shown

    #compose() {
        const start = this.#paper?.start ?? 0;
        this.#paper?.close();
        this.#earlier?.close();
        const { alert } = this.#detail;
        this.#paper = new Paper(this.#waveform, this.#settings, t("paper.label"));
        this.#paper.onrest = () => this.#rested();
        this.#paper.ondrawn = () => this.#markSeen();
        // Of a recording without samples the reader has seen all there is.
        this.#paper.onfailure = ({ code }) => {
            if (code === "waveform-dropped") this.#markSeen();
        };
        this.#controls = new PaperControls(this.#settings, {
            changed: (settings) => {
                this.#settings = settings;
                this.#paper.apply(settings);
                this.#earlier.apply(settings);
            },
            measure: (on) => {
                this.#paper.isMeasuring = on;
            },
        });
        const options = { api: this.#api, done: () => this.#refresh(), say: (text) => this.#say(text) };
        this.#report ??= new ReportPanel(alert.id, options);
        this.#critical ??= new CriticalPanel(alert.id, options);
        this.#earlier = new EarlierPanel(this.#recording, this.#settings);
        this.#averaged = new AveragedPanel();
        this.#evidenceShown = "";
        this.#parts = {
            summary: element("div"), actions: element("div", { class: "actions" }),
            message: element("p", { class: "message", role: "alert" }),
            evidence: element("section"), measurements: measurementsNode(this.#reading),
            history: element("section", { class: "history" }),
        };
        fill(this.#page,
            element("p", { class: "disclaimer" }, t("disclaimer")),
            element("div", { class: "alert-head" }, this.#parts.summary, this.#parts.actions),
            this.#parts.message,
            element("div", { class: "alert-body" },
                element("div", { class: "ecg" }, this.#controls.node,
                    element("div", { class: "papers" }, this.#paper.node, this.#earlier.paperNode),
                    this.#averaged.node),
                element("div", { class: "side" },
                    // A second sheet of paper says whose it is.
                    element("p", { class: "on-paper whose" }, `${patientLine(this.#recording.patient)} · ${this.#recording.id}`),
                    this.#parts.evidence, this.#report.node, this.#critical.node,
                    this.#parts.measurements,
                    this.#earlier.node, this.#parts.history)));
        this.#paper.moveTo(start);
        this.#paper.beats = this.#beats;
        if (this.#beats.length > 0) {
            this.#averaged.show(this.#waveform, this.#beats, this.#reading, this.#paper.start);
        }
        this.#showState();
    }

    /** What depends on how far the alert has come. */
    #showState() {
        const { alert, events } = this.#detail;
        const writing = document.activeElement?.matches(fields) && this.#page.contains(document.activeElement);
        this.#showSummary();
        this.#showActions();
        this.#showEvidence();
        this.#report.show(this.#detail);
        this.#critical.show(alert, this.#detail.criticalValue);
        if (writing && !this.#page.contains(document.activeElement)) this.#wasWriting = true;
        this.#lease.watch(alert);
        fill(this.#parts.history, historyNode(events, this.#detail.deliveries));
    }

    #showSummary() {
        fill(this.#parts.summary, summaryNode(this.#detail.alert, this.#recording, this.#reading));
    }

    /** An alert that worsens has other reasons. */
    #showEvidence() {
        const { alert } = this.#detail;
        const shown = JSON.stringify(alert.finding);
        if (this.#evidenceShown === shown) return;
        this.#evidenceShown = shown;
        this.#parts.evidence.replaceWith(this.#parts.evidence = evidenceNode(alert));
    }

    /** Only anew where they change, so that a press on a button is never lost. */
    #showActions() {
        const { alert } = this.#detail;
        const undoMilliseconds = undoTime(this.#detail);
        clearTimeout(this.#undoTimer);
        if (undoMilliseconds > 0) this.#undoTimer = setTimeout(() => this.#showActions(), undoMilliseconds + undoGraceMilliseconds);
        const shown = JSON.stringify([
            alert.state, holder(alert), alert.acknowledgedBy, alert.isAmendment, alert.submittedBy, undoMilliseconds > 0,
        ]);
        if (this.#parts.actions.dataset.shown === shown) return;
        this.#parts.actions.dataset.shown = shown;
        const focused = document.activeElement?.name;
        fill(this.#parts.actions, actionsNode(this.#detail, {
            claim: () => this.#act("lease", { seconds: claimSeconds }),
            acknowledge: () => this.#acknowledge(),
            undo: () => this.#act("undo"),
        }));
        if (focused) this.#parts.actions.querySelector(`[name="${focused}"]`)?.focus();
    }

    /** The page that is looked at has come to rest. */
    #rested() {
        if (this.#beats.length > 0) {
            this.#averaged.show(this.#waveform, this.#beats, this.#reading, this.#paper.start);
        }
    }

    #say(text) {
        if (this.#parts.message) this.#parts.message.textContent = text;
    }

    // MARK: What happens

    #queueChanged(notice) {
        // Without a notice the list was read anew, as after a cut.
        if (notice !== null && notice.alert.id !== this.#id) return;
        if (this.#detail) this.#refresh();
        else if (this.#isOpening) this.#isStale = true;
        else this.#open();
    }

    async #refresh() {
        const isNewest = this.#details.begin();
        let detail;
        try {
            detail = await api.get(`alerts/${this.#id}`);
        } catch (error) {
            if (this.#isClosed) return;
            if (error.status === 404) {
                this.#end("alert.lost");
                return;
            }
            this.#say(explain(error));
            clearTimeout(this.#retry);
            if (error.mayPass) this.#retry = setTimeout(() => this.#refresh(), retryMilliseconds);
            return;
        }
        if (this.#isClosed || !isNewest()) return;
        if (detail.alert.recording !== this.#detail.alert.recording) {
            this.#end("alert.anothers");
            return;
        }
        this.#detail = detail;
        this.#showState();
    }

    /**
     * The alert is lost, since the server goes on from a backup, or its number is another patient's. This patient's ECG must not
     * stand beside another's alert, nor a hand that is about to press a key meet another's buttons, so the page ends here.
     */
    #end(reason) {
        const { clinic } = this.#detail.alert;
        const words = [...this.#page.querySelectorAll("textarea")].map(({ value }) => value).filter((text) => text.trim() !== "");
        this.close();
        this.#detail = null;
        fill(this.#page,
            element("p", { class: "message", role: "alert" }, t(reason, { id: this.#id, clinic })),
            words.length === 0 ? null : element("div", { class: "unsent" },
                element("p", {}, t("alert.unsent")), words.map((text) => element("p", { class: "words" }, text))),
            element("p", { class: "note" }, element("a", { href: "/" }, t("alert.back"))));
    }

    /** What has worsened since this page was drawn is not what its reader takes. */
    #acknowledge() {
        return this.#act("acknowledge", { priority: this.#detail.alert.priority });
    }

    async #act(step, body) {
        this.#say("");
        try {
            await this.#api.post(`alerts/${this.#id}/${step}`, body);
        } catch (error) {
            await this.#refresh();
            if (this.#isClosed) return;
            const holder = this.#detail.alert.leasedBy;
            this.#say(error.code === "alert-leased" && holder ? t("alert.heldBy", { name: holder }) : explain(error));
            return;
        }
        await this.#refresh();
    }

    /** Single keys, except where somebody writes, or goes on writing where no field is any more. */
    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(fields) || this.#wasWriting) return;
        if (event.key === "Escape") go("/");
        if (!this.#detail || !session.may("alerts.handle") || !isOpen(this.#detail.alert)) return;
        if (event.key === "c") this.#act("lease", { seconds: claimSeconds });
        else if (event.key === "a") this.#acknowledge();
        else if (event.key === "r") {
            this.#report.focus();
            event.preventDefault();
        }
    }
}

/** As long as the server allows: time to read an ECG and write a report, and after it the alert is free again. */
const claimSeconds = 300;
