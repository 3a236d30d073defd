import { element } from "../element.js";
import { t, titleOf } from "../language/language.js";
import { percent } from "./format.js";

const verdicts = ["confirmed", "notConfirmed", "dismissed", "unstated", "undecided"];

/** What became of high alerts, rule by rule: which rule calls readers for nothing. */
export function ruleTable(rules) {
    if (rules.length === 0) return null;
    return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("figures.by.rules") },
        element("table", { class: "grid", "data-table": "rules" },
            element("caption", {}, t("figures.by.rules")),
            element("thead", {}, element("tr", {},
                ["rule", "highAlerts", ...verdicts, "predictiveValue"].map((name) => element("th", { scope: "col" }, t(`figures.${name}`))))),
            element("tbody", {}, rules.map((row) => element("tr", { "data-rule": row.rule },
                element("th", { scope: "row" }, titleOf(row.rule), element("span", { class: "detail key" }, row.rule)),
                element("td", { class: "number" }, row.high),
                verdicts.map((name) => element("td", { class: "number" }, row.verdicts[name])),
                element("td", { class: "number" }, percent(row.predictiveValue)))))));
}
