import { api } from "../api.js";
import { dateAndTime, timeOfDay } from "../clock.js";
import { element, fill } from "../element.js";
import { Paper } from "../ecg/paper.js";
import { Waveform } from "../ecg/waveform.js";
import { explain, language, t } from "../language/language.js";
import { takenAt } from "../patient.js";
import { session } from "../session.js";

/** A list that could not be had is asked for again after so long. */
const retryMilliseconds = 5000;

/** The patient's earlier recordings, one of which stands beside the new one. */
export class EarlierPanel {
    node = element("section", { class: "earlier" });
    paperNode = element("div", { class: "earlier-paper", hidden: true });
    #recording;
    #settings;
    #paper = null;
    #shown = null;
    #retry = null;
    #isClosed = false;

    constructor(recording, settings) {
        this.#recording = recording;
        this.#settings = settings;
        if (session.may("patients.read")) this.#list();
    }

    close() {
        this.#isClosed = true;
        clearTimeout(this.#retry);
        this.#paper?.close();
    }

    apply(settings) {
        this.#settings = settings;
        this.#paper?.apply(settings);
    }

    async #list() {
        let recordings;
        try {
            ({ recordings } = await api.get(`recordings/${this.#recording.id}/earlier`));
        } catch (error) {
            if (this.#isClosed) return;
            fill(this.node, element("h2", {}, t("earlier.title")), element("p", { class: "hint" }, explain(error)));
            if (error.mayPass) this.#retry = setTimeout(() => this.#list(), retryMilliseconds);
            return;
        }
        fill(this.node, element("h2", {}, t("earlier.title")),
            recordings.length === 0 ? element("p", { class: "hint" }, t("earlier.none")) : element("ul", {},
                recordings.map((recording) => element("li", {}, element("button", {
                    type: "button", "aria-pressed": "false", disabled: !recording.hasWaveform,
                    onclick: (event) => this.#toggle(recording, event.currentTarget),
                }, timeOfDay(takenAt(recording), language()))))));
    }

    #toggle(recording, button) {
        this.#paper?.close();
        this.#paper = null;
        for (const other of this.node.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
        if (this.#shown === recording.id) {
            this.#shown = null;
            this.paperNode.hidden = true;
            return;
        }
        this.#shown = recording.id;
        button.setAttribute("aria-pressed", "true");
        const label = t("earlier.of", { time: dateAndTime(takenAt(recording)) });
        this.#paper = new Paper(new Waveform(recording), this.#settings, label);
        this.paperNode.hidden = false;
        fill(this.paperNode, element("h2", {}, label), this.#paper.node);
        this.#paper.draw();
    }
}
