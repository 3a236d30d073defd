import { priorityBadge } from "../badge.js";
import { age, running, timeOfDay } from "../clock.js";
import { element } from "../element.js";
import { language, t, titleOf } from "../language/language.js";
import { byServerClock, clockMark, patientLine, placeLine, takenAt } from "../patient.js";
import { stateOf } from "../worklist/worklistView.js";

/** Who it is, where, since when, and how far the alert has come. */
export function summaryNode(alert, recording) {
    const clock = (name, since) => element("div", {},
        element("dt", {}, t(`worklist.${name}`)),
        element("dd", {}, running(element("b"), () => age(since, { day: t("day") })),
            " ", element("span", { class: "detail" }, since ? timeOfDay(since, language()) : "")));
    const { patient } = recording;
    return element("div", { class: "summary" },
        element("h1", {}, priorityBadge(alert.priority), " ", titleOf(alert.finding.code)),
        element("p", { class: "who" },
            element("strong", { class: "patient" }, patientLine(patient)),
            patient?.chiefComplaint ? element("span", { class: "complaint" }, patient.chiefComplaint) : null,
            element("span", { class: "place" }, placeLine(recording)),
            element("span", { class: "state" }, stateOf(alert))),
        element("dl", { class: "clocks" },
            patient?.symptomOnset ? clock("sinceOnset", byServerClock(recording, patient.symptomOnset)) : null,
            clock("sinceContact", byServerClock(recording, patient?.firstMedicalContact)),
            clock("sinceECG", takenAt(recording)),
            clock("sinceRaised", alert.raisedAt)),
        clockMark(recording));
}
