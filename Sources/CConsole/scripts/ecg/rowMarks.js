import { calibrationWidth, margin, rowTop, xOf } from "./layout.js";

/**
 * One millivolt for 0.2 s, at the left of each row.
 *
 * @param {CanvasRenderingContext2D} context Scaled so that a unit is a millimetre.
 * @param {import("./traceLayer.js").Page} page
 */
export function drawCalibration(context, { size, settings: { speed, gain } }) {
    context.strokeStyle = "#16202a";
    context.lineWidth = 0.25;
    const width = Math.min(0.2 * speed, calibrationWidth - 3);
    for (const zero of size.middles) {
        context.beginPath();
        context.moveTo(margin, zero);
        context.lineTo(margin + 1, zero);
        context.lineTo(margin + 1, zero - gain);
        context.lineTo(margin + 1 + width, zero - gain);
        context.lineTo(margin + 1 + width, zero);
        context.lineTo(margin + 2 + width, zero);
        context.stroke();
    }
}

/** The leads' names, where their strips begin. */
export function drawNames(context, { layout, size, settings: { speed } }) {
    context.font = "bold 3.2px sans-serif";
    for (const strip of layout.strips) {
        const x = xOf(strip.startSeconds, speed);
        const y = rowTop(strip.row, size);
        if (strip.startSeconds > 0) {
            context.fillStyle = "#101418";
            context.fillRect(x - 0.1, y + 6, 0.2, 4);
        }
        const width = context.measureText(strip.name).width;
        context.fillStyle = "rgb(255 255 255 / 80%)";
        context.fillRect(x + 0.6, y + 1.4, width + 0.8, 4);
        context.fillStyle = "#101418";
        context.fillText(strip.name, x + 1, y + 4.6);
    }
}
