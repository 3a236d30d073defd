import { element } from "../element.js";
import { signed } from "../ecg/averagedBeats.js";
import { t, titleOf, word } from "../language/language.js";
import { findingSentence, qualityAdvice } from "../language/machine.js";

const order = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
const instants = ["stJ", "st20", "st40", "st60", "st80"];

/** The machine reading's intervals, signal quality, other findings, and ST in every lead. */
export function measurementsNode(reading) {
    if (!reading) {
        return element("section", { class: "measurements" },
            element("h2", {}, t("measurements.title")), element("p", { class: "hint" }, t("measurements.none")));
    }
    const { intervals, quality } = reading;
    const item = (name, value, unit) => element("div", {},
        element("dt", {}, name), element("dd", {}, value === undefined ? "–" : `${Math.round(value)} ${unit}`));
    const leads = Object.keys(reading.leads).sort((a, b) => place(a) - place(b));
    return element("section", { class: "measurements" },
        element("h2", {}, t("measurements.title")),
        element("dl", { class: "intervals" },
            item(t("measurements.rate"), reading.heartRate, "/min"), item("PR", intervals.PR, "ms"),
            item("QRS", intervals.QRS, "ms"), item("QT", intervals.QT, "ms"), item("QTc", intervals.QTc, "ms")),
        element("p", {}, t("measurements.rhythm"), ": ", word("rhythm", reading.rhythm)),
        element("p", {}, t("measurements.quality"), ": ", word("quality", quality.verdict),
            quality.advice ? ` — ${qualityAdvice(quality)}` : ""),
        element("ul", { class: "findings" }, reading.findings.map((finding) =>
            element("li", {}, element("strong", {}, titleOf(finding.code)), " ", findingSentence(finding)))),
        element("table", { class: "st" },
            element("caption", {}, t("measurements.st")),
            element("thead", {}, element("tr", {}, element("th", { scope: "col" }, t("evidence.lead")),
                ["J", "J+20", "J+40", "J+60", "J+80"].map((name) => element("th", { scope: "col" }, name)))),
            element("tbody", {}, leads.map((lead) => element("tr", {},
                element("th", { scope: "row" }, lead),
                instants.map((name) => element("td", { class: "number" }, signed(reading.leads[lead][name]))))))));
}

const place = (lead) => (order.includes(lead) ? order.indexOf(lead) : order.length);
