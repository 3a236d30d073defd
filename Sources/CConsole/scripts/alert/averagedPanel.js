import { averagedBeatsNode } from "../ecg/averagedBeats.js";
import { pageSeconds } from "../ecg/layout.js";
import { element, fill } from "../element.js";
import { t } from "../language/language.js";

/** The averaged beats of the page that is looked at. */
export class AveragedPanel {
    node = element("details", { class: "averaged", open: true });
    #body = element("div");
    #shown = "";

    constructor() {
        fill(this.node, element("summary", {}, t("averages.title")), this.#body);
    }

    show(waveform, beats, reading, start) {
        const from = start * waveform.rate;
        const to = from + pageSeconds * waveform.rate;
        const inPage = beats.filter((beat) => beat.rPeak >= from && beat.rPeak < to);
        const isLoaded = waveform.values(0, Math.round(from), Math.round(from) + 1, "off").every((v) => !Number.isNaN(v));
        // Drawn once for a page: moving on by less than a second changes nothing that could be seen.
        const key = `${Math.round(start)} ${inPage.length} ${isLoaded} ${reading !== null}`;
        if (key === this.#shown) return;
        this.#shown = key;
        fill(this.#body, averagedBeatsNode(waveform, inPage, reading?.leads));
    }
}
