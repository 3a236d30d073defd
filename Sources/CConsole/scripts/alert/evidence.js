import { element } from "../element.js";
import { t, titleOf } from "../language/language.js";
import { findingSentence, measureName, number, sourceNode } from "../language/machine.js";

/** Why the alert was raised: the machine's sentence, the rule with its source, and each number beside its limit. */
export function evidenceNode(alert) {
    const { finding } = alert;
    const { rule } = finding;
    return element("section", { class: "evidence" },
        element("h2", {}, t("evidence.title")),
        element("p", { class: "finding-text" }, findingSentence(finding)),
        finding.evidence.length > 0 ? element("table", {},
            element("thead", {}, element("tr", {},
                ["lead", "measured", "value", "limit"].map((name) =>
                    element("th", { scope: "col" }, t(`evidence.${name}`))))),
            element("tbody", {}, finding.evidence.map((item) => element("tr", {},
                element("td", {}, item.lead ?? ""),
                element("td", {}, measureName(item.name)),
                element("td", { class: "number" }, number(item.value), item.unit === "1" ? "" : ` ${item.unit}`),
                element("td", { class: "number" }, item.limit === undefined ? "" : number(item.limit)))))) : null,
        element("dl", { class: "rule" },
            element("dt", {}, t("evidence.rule")), element("dd", {}, titleOf(rule.rule), " ", element("code", {}, rule.rule)),
            element("dt", {}, t("evidence.table")), element("dd", {}, rule.tableVersion),
            element("dt", {}, t("evidence.source")),
            element("dd", {}, sourceNode(rule))));
}
