import { timeOfDay } from "./clock.js";
import { element } from "./element.js";
import { tellProblem } from "./language/deliveryProblems.js";
import { language, refusalText, t } from "./language/language.js";
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
        t("ladder.failing", { sink: name, undelivered, waiting, problem: tellProblem(problem) ?? "–" }));
    for (const { name, nobodyThereSince } of state.hospitals) {
        if (!nobodyThereSince || isThere(name)) continue;
        bars.push(t("ladder.nobodyThere", { hospital: name, time: timeOfDay(nobodyThereSince, language()) }));
    }
    const overdue = Object.values(state.criticalValues.overdue).reduce((sum, count) => sum + count, 0);
    // Who may read them has them in the bar above, with a link.
    if (overdue > 0 && !session.may("patients.read")) bars.push(t("ladder.criticalOverdue", { count: overdue }));
    if (state.policyProblem) {
        bars.push(t("ladder.policyProblem", { problem: refusalText(state.policyRefusal, true) ?? state.policyProblem }));
    }
    return bars.map((text) => element("p", {}, `⚠ ${text}`));
}

/** A cardiologist who reads this is there, whatever the server said before their stream began. */
function isThere(hospital) {
    return session.may("alerts.handle") && (!session.user.hospital || session.user.hospital === hospital);
}
