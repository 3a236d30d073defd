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

/** When a recording was taken: by the device's clock, or when it arrived where the device told no time. */
export const takenAt = (recording) => recording.deviceTime ?? recording.openedAt;
