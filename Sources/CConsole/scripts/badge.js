import { element } from "./element.js";
import { t } from "./language/language.js";

/** Shapes of the priorities: urgency shows by shape and word where colours cannot be told apart. */
const shapes = { high: "▲", medium: "◆", low: "●" };

/** An alert's urgency: colour of IEC 60601-1-8, shape and word. */
export function priorityBadge(priority) {
    return element("span", { class: `badge ${priority}` },
        element("span", { "aria-hidden": "true" }, shapes[priority] ?? "?"), " ", t(`priority.${priority}`));
}
