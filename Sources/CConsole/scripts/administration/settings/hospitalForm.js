import { confirmButton } from "../../confirmButton.js";
import { element } from "../../element.js";
import { t } from "../../language/language.js";
import { draftBox, draftField, draftLines } from "./fields.js";
import { ladderTable } from "./ladderTable.js";

const priorities = ["high", "medium", "low"];

const firstRungs = () => [
    { afterSeconds: 60, who: t("settings.firstReader"), sinks: ["console"] },
    { afterSeconds: 180, who: t("settings.secondReader"), sinks: ["console"] },
    { afterSeconds: 300, who: t("settings.allReaders"), sinks: ["console"] },
];

/** A hospital with the delays that a site has which has written nothing. */
export const newHospital = () => ({
    name: "", shifts: [{ high: firstRungs() }], reportWithinMinutes: { high: 10, medium: 30, low: 240 },
});

/**
 * One hospital: whose alerts it has, its shifts with their ladders, how long a report may take.
 *
 * @param {Object} hospital As the API tells it; the fields change it.
 * @param {{place: string, sinks: string[], inherited: Object[], changed: () => void, remove: (() => void)|null}} parts
 *   `inherited` is who is told of an absence where the hospital says nothing.
 */
export function hospitalForm(hospital, { place, sinks, inherited, changed, remove }) {
    const lines = (name) => draftLines(t(`settings.${name}`), `${place}.${name}`, hospital[name] ?? [], (values) => {
        hospital[name] = values.length > 0 ? values : undefined;
    });
    return element("section", { class: "panel hospital", "data-place": place },
        element("h2", {}, hospital.name || t("settings.newHospital")),
        element("div", { class: "fields" },
            draftField(t("settings.name"), `${place}.name`, hospital.name, (value) => { hospital.name = value.trim(); },
                { required: true, maxlength: 128 }),
            lines("townships"), lines("clinics")),
        element("p", { class: "hint" }, t("settings.placesHint")),
        element("fieldset", {},
            element("legend", {}, t("settings.reportWithin")),
            element("div", { class: "fields" }, priorities.map((priority) =>
                draftField(t(`priority.${priority}`), `${place}.reportWithinMinutes.${priority}`, hospital.reportWithinMinutes[priority],
                    (value) => { hospital.reportWithinMinutes[priority] = value; },
                    { type: "number", min: 1, max: 1440, step: 1, required: true })))),
        element("div", { "data-place": `${place}.shifts` },
            hospital.shifts.map((shift, index) => shiftForm(shift, {
                place: `${place}.shifts[${index}]`, sinks, changed,
                remove: hospital.shifts.length < 2 ? null : () => {
                    hospital.shifts.splice(index, 1);
                    changed();
                },
            })),
            element("button", {
                type: "button", "data-add": `${place}.shifts`,
                onclick: () => {
                    hospital.shifts.push({ high: firstRungs() });
                    changed();
                },
            }, t("settings.addShift"))),
        draftBox(t("settings.ownNobodyThere"), `${place}.ownNobodyThere`, hospital.nobodyThere !== undefined, (isOwn) => {
            hospital.nobodyThere = isOwn ? structuredClone(inherited) : undefined;
            changed();
        }),
        hospital.nobodyThere ? ladderTable({
            title: t("settings.nobodyThere"), place: `${place}.nobodyThere`, rungs: hospital.nobodyThere, sinks, changed,
        }) : null,
        remove ? element("p", {}, confirmButton("remove-hospital", t("settings.removeHospital"), remove)) : null);
}

function shiftForm(shift, { place, sinks, changed, remove }) {
    // Both left out: the whole day.
    const hour = (name) => draftField(t(`settings.${name}`), `${place}.${name}`, shift[name] ?? "", (value) => {
        shift[name] = value || undefined;
    }, { type: "time", step: 60 });
    return element("fieldset", { class: "shift", "data-place": place },
        element("legend", {}, t("settings.shift")),
        element("div", { class: "fields" }, hour("from"), hour("to"),
            element("p", { class: "hint" }, t("settings.wholeDay"))),
        priorities.map((priority) => {
            shift[priority] ??= [];
            return ladderTable({ title: t("settings.ladderOf", { priority: t(`priority.${priority}`) }), place: `${place}.${priority}`, rungs: shift[priority], sinks, changed });
        }),
        remove ? confirmButton("remove-shift", t("settings.removeShift"), remove) : null);
}
