/** Where each lead stands on the page. All lengths are millimetres on paper, all times seconds from the page's start. */

/** What a page holds, as on the usual report. */
export const pageSeconds = 10;

/** The gains that an ECG is drawn at, in millimetres a millivolt. */
export const gains = [5, 10, 20];

export const margin = 3;
/** Room above the first row and below the last, which grows with waves that need more. */
const leastRoom = { above: 8, below: margin };
/** It grows to this and no further: 4 mV at 10 mm/mV. What reaches higher than that and half a row is no heart. */
const mostRoom = 40;
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
 * @typedef {{rowHeight: number, middles: number[], width: number, height: number}} Size `middles` is where each row's middle
 *   stands, from the upper edge; `rowHeight` what a row has at least around it.
 */

/**
 * The page's size on a screen, for a layout at a paper speed and gain. Rows stand evenly; where waves need more, traces reach into
 * their neighbours' rows, as on any paper.
 *
 * @param {{rows: number, rowHeight: number}} layout
 * @param {{speed: number, gain: number}} settings
 * @param {{above: number, below: number}} reach How far traces reach above the first row's middle and below the last one's.
 * @returns {Size}
 */
export function pageSize(layout, { speed, gain }, { above, below }) {
    const { rows } = layout;
    const rowHeight = rowHeightAt(gain, layout);
    const room = (reach, least) => Math.min(mostRoom, Math.max(least, Math.ceil(reach - rowHeight / 2) + 1));
    const headroom = room(above, leastRoom.above);
    return {
        rowHeight,
        middles: Array.from({ length: rows }, (_, row) => headroom + (row + 0.5) * rowHeight),
        width: pageWidth(speed),
        height: headroom + rows * rowHeight + room(below, leastRoom.below),
    };
}

/** How high a layout's rows are at a gain where nothing is short of room: higher gains get higher rows. */
export const rowHeightAt = (gain, { rowHeight }) => rowHeight * (gain > 10 ? 1.5 : 1);

/** How wide a page is at a paper speed. */
export const pageWidth = (speed) => 2 * margin + calibrationWidth + pageSeconds * speed;

/** Where what is a row's own begins, its lead's name above all, from the upper edge. */
export const rowTop = (row, { middles, rowHeight }) => middles[row] - rowHeight / 2;

/** Where a time of the page stands, from the left edge. */
export const xOf = (seconds, millimetresPerSecond) => margin + calibrationWidth + seconds * millimetresPerSecond;
