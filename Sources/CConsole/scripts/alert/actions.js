import { element } from "../element.js";
import { t } from "../language/language.js";
import { holder, isOpen, isOwnAmendment } from "../live/alertState.js";
import { session } from "../session.js";
import { undoTime } from "./undo.js";

/**
 * Taking an alert: claiming keeps others from it while one reads, acknowledging takes responsibility and tells the clinic.
 *
 * @param {Object} detail The alert with its events.
 * @param {{claim: () => void, acknowledge: () => void, undo: () => void}} actions
 */
export function actionsNode(detail, { claim, acknowledge, undo }) {
    const { alert } = detail;
    const takeBack = undoTime(detail) > 0
        ? element("button", { name: "undo", type: "button", onclick: undo }, t("alert.undo", { seconds: detail.reporting.undoSeconds }))
        : null;
    if (!isOpen(alert)) return [element("p", {}, t(`state.${alert.state}`)), takeBack];
    if (!session.may("alerts.handle")) return element("p", { class: "hint" }, t("alert.readOnly"));
    const held = holder(alert);
    const isMine = held === session.user.name;
    const isOthers = held !== null && !isMine;
    const isOwnReport = alert.submittedBy === session.user.name;
    const button = (name, key, attributes) => element("button", {
        name, type: "button", "aria-keyshortcuts": key, title: `${t(`alert.${name}`)} (${key})`, ...attributes,
    }, t(`alert.${name}`), " ", element("kbd", {}, key));
    const answer = () => (isOwnAmendment(alert, session.user.name)
        ? element("p", { class: "hint" }, t("report.waitsForSignature"))
        : button("acknowledge", "a", { class: "primary", onclick: acknowledge, disabled: isOthers }));
    return [
        isOthers ? element("p", { class: "held", role: "status" }, t("alert.heldBy", { name: held })) : null,
        button("claim", "c", { onclick: claim, disabled: isMine || isOthers || isOwnReport }),
        alert.state === "acknowledged"
            ? element("p", { class: "taken" }, t("alert.acknowledgedBy", { name: alert.acknowledgedBy ?? "–" }))
            : answer(),
        takeBack,
    ];
}
