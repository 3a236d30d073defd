import { priorityBadge } from "../badge.js";
import { age, dateAndTime, now, running, timeOfDay, zone } from "../clock.js";
import { element } from "../element.js";
import { language, t, titleOf, word } from "../language/language.js";
import { byServerClock, clockMark, patientLine, placeLine, takenAt } from "../patient.js";
import { stateOf } from "../worklist/worklistView.js";

/** Who it is, where, since when, and how far the alert has come; on paper, what the sheet is known by for ever. */
export function summaryNode(alert, recording, reading = null) {
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
        factsNode(alert, recording, reading),
        clockMark(recording));
}

/** Only on paper: which recording, of which device, and when, in dates that hold tomorrow. */
function factsNode(alert, recording, reading) {
    const fact = (name, value) => element("div", {}, element("dt", {}, t(`sheet.${name}`), ":"), " ", value);
    const text = (value) => element("dd", {}, value);
    const { patient } = recording;
    const printed = () => {
        const time = new Date(now());
        return `${dateAndTime(time)} ${zone(time)}`;
    };
    return element("dl", { class: "facts on-paper" },
        fact("clinic", text(placeLine(recording))),
        fact("device", text(recording.device)),
        fact("recording", text(recording.id)),
        patient?.symptomOnset ? fact("onset", text(dateAndTime(byServerClock(recording, patient.symptomOnset)))) : null,
        fact("contact", text(dateAndTime(byServerClock(recording, patient?.firstMedicalContact)))),
        fact("taken", text(dateAndTime(takenAt(recording)))),
        fact("raised", text(dateAndTime(alert.raisedAt))),
        fact("signal", text(reading ? word("quality", reading.quality.verdict) : t("clinic.noReading"))),
        fact("printed", running(text(), printed)));
}
