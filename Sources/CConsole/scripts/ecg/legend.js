import { element, fill } from "../element.js";
import { t } from "../language/language.js";

/** What stands below a sheet: which stretch of the recording it is, its scale and filter, and what it could not hold. */
export class Legend {
    #stretch = element("span");
    #look = element("span");
    position = element("output", { class: "position" }, this.#stretch, this.#look);
    beyond = element("strong", { class: "beyond warned", hidden: true });

    /** @param {{from: number, to: number, all: number}} stretch In seconds. */
    showStretch({ from, to, all }) {
        this.#stretch.textContent = t("paper.stretch", { from: from.toFixed(1), to: to.toFixed(1), all: all.toFixed(1) });
    }

    /**
     * The scale that is drawn; what is not as chosen stands out, and what has not changed is left alone.
     *
     * @param {{speed: number, gain: number, filter: string}} drawn
     * @param {{speed: number, gain: number}} chosen
     */
    showLook({ speed, gain, filter }, chosen) {
        const isOther = { speed: speed !== chosen.speed, gain: gain !== chosen.gain };
        const look = `${speed} ${isOther.speed} ${gain} ${isOther.gain} ${filter}`;
        if (this.#look.dataset.shown === look) return;
        this.#look.dataset.shown = look;
        const part = (text, isWarned) => element(isWarned ? "strong" : "span", { class: isWarned ? "warned" : "" }, text);
        fill(this.#look, " · ", part(`${speed} mm/s`, isOther.speed), " · ", part(`${gain} mm/mV`, isOther.gain), " · ",
            element("strong", { class: filter === "monitor" ? "warned" : "" }, t(`filter.${filter}`)));
    }

    /**
     * Names the leads that are cut and those that meet.
     *
     * @param {{cut: string[], meeting: string[], mayBeLower: boolean}} leads `mayBeLower` where a lower gain can be chosen:
     *   print has tried all of them.
     */
    showBeyond({ cut, meeting, mayBeLower }) {
        const words = [];
        if (cut.length > 0) words.push(t(mayBeLower ? "paper.beyond" : "paper.cut", { leads: cut.join(", ") }));
        if (meeting.length > 0) words.push(t("paper.meeting", { leads: meeting.join(", ") }));
        this.beyond.hidden = words.length === 0;
        this.beyond.textContent = words.join(" ");
    }
}
