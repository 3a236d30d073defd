import { timeOfDay } from "../clock.js";
import { element } from "../element.js";
import { language, t, word } from "../language/language.js";

/** What has happened to the alert, oldest first, with who and when. */
export function historyNode(events) {
    return [
        element("h2", {}, t("history.title")),
        element("ol", {}, events.map((event) => element("li", {},
            element("time", { datetime: event.at }, timeOfDay(event.at, language())), " ",
            element("strong", {}, word("event", event.kind)), event.by ? ` · ${event.by}` : "",
            event.report?.author ? ` · ${t("report.writtenBy", { name: event.report.author })}` : "",
            event.text ? element("q", {}, textOf(event)) : null))),
    ];
}

/** What people wrote, or the name of the state that an event brought about. */
function textOf({ kind, text }) {
    if (kind === "undone") return word("state", text);
    return kind === "critical-value" ? word("critical", text) : text;
}
