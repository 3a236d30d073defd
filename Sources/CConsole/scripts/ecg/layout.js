/** Where each lead stands on the page. All lengths are millimetres on paper, all times seconds from the page's start. */

/** What a page holds, as on the usual report. */
export const pageSeconds = 10;

/** What A4 takes, lying, with 8 mm of margin, 34 mm of patient above and the scale below: what is printed is cut off by no printer. */
export const printable = { width: 281, height: 155 };

export const margin = 3;
/** Room above the first row and below the last, which grows with waves that need more. */
const leastRoom = { above: 8, below: margin };
/** It grows to this and no further: 4 mV at 10 mm/mV. What reaches higher than that and half a row is no heart. */
const mostRoom = 40;
/** Where a sheet holds no more, rows come as near to each other as this. */
const leastRowHeight = 8;
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
 * Where they do not, traces reach into their neighbours' rows, as on any paper.
 *
 * @param {{rows: number, rowHeight: number}} layout
 * @param {{speed: number, gain: number}} settings
 * @param {{above: number, below: number}} reach How far traces reach above the first row's middle and below the last one's.
 * @param {number} [mostHeight]
 * @returns {{rowHeight: number, headroom: number, width: number, height: number}} `headroom` is what lies above the first row.
 */
export function pageSize({ rows, rowHeight: standard }, { speed, gain }, { above, below }, mostHeight = Infinity) {
    const wanted = standard * (gain > 10 ? 1.5 : 1);
    const sized = (rowHeight) => {
        const room = (reach, least) => Math.min(mostRoom, Math.max(least, Math.ceil(reach - rowHeight / 2) + 1));
        const headroom = room(above, leastRoom.above);
        const height = headroom + rows * rowHeight + room(below, leastRoom.below);
        const excess = Math.max(0, height - mostHeight);
        return { rowHeight, headroom: Math.max(leastRoom.above, headroom - excess), height: height - excess, excess };
    };
    let size = sized(wanted);
    for (let rowHeight = Math.floor(wanted); size.excess > 0 && rowHeight >= leastRowHeight; rowHeight -= 1) size = sized(rowHeight);
    return { ...size, width: 2 * margin + calibrationWidth + pageSeconds * speed };
}

/** Where a row begins, from the upper edge. */
export const rowTop = (row, { headroom, rowHeight }) => headroom + row * rowHeight;

/** Where a time of the page stands, from the left edge. */
export const xOf = (seconds, millimetresPerSecond) => margin + calibrationWidth + seconds * millimetresPerSecond;
