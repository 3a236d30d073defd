import { t } from "../language/language.js";

/** How far an arrow key moves a leg, in millimetres; ten times as far with Shift. */
const stepMillimetres = 0.2;

/**
 * Two legs on the paper and what lies between them. The legs are kept in millimetres of the page, so that they stay where they
 * are when the zoom changes.
 */
export class Calipers {
    /** @type {{x1: number, y1: number, x2: number, y2: number}|null} */
    legs = null;

    begin(x, y) {
        this.legs = { x1: x, y1: y, x2: x, y2: y };
    }

    drag(x, y) {
        if (this.legs) Object.assign(this.legs, { x2: x, y2: y });
    }

    clear() {
        this.legs = null;
    }

    /** Moves the second leg, or both with Alt. @returns {boolean} Whether the key was one of these. */
    key(event, width, height) {
        const direction = {
            ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
        }[event.key];
        if (!direction) return false;
        this.legs ??= { x1: width / 3, y1: height / 2, x2: width / 3 + 25, y2: height / 2 };
        const step = stepMillimetres * (event.shiftKey ? 10 : 1);
        const [dx, dy] = direction.map((part) => part * step);
        this.legs.x2 += dx;
        this.legs.y2 += dy;
        if (event.altKey) {
            this.legs.x1 += dx;
            this.legs.y1 += dy;
        }
        return true;
    }

    /** What the legs measure. */
    measure(millimetresPerSecond, millimetresPerMillivolt) {
        if (!this.legs) return null;
        const { x1, y1, x2, y2 } = this.legs;
        const milliseconds = Math.abs(x2 - x1) / millimetresPerSecond * 1000;
        return {
            milliseconds,
            beatsPerMinute: milliseconds > 0 ? 60000 / milliseconds : null,
            millivolts: (y1 - y2) / millimetresPerMillivolt,
        };
    }

    /** The measure in words. */
    text(millimetresPerSecond, millimetresPerMillivolt) {
        const measure = this.measure(millimetresPerSecond, millimetresPerMillivolt);
        if (!measure) return t("calipers.hint");
        const rate = measure.beatsPerMinute && measure.beatsPerMinute < 1000 ? `${Math.round(measure.beatsPerMinute)}/min` : "–";
        return `${Math.round(measure.milliseconds)} ms · ${rate} · ${measure.millivolts.toFixed(2)} mV`;
    }

    /** @param {CanvasRenderingContext2D} context Scaled so that a unit is a millimetre. */
    draw(context, { width, height }) {
        if (!this.legs) return;
        const { x1, y1, x2, y2 } = this.legs;
        context.strokeStyle = "#0a63c9";
        context.lineWidth = 0.25;
        context.beginPath();
        for (const x of [x1, x2]) {
            context.moveTo(x, 0);
            context.lineTo(x, height);
        }
        context.setLineDash([1, 1]);
        for (const y of [y1, y2]) {
            context.moveTo(0, y);
            context.lineTo(width, y);
        }
        context.stroke();
        context.setLineDash([]);
        context.fillStyle = "rgb(10 99 201 / 10%)";
        context.fillRect(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1));
    }
}
