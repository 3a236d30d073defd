import { element } from "../element.js";
import { t, titleOf } from "../language/language.js";

/** What screen readers say at once, whatever the reader is at. */
const region = element("div", { class: "visually-hidden", role: "alert" });
document.body.append(region);

/** So many alerts are told one by one; of a whole list, as after a cut, nobody waits for the last. */
const mostTold = 3;

/**
 * Says that alerts have come, where from and what; the patients are in the list.
 *
 * @param {Object[]} alerts
 */
export function announce(alerts) {
    const sentences = alerts.slice(0, mostTold).map((alert) => t("alarm.announced", {
        priority: t(`priority.${alert.priority}`), finding: titleOf(alert.finding.code), clinic: alert.clinic,
    }));
    const more = alerts.length - sentences.length;
    // An element of its own each time: the same words in the same place are not said again.
    region.replaceChildren(element("p", {}, sentences.join(" "), more > 0 ? ` ${t("alarm.more", { count: more })}` : null));
}
