import { element } from "../../element.js";
import { t } from "../../language/language.js";
import { draftBox, draftField } from "./fields.js";
import { hospitalForm, newHospital } from "./hospitalForm.js";
import { ladderTable } from "./ladderTable.js";

/** Zones that a site in China, and a neighbour, is likely in; any other may be typed. */
const zones = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Singapore", "Europe/London", "UTC"];

/**
 * The fields of a draft of the settings, which they change.
 *
 * @param {Object} draft As the API tells it.
 * @param {string[]} sinks The names of what people can be reached by.
 * @param {string} localTime What the site's clocks showed when the settings were read.
 * @param {() => void} changed Called when fields have come or gone, to draw anew.
 */
export function settingsForm(draft, sinks, localTime, changed) {
    const number = (name, min, max) => draftField(t(`settings.${name}`), name, draft[name], (value) => { draft[name] = value; },
        { type: "number", min, max, step: 1, required: true });
    return [
        element("section", { class: "panel" },
            element("h2", {}, t("settings.site")),
            element("div", { class: "fields" },
                draftField(t("settings.timeZone"), "timeZone", draft.timeZone, (value) => { draft.timeZone = value.trim(); },
                    { required: true, maxlength: 64, list: "time-zones", hint: t("settings.timeZoneHint", { time: localTime }) }),
                element("datalist", { id: "time-zones" }, zones.map((value) => element("option", { value }))),
                draftField(t("settings.console"), "console", draft.console ?? "", (value) => {
                    draft.console = value.trim() || undefined;
                }, { type: "url", maxlength: 512, hint: t("settings.consoleHint") }),
                number("undoSeconds", 0, 600),
                number("deviceSilentAfterHours", 1, 2160)),
            draftBox(t("settings.secondSignature"), "secondSignature", draft.secondSignature, (value) => { draft.secondSignature = value; })),
        element("div", { "data-place": "hospitals" },
            draft.hospitals.map((hospital, index) => hospitalForm(hospital, {
                place: `hospitals[${index}]`, sinks, changed, inherited: draft.nobodyThere,
                remove: draft.hospitals.length < 2 ? null : () => {
                    draft.hospitals.splice(index, 1);
                    changed();
                },
            })),
            element("button", {
                type: "button", name: "add-hospital",
                onclick: () => {
                    draft.hospitals.push(newHospital());
                    changed();
                },
            }, t("settings.addHospital"))),
        element("section", { class: "panel" },
            element("h2", {}, t("settings.nobodyThere")), element("p", { class: "hint" }, t("settings.nobodyThereHint")),
            ladderTable({ title: t("settings.allHospitals"), place: "nobodyThere", rungs: draft.nobodyThere, sinks, changed })),
    ];
}
