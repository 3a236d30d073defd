/** Where each lead stands on the page. All lengths are millimetres on paper, all times seconds from the page's start. */

/** What a page holds, as on the usual report. */
export const pageSeconds = 10;

/** What a sheet of A4 takes, lying, with 8 mm of margin and the patient above: what is printed is cut off by no printer. */
export const printable = { width: 281, height: 165 };

export const margin = 3;
/** Room above the first row for tall R waves. */
export const headroom = 8;
/** Room for the calibration pulse at the left of each row. */
export const calibrationWidth = 9;

const limb = ["I", "II", "III", "aVR", "aVL", "aVF"];
const chest = ["V1", "V2", "V3", "V4", "V5", "V6"];
const columns = [["I", "II", "III"], ["aVR", "aVL", "aVF"], ["V1", "V2", "V3"], ["V4", "V5", "V6"]];

/** The layouts by name; `rows` is how high each is at 10 mm/mV. */
export const layouts = { "3x4": { rowHeight: 30 }, "6x2": { rowHeight: 22 }, "12x1": { rowHeight: 17 } };

/**
 * @typedef {{channel: number, name: string, row: number, startSeconds: number, endSeconds: number}} Strip
 * @param {string} name
 * @param {{lead: string, label: string}[]} leads
 * @returns {{strips: Strip[], rows: number, rowHeight: number}}
 */
export function layoutOf(name, leads) {
    const channelOf = (lead) => leads.findIndex((candidate) => candidate.lead === lead);
    const isStandard = [...limb, ...chest].every((lead) => channelOf(lead) >= 0);
    const { rowHeight } = layouts[name];
    const strip = (lead, row, startSeconds, endSeconds) =>
        ({ channel: channelOf(lead), name: lead, row, startSeconds, endSeconds });
    if (!isStandard || name === "12x1") {
        const order = isStandard ? [...limb, ...chest].map(channelOf) : leads.map((_, channel) => channel);
        const extra = isStandard ? leads.map((_, channel) => channel).filter((channel) => !order.includes(channel)) : [];
        const channels = [...order, ...extra];
        return {
            strips: channels.map((channel, row) => ({
                channel, name: leads[channel].label, row, startSeconds: 0, endSeconds: pageSeconds,
            })),
            rows: channels.length,
            rowHeight: channels.length <= 4 ? layouts["3x4"].rowHeight : rowHeight,
        };
    }
    if (name === "6x2") {
        const half = pageSeconds / 2;
        return {
            strips: [
                ...limb.map((lead, row) => strip(lead, row, 0, half)),
                ...chest.map((lead, row) => strip(lead, row, half, pageSeconds)),
            ],
            rows: 6,
            rowHeight,
        };
    }
    const quarter = pageSeconds / columns.length;
    return {
        strips: [
            ...columns.flatMap((column, index) => column.map((lead, row) =>
                strip(lead, row, index * quarter, (index + 1) * quarter))),
            strip("II", 3, 0, pageSeconds),
        ],
        rows: 4,
        rowHeight,
    };
}

/**
 * The page's size for a layout at a paper speed and gain: higher gains get higher rows, as long as they fit into `mostHeight`.
 * Where they do not, traces reach into their neighbours' rows.
 */
export function pageSize(layout, millimetresPerSecond, millimetresPerMillivolt, mostHeight = Infinity) {
    const rowHeight = Math.min(
        layout.rowHeight * (millimetresPerMillivolt > 10 ? 1.5 : 1), Math.floor((mostHeight - headroom - margin) / layout.rows));
    return {
        rowHeight,
        width: 2 * margin + calibrationWidth + pageSeconds * millimetresPerSecond,
        height: headroom + layout.rows * rowHeight + margin,
    };
}

/** Where a row begins, from the upper edge. */
export const rowTop = (row, rowHeight) => headroom + row * rowHeight;

/** Where a time of the page stands, from the left edge. */
export const xOf = (seconds, millimetresPerSecond) => margin + calibrationWidth + seconds * millimetresPerSecond;
