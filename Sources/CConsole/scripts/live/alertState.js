import { now } from "../clock.js";

const rank = { high: 2, medium: 1, low: 0 };

/** The most urgent first, then the oldest. */
export function moreUrgent(a, b) {
    return rank[b.alert.priority] - rank[a.alert.priority]
        || Date.parse(a.alert.raisedAt) - Date.parse(b.alert.raisedAt) || a.alert.id - b.alert.id;
}

export const isOpen = (alert) => alert.state !== "reported" && alert.state !== "dismissed";
/** Nobody has taken responsibility yet. */
export const isWaiting = (alert) => isOpen(alert) && alert.state !== "acknowledged";
/** Whether what waits is a reader's own amendment, about which only another can do anything. */
export const isOwnAmendment = (alert, name) => alert.isAmendment === true && alert.submittedBy === name;
/** Who holds the alert just now, or null. */
export const holder = (alert) =>
    alert.leasedBy && alert.leasedUntil && Date.parse(alert.leasedUntil) > now() ? alert.leasedBy : null;
