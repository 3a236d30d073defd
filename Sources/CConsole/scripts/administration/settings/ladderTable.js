import { element } from "../../element.js";
import { t } from "../../language/language.js";

/** So much later the next is told where somebody adds a step. */
const stepSeconds = 60;
const longestSeconds = 86400;

/**
 * Who is told, after how long and by what: a row a step of the ladder.
 *
 * @param {{title: string, place: string, rungs: Object[], sinks: string[], changed: () => void}} ladder `changed` draws anew
 *   when a step has come or gone.
 */
export function ladderTable({ title, place, rungs, sinks, changed }) {
    const add = () => {
        const last = rungs.at(-1);
        rungs.push({
            afterSeconds: last ? Math.min(longestSeconds, last.afterSeconds + stepSeconds) : stepSeconds, who: "", sinks: ["console"],
        });
        changed();
    };
    return element("fieldset", { class: "ladder-steps", "data-place": place },
        element("legend", {}, title),
        rungs.length === 0 ? element("p", { class: "note" }, t("settings.nobodyTold")) : element("table", { class: "grid rungs" },
            element("thead", {}, element("tr", {}, ["settings.after", "settings.who", "settings.by", "tables.actions"].map((name) =>
                element("th", { scope: "col" }, t(name))))),
            element("tbody", {}, rungs.map((rung, index) => rungRow(rung, `${place}[${index}]`, sinks, () => {
                rungs.splice(index, 1);
                changed();
            })))),
        element("button", { type: "button", "data-add": place, onclick: add }, t("settings.addStep")));
}

function rungRow(rung, place, sinks, remove) {
    // A sink that is gone stays to be seen until somebody takes it out.
    const names = [...new Set([...sinks, ...rung.sinks])];
    const tick = (name, isOn) => {
        rung.sinks = isOn ? [...rung.sinks, name] : rung.sinks.filter((other) => other !== name);
    };
    return element("tr", { "data-place": place },
        element("td", { "data-label": t("settings.after") }, element("input", {
            type: "number", min: 0, max: longestSeconds, step: 1, required: true, value: rung.afterSeconds, name: `${place}.afterSeconds`,
            "data-place": `${place}.afterSeconds`, "aria-label": t("settings.after"),
            oninput: (event) => { rung.afterSeconds = event.target.valueAsNumber; },
        })),
        element("td", { "data-label": t("settings.who") }, element("input", {
            value: rung.who, required: true, maxlength: 64, name: `${place}.who`, "data-place": `${place}.who`, "aria-label": t("settings.who"),
            oninput: (event) => { rung.who = event.target.value; },
        })),
        element("td", { "data-label": t("settings.by"), "data-place": `${place}.sinks` }, names.map((name) => element("label", { class: "box" }, element("input", {
            type: "checkbox", name: `${place}.sinks`, value: name, checked: rung.sinks.includes(name), onchange: (event) => tick(name, event.target.checked),
        }), " ", name === "console" ? t("settings.onScreen") : name))),
        element("td", {}, element("button", { type: "button", "data-remove": place, onclick: remove }, t("settings.removeStep"))));
}
