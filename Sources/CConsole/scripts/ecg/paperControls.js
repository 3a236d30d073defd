import { element, fill } from "../element.js";
import { t } from "../language/language.js";
import { remember, setting } from "../settings.js";
import { filters } from "./filters.js";
import { gains, layouts } from "./layout.js";
import { standardScale } from "./paper.js";

const choices = {
    layout: Object.keys(layouts),
    speed: [25, 50],
    gain: gains,
    filter: Object.keys(filters),
    zoom: [0.5, 0.75, 1, 1.5, 2],
};
const standard = { layout: "3x4", speed: 25, gain: 10, filter: "off", zoom: 1, marks: true };
/** The long side of a bank card (ISO/IEC 7810 ID-1), which everybody has at hand to measure a screen with. */
const cardMillimetres = 85.6;

/** How the paper is shown; remembered by the browser, except filters, which nobody shall meet unexpectedly. */
export function initialSettings() {
    const remembered = setting("paper", {});
    const settings = { ...standard };
    for (const name of ["layout", "speed", "gain", "zoom"]) {
        if (choices[name].includes(remembered[name])) settings[name] = remembered[name];
    }
    if (typeof remembered.marks === "boolean") settings.marks = remembered.marks;
    return settings;
}

/** The row of controls above the paper. */
export class PaperControls {
    node = element("div", { class: "controls", role: "toolbar" });
    #settings;
    #changed;
    #measure;
    #isMeasuring = false;

    /**
     * @param {Object} settings
     * @param {{changed: (settings: Object) => void, measure: (on: boolean) => void}} actions
     */
    constructor(settings, { changed, measure }) {
        this.#settings = settings;
        this.#changed = changed;
        this.#measure = measure;
        this.show();
    }

    show() {
        const { speed, gain, zoom } = this.#settings;
        fill(this.node,
            this.#select("layout", (value) => t(`layout.${value}`)),
            this.#select("speed", (value) => `${value} mm/s`),
            this.#select("gain", (value) => `${value} mm/mV`),
            this.#select("filter", (value) => t(`filter.${value}`)),
            this.#select("zoom", (value) => `${value * 100} %`),
            this.#toggle("marks", this.#settings.marks, () => this.#set("marks", !this.#settings.marks)),
            this.#toggle("calipers", this.#isMeasuring, () => {
                this.#isMeasuring = !this.#isMeasuring;
                this.#measure(this.#isMeasuring);
                this.show();
                this.node.querySelector("[name=calipers]").focus();
            }),
            element("button", { type: "button", onclick: () => print() }, t("paper.print")),
            this.#ruler());
    }

    #select(name, label) {
        return element("select", {
            "aria-label": t(`paper.${name}`), title: t(`paper.${name}`), name,
            onchange: (event) => this.#set(name, choices[name][event.target.selectedIndex]),
        }, choices[name].map((value) =>
            element("option", { selected: value === this.#settings[name] }, label(value))));
    }

    #toggle(name, isOn, onclick) {
        return element("button", { type: "button", name, "aria-pressed": String(isOn), onclick }, t(`paper.${name}`));
    }

    #set(name, value) {
        this.#settings = { ...this.#settings, [name]: value };
        remember("paper", this.#settings);
        this.#changed(this.#settings);
        if (name === "marks") {
            this.show();
            this.node.querySelector("[name=marks]").focus();
        }
    }

    /** Fits millimetres to the screen at hand: a bank card laid on the bar tells how wide it has to be. */
    #ruler() {
        const bar = element("div", { class: "card" });
        const show = () => {
            bar.style.width = `${cardMillimetres * setting("pixelsPerMillimetre", standardScale)}px`;
        };
        show();
        return element("details", { class: "ruler" },
            element("summary", {}, t("paper.scale")),
            element("div", { class: "ruler-body" },
                element("p", {}, t("paper.scaleHint")), bar,
                element("input", {
                    type: "range", min: 2, max: 12, step: 0.02, value: setting("pixelsPerMillimetre", standardScale),
                    "aria-label": t("paper.scale"),
                    oninput: (event) => {
                        remember("pixelsPerMillimetre", Number(event.target.value));
                        show();
                        this.#changed(this.#settings);
                    },
                })));
    }
}
