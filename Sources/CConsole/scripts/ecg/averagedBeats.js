import { element, fill } from "../element.js";
import { t } from "../language/language.js";
import { drawGrid } from "./grid.js";
import { standardScale } from "./paper.js";
import { extremes } from "./trace.js";
import { setting } from "../settings.js";

/** What is drawn around the R peaks, in seconds. */
const before = 0.25;
const after = 0.45;
/** The level before the QRS onset that everything is measured from: as long as the analyser's. */
const levelSeconds = 0.016;
const speed = 50;
const gain = 10;
const width = (before + after) * speed;
/** Millimetres; the pieces are as high as the tallest beat needs, and no higher than a beat can be. */
const leastHeight = 30;
const mostHeight = 80;
/** Kept free above and below a beat. */
const edge = 4;

/**
 * The mean of a lead's normal beats, relative to the level before the QRS onset.
 *
 * @param {import("./waveform.js").Waveform} waveform
 * @param {{rPeak: number, qrsOnset?: number, jPoint?: number, beatClass: string}[]} beats
 * @returns {{count: number, j: number|null, leads: Float32Array[]}|null} `j` in samples after the first value.
 */
export function averagedBeats(waveform, beats) {
    const { rate } = waveform;
    const left = Math.round(before * rate);
    const length = Math.round((before + after) * rate);
    const used = beats.filter((beat) => ["normal", "paced"].includes(beat.beatClass)
        && beat.qrsOnset !== undefined && beat.rPeak - left >= 0 && beat.rPeak - left + length <= waveform.sampleCount);
    if (used.length === 0) return null;
    const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
    const onset = median(used.map((beat) => beat.qrsOnset - beat.rPeak)) + left;
    const ends = used.filter((beat) => beat.jPoint !== undefined).map((beat) => beat.jPoint - beat.rPeak);
    const levelSamples = Math.max(1, Math.round(levelSeconds * rate));
    const leads = waveform.recording.leads.map((_, channel) => {
        const sum = new Float32Array(length);
        const present = new Uint16Array(length);
        for (const beat of used) {
            const values = waveform.values(channel, beat.rPeak - left, beat.rPeak - left + length, "off");
            let level = 0;
            for (let i = Math.max(0, onset - levelSamples); i < onset; i += 1) level += values[i] / levelSamples;
            if (Number.isNaN(level)) continue;
            for (let i = 0; i < length; i += 1) {
                if (Number.isNaN(values[i])) continue;
                sum[i] += values[i] - level;
                present[i] += 1;
            }
        }
        return sum.map((value, i) => (present[i] > 0 ? value / present[i] : NaN));
    });
    return { count: used.length, j: ends.length > 0 ? median(ends) + left : null, leads };
}

/** Draws the averaged beats in small pieces of paper, with the machine's ST level under each. */
export function averagedBeatsNode(waveform, beats, levels) {
    const average = averagedBeats(waveform, beats);
    const node = element("div", { class: "averages" });
    if (!average) {
        fill(node, element("p", { class: "hint" }, t("averages.none")));
        return node;
    }
    const tallest = Math.max(...average.leads.map((values) => {
        const [low, high] = extremes(values);
        return low > high ? 0 : Math.max(0, high) - Math.min(0, low);
    }));
    const height = Math.min(mostHeight, Math.max(leastHeight, Math.ceil(tallest * gain) + 2 * edge));
    fill(node,
        element("p", { class: "hint" }, t("averages.of", { count: average.count, speed, gain })),
        element("div", { class: "beats" }, waveform.recording.leads.map((lead, channel) =>
            element("figure", {},
                draw(average.leads[channel], average.j, waveform.rate, { width, height }),
                element("figcaption", {}, element("strong", {}, lead.label), " ", stText(levels?.[lead.lead]))))));
    return node;
}

function stText(level) {
    return level?.stJ === undefined ? "" : `J ${signed(level.stJ)} · J60 ${signed(level.st60)}`;
}

export const signed = (millivolts) =>
    millivolts === undefined ? "–" : `${millivolts < 0 ? "−" : "+"}${Math.abs(millivolts).toFixed(2)}`;

function draw(values, j, rate, size) {
    const scale = setting("pixelsPerMillimetre", standardScale) * 0.75;
    const density = scale * Math.max(2, devicePixelRatio);
    const canvas = element("canvas", { width: Math.round(size.width * density), height: Math.round(size.height * density) });
    canvas.style.width = `${size.width * scale}px`;
    canvas.style.height = `${size.height * scale}px`;
    const context = canvas.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    drawGrid(context, size, density);
    const zero = placeOfZero(values, size.height);
    const x = (index) => index / rate * speed;
    if (j !== null) {
        context.strokeStyle = "#1a4fa0";
        context.lineWidth = 0.25;
        context.beginPath();
        context.moveTo(x(j), 0);
        context.lineTo(x(j), size.height);
        context.stroke();
    }
    context.strokeStyle = "#7a868f";
    context.lineWidth = 0.15;
    context.beginPath();
    context.moveTo(0, zero);
    context.lineTo(size.width, zero);
    context.stroke();
    context.strokeStyle = "#101418";
    context.lineWidth = 0.3;
    context.beginPath();
    let isDown = false;
    values.forEach((value, index) => {
        if (Number.isNaN(value)) {
            isDown = false;
            return;
        }
        if (isDown) context.lineTo(x(index), zero - value * gain);
        else context.moveTo(x(index), zero - value * gain);
        isDown = true;
    });
    context.stroke();
    return canvas;
}

/** Puts 0 mV where the whole beat is seen: in the middle unless it reaches beyond the paper. */
function placeOfZero(values, height) {
    let low = 0;
    let high = 0;
    for (const value of values) {
        if (value < low) low = value;
        if (value > high) high = value;
    }
    const middleOfBeat = height / 2 + (high + low) / 2 * gain;
    return Math.min(height - edge, Math.max(edge, middleOfBeat));
}
