import { timeOfDay } from "./clock.js";
import { element } from "./element.js";
import { language, t } from "./language/language.js";
import { session } from "./session.js";

/**
 * What keeps people from being told: a bar for each trouble, none where there is none.
 *
 * @param {import("./live/ladder.js").Ladder} ladder
 */
export function ladderBanner(ladder) {
    const { state } = ladder;
    if (!state) return [];
    const bars = ladder.failing.map(({ name, undelivered, waiting, problem }) =>
        t("ladder.failing", { sink: name, undelivered, waiting, problem: problem ?? "–" }));
    // A cardiologist who reads this is there, whatever the server said before their stream began.
    if (state.nobodyThereSince && !session.may("alerts.handle")) {
        bars.push(t("ladder.nobodyThere", { time: timeOfDay(state.nobodyThereSince, language()) }));
    }
    if (state.policyProblem) bars.push(t("ladder.policyProblem", { problem: state.policyProblem }));
    return bars.map((text) => element("p", {}, `⚠ ${text}`));
}
