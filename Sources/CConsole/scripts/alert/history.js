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
            event.text ? element("q", {}, event.text) : null))),
    ];
}
