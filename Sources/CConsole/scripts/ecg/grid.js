/** ECG paper: lines a millimetre apart, stronger ones each five. Both are faint enough to leave the trace in front. */
const fineColour = "#f7dada";
const strongColour = "#e9a9a9";

/**
 * @param {CanvasRenderingContext2D} context Scaled so that a unit is a millimetre.
 * @param {{width: number, height: number}} size
 * @param {number} pixelsPerMillimetre Of the screen, so that lines are as thin as it can show.
 */
export function drawGrid(context, { width, height }, pixelsPerMillimetre) {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    // Finer than this the lines would run together into grey.
    if (pixelsPerMillimetre > 2.5) lines(context, width, height, 1, fineColour, Math.max(0.08, 0.8 / pixelsPerMillimetre));
    lines(context, width, height, 5, strongColour, Math.max(0.14, 1 / pixelsPerMillimetre));
}

function lines(context, width, height, spacing, colour, lineWidth) {
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.beginPath();
    for (let x = 0; x <= width; x += spacing) {
        context.moveTo(x, 0);
        context.lineTo(x, height);
    }
    for (let y = 0; y <= height; y += spacing) {
        context.moveTo(0, y);
        context.lineTo(width, y);
    }
    context.stroke();
}
