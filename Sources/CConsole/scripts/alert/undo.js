import { now } from "../clock.js";

/**
 * How long the reader may still take back what was done last about an alert.
 *
 * @param {{undoUntil?: string}} detail The alert's, as the server answers this reader.
 * @returns {number} Milliseconds; 0 where there is nothing to take back.
 */
export const undoTime = ({ undoUntil }) => (undoUntil ? Math.max(0, Date.parse(undoUntil) - now()) : 0);
