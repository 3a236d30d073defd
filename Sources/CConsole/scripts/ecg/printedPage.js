import { gains, margin, pageWidth, rowHeightAt } from "./layout.js";

/** What A4 takes, lying, with 8 mm of margin, 34 mm of patient above and the scale below: what is printed is cut off by no printer. */
const printable = { width: 281, height: 155 };
/** Millimetres a second where the chosen ones are too many for the sheet: the usual ones. */
const usualSpeed = 25;
/** Paper between what must not meet, in millimetres: a small square of the grid. */
const gap = 1;
/** Rows stand no nearer than a lead's name needs, 4 mm, and as much again for its trace. Sixteen leads have room at that. */
const leastPitch = 8;

/**
 * How a page is printed. Each row stands as far from its neighbours as their traces reach towards each other; where the sheet is
 * too low for that, it is drawn at the next lower gain. Where even the lowest is too high, those that need most get less.
 *
 * @param {{rows: number, rowHeight: number}} layout
 * @param {{speed: number, gain: number}} chosen
 * @param {import("./traceLayer.js").Reach[]} reaches
 * @returns {{scale: {speed: number, gain: number}, size: import("./layout.js").Size, meeting: string[]}} `scale` is what is
 *   drawn, and has to stand below the sheet; `meeting` names the leads whose traces meet after all.
 */
export function printedPage(layout, chosen, reaches) {
    const speed = pageWidth(chosen.speed) > printable.width ? usualSpeed : chosen.speed;
    const [lowest, ...higher] = gains.filter((gain) => gain <= chosen.gain);
    const result = (gain, { pitch, spaces }) => ({
        scale: { speed, gain },
        size: {
            rowHeight: pitch,
            middles: spaces.slice(0, -1).map((_, row) => sum(spaces.slice(0, row + 1))),
            width: pageWidth(speed),
            height: sum(spaces),
        },
        meeting: meetingAt(gain, reaches, spaces),
    });
    for (const gain of [...higher.reverse(), lowest]) {
        const spaced = apart(layout, gain, reaches);
        if (spaced) return result(gain, spaced);
    }
    return result(lowest, squeezed(layout, lowest, reaches));
}

/** The spaces that keep all traces apart, as even as the sheet allows. @returns {Object|null} Null where it is too low. */
function apart(layout, gain, reaches) {
    const needs = needsAt(gain, layout, reaches);
    for (let pitch = Math.floor(rowHeightAt(gain, layout)); pitch >= leastPitchAt(gain); pitch -= 1) {
        const spaces = spacesOf(needs, pitch);
        if (sum(spaces) <= printable.height) return { pitch, spaces };
    }
    return null;
}

/** The spaces where not all traces can be kept apart: as many as can. */
function squeezed(layout, gain, reaches) {
    const needs = needsAt(gain, layout, reaches);
    const pitch = leastPitchAt(gain);
    let most = printable.height;
    let spaces = spacesOf(needs, pitch, most);
    while (sum(spaces) > printable.height && most > pitch) {
        most -= 1;
        spaces = spacesOf(needs, pitch, most);
    }
    return { pitch, spaces };
}

/** A calibration pulse meets none above it, or nobody could tell how high it is. */
const leastPitchAt = (gain) => Math.max(leastPitch, gain + gap);

/** From the upper edge to the first row's middle, from each to the next, from the last to the lower edge, in millimetres. */
const spacesOf = (needs, pitch, most = Infinity) => needs.map((need, index) =>
    Math.max(index === 0 || index === needs.length - 1 ? pitch / 2 + margin : pitch, Math.min(need, most)));

/** What the traces need of each of these spaces. */
function needsAt(gain, { rows }, reaches) {
    const needs = new Array(rows + 1).fill(0);
    const need = (space, millivolts) => {
        needs[space] = Math.max(needs[space], millivolts * gain + gap);
    };
    // The first row's calibration pulse.
    need(0, 1);
    for (const { row, above, below } of reaches) {
        if (row === 0) need(0, above);
        if (row === rows - 1) need(rows, below);
    }
    for (const [upper, lower] of neighbours(reaches)) need(lower.row, upper.below + lower.above);
    return needs;
}

function meetingAt(gain, reaches, spaces) {
    const meeting = neighbours(reaches).filter(([upper, lower]) => (upper.below + lower.above) * gain > spaces[lower.row]);
    return [...new Set(meeting.flat().map(({ name }) => name))];
}

/** The strips of which one stands below the other at the same time. */
const neighbours = (reaches) => reaches.flatMap((upper) => reaches
    .filter((lower) => lower.row === upper.row + 1
        && lower.startSeconds < upper.endSeconds && upper.startSeconds < lower.endSeconds)
    .map((lower) => [upper, lower]));

const sum = (values) => values.reduce((total, value) => total + value, 0);
