import { now } from "../clock.js";
import { newest } from "../newest.js";
import { session } from "../session.js";

const answers = ["raised", "worsened", "reopened", "raised-again", "acknowledged", "dismissed", "undone"];
const reports = ["preliminary", "submitted", "reported", "amended"];

/**
 * How long the reader may still take back their acknowledgement or dismissal, as the server counts it.
 *
 * @returns {number} Milliseconds; 0 where there is nothing to take back.
 */
export function undoTime({ events, reporting }) {
    const last = newest(events, ({ kind }) => answers.includes(kind) || reports.includes(kind));
    const opened = events.indexOf(newest(events, ({ kind }) => ["raised", "reopened", "raised-again"].includes(kind)));
    if (!last || !reporting || !["acknowledged", "dismissed"].includes(last.kind) || last.by !== session.user?.name
        || events.slice(opened).some(({ kind }) => reports.includes(kind))) return 0;
    return Math.max(0, Date.parse(last.at) + 1000 * reporting.undoSeconds - now());
}
