import { element } from "../element.js";
import { t, titleOf } from "../language/language.js";

/** What screen readers say at once, whatever the reader is at. */
const region = element("div", { class: "visually-hidden", role: "alert" });
document.body.append(region);

/** Says that an alert has come, where from and what; the patient is in the list. */
export function announce(alert) {
    region.textContent = `${t(`priority.${alert.priority}`)}: ${titleOf(alert.finding.code)}, ${alert.clinic}`;
}
