import { dateAndTime, timeOfDay } from "./clock.js";
import { element } from "./element.js";
import { language } from "./language/language.js";

/** A time: as it is glanced at on the screen, and with its date on paper, which is kept. */
export function timeNode(time) {
    return element("time", { datetime: time },
        element("span", { class: "on-screen" }, timeOfDay(time, language())),
        element("span", { class: "on-paper" }, dateAndTime(time)));
}
