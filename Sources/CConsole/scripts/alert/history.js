import { timeOfDay } from "../clock.js";
import { element } from "../element.js";
import { tellProblem } from "../language/deliveryProblems.js";
import { language, t, word } from "../language/language.js";
import { eventText } from "../language/machine.js";

/** What has happened to the alert, oldest first, with who and when; then whom the ladder still tries to tell. */
export function historyNode(events, deliveries = []) {
    return [
        element("h2", {}, t("history.title")),
        element("ol", {}, events.map((event) => element("li", {},
            element("time", { datetime: event.at }, timeOfDay(event.at, language())), " ",
            element("strong", {}, word("event", event.kind)), event.by ? ` · ${event.by}` : "",
            event.report?.author ? ` · ${t("report.writtenBy", { name: event.report.author })}` : "",
            event.text ? element("q", {}, textOf(event)) : null))),
        deliveriesNode(deliveries),
    ];
}

/** Messages that have not arrived; the others are among the events. */
function deliveriesNode(deliveries) {
    const open = deliveries.filter(({ state }) => state !== "delivered");
    if (open.length === 0) return null;
    return element("ul", { class: "deliveries" }, open.map(({ who, sink, state, attempts, problem }) =>
        element("li", { class: state }, element("strong", {}, t(`delivery.${state}`)), ` · ${who} · ${sink}`,
            attempts > 0 ? ` · ${t("delivery.attempts", { count: attempts })}` : "", problem ? `: ${tellProblem(problem)}` : "")));
}

/** What people wrote, or the name of the state that an event brought about. */
function textOf(event) {
    if (event.kind === "undone") return word("state", event.text);
    if (event.kind === "undelivered") return tellProblem(event.text);
    // The report that holds stands among the reports.
    if (event.kind === "withdrawn") return event.report?.reason;
    return event.kind === "critical-value" ? word("critical", event.text) : eventText(event);
}
