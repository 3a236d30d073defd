import { element } from "./element.js";
import { t } from "./language/language.js";

/** Reference, sex and age of a patient on one line; what nobody told is left out. */
export function patientLine(patient) {
    if (!patient) return "–";
    const parts = [patient.reference ?? t("worklist.noReference")];
    if (patient.sex) parts.push(t(`sex.${patient.sex}`));
    if (patient.ageYears !== undefined) parts.push(t("worklist.years", { age: patient.ageYears }));
    return parts.join(" · ");
}

/** Where a recording comes from. */
export function placeLine(recording) {
    return [recording.clinic, recording.township].filter(Boolean).join(", ");
}

/** When a recording was taken, by the server's clock as far as it is known; when it arrived where the device told no time. */
export const takenAt = (recording) =>
    recording.takenAt ?? byServerClock(recording, recording.deviceTime) ?? recording.openedAt;

/** A time that was written down by the clock of the recording's device, by the server's. */
export function byServerClock({ clockOffsetSeconds = 0 }, time) {
    return time && clockOffsetSeconds ? new Date(Date.parse(time) - 1000 * clockOffsetSeconds).toISOString() : time;
}

/** A clock that is off by more than this is one to be set; people count in minutes. */
const markedSeconds = 60;

/** Says that the device's clock is off, and by how much; null where it is not. */
export function clockMark({ clockOffsetSeconds = 0 }) {
    if (Math.abs(clockOffsetSeconds) <= markedSeconds) return null;
    const minutes = Math.round(Math.abs(clockOffsetSeconds) / 60);
    const off = minutes < 48 * 60 ? `${minutes} min` : `${Math.round(minutes / 1440)} ${t("day")}`;
    return element("span", { class: "warned clock-off" },
        t("worklist.clockOff", { offset: `${clockOffsetSeconds < 0 ? "−" : "+"}${off}` }));
}
