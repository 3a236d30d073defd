import { element, fill } from "../element.js";
import { t } from "../language/language.js";
import { setting } from "../settings.js";
import { drawBeatMarks } from "./beatMarks.js";
import { Calipers } from "./calipers.js";
import { drawGrid } from "./grid.js";
import { calibrationWidth, layoutOf, margin, pageSeconds, pageSize, rowTop, xOf } from "./layout.js";
import { addTrace, middle } from "./trace.js";

/** CSS pixels a millimetre where nobody has measured the screen: CSS's own inch of 96 pixels. */
export const standardScale = 96 / 25.4;
/** Canvas pixels a CSS pixel when printed: 300 dots an inch. */
const printDensity = 300 / 96;

/**
 * A page of ECG paper, true to scale, that can be moved through the whole recording.
 *
 * Three canvases lie on each other, so that moving draws only traces: the grid, the traces with their marks, the calipers.
 */
export class Paper {
    #waveform;
    #settings;
    #beats = [];
    #start = 0;
    #layers = ["grid", "traces", "measure"].map((name) => element("canvas", { class: name }));
    #sheet;
    #slider;
    #readout = element("output", { class: "readout", "aria-live": "polite" });
    #position = element("output", { class: "position" });
    #calipers = new Calipers();
    #isMeasuring = false;
    #isDrawing = false;
    #density = 0;
    #levels = new Map();
    #print = (event) => this.#drawAt(event.type === "beforeprint" ? printDensity : devicePixelRatio);
    #zoomed = () => this.draw();

    /**
     * @param {import("./waveform.js").Waveform} waveform
     * @param {{layout: string, speed: number, gain: number, filter: string, zoom: number, marks: boolean}} settings
     * @param {string} label What a screen reader calls it.
     */
    constructor(waveform, settings, label) {
        this.#waveform = waveform;
        this.#settings = settings;
        this.#sheet = element("div", {
            class: "sheet", tabindex: 0, role: "img", "aria-label": label,
            onkeydown: (event) => this.#key(event),
        }, this.#layers);
        this.#slider = element("input", {
            type: "range", class: "slider", min: 0, step: 0.1, "aria-label": t("paper.position"),
            oninput: (event) => this.moveTo(Number(event.target.value)),
        });
        this.node = element("div", { class: "paper" },
            element("div", { class: "viewport" }, this.#sheet), this.#slider,
            element("div", { class: "below" }, this.#position, this.#readout));
        this.#listenToPointer();
        addEventListener("beforeprint", this.#print);
        addEventListener("afterprint", this.#print);
        addEventListener("resize", this.#zoomed);
    }

    close() {
        removeEventListener("beforeprint", this.#print);
        removeEventListener("afterprint", this.#print);
        removeEventListener("resize", this.#zoomed);
    }

    /** Where the page begins, in seconds. */
    get start() {
        return this.#start;
    }

    set beats(beats) {
        this.#beats = beats;
        this.draw();
    }

    apply(settings) {
        this.#settings = settings;
        this.#density = 0;
        this.draw();
    }

    set isMeasuring(on) {
        this.#isMeasuring = on;
        this.#sheet.classList.toggle("measuring", on);
        if (!on) this.#calipers.clear();
        this.#drawCalipers();
    }

    moveTo(seconds) {
        this.#start = Math.min(Math.max(0, seconds), this.#lastStart);
        this.draw();
    }

    get #lastStart() {
        return Math.max(0, this.#waveform.seconds - pageSeconds);
    }

    /** Draws at the screen's next frame; what has not been fetched yet follows when it has. */
    draw() {
        if (this.#isDrawing) return;
        this.#isDrawing = true;
        requestAnimationFrame(() => {
            this.#isDrawing = false;
            this.#drawAt(devicePixelRatio);
        });
        this.#load();
    }

    async #load() {
        const { filter } = this.#settings;
        const from = this.#start;
        try {
            if (await this.#waveform.load(from, from + pageSeconds, filter)) this.draw();
            // One page ahead, so that scrolling meets no gap.
            this.#waveform.load(from + pageSeconds, from + 2 * pageSeconds, filter).catch(() => {
                // Asked for again when it is looked at; then the failure shows.
            });
            if (this.failure) this.failure = null;
        } catch (error) {
            this.failure = error;
        }
        this.onload?.();
    }

    // MARK: Drawing

    #drawAt(density) {
        const begin = performance.now();
        const { layout: name, speed, gain, zoom } = this.#settings;
        const layout = layoutOf(name, this.#waveform.recording.leads);
        const size = pageSize(layout, speed, gain);
        const scale = setting("pixelsPerMillimetre", standardScale) * zoom;
        this.page = { layout, size, scale };
        if (this.#resize(size, scale, density)) {
            const context = this.#context(0, scale * density);
            drawGrid(context, size, scale * density);
            this.#calibrate(context, layout, size);
        }
        this.#drawTraces(layout, size, scale * density);
        this.#drawCalipers();
        this.#slider.max = this.#lastStart;
        this.#slider.value = this.#start;
        this.#slider.hidden = this.#lastStart === 0;
        this.#tellPosition();
        // For whoever wants to know, the tests among them.
        this.#sheet.dataset.drawMilliseconds = (performance.now() - begin).toFixed(1);
    }

    /** Fits the canvases to the page. @returns {boolean} Whether the grid has to be drawn. */
    #resize(size, scale, density) {
        const width = Math.round(size.width * scale * density);
        const height = Math.round(size.height * scale * density);
        const key = width * 65536 + height;
        if (this.#density === key) return false;
        this.#density = key;
        this.#sheet.style.width = `${size.width * scale}px`;
        this.#sheet.style.height = `${size.height * scale}px`;
        this.#sheet.style.setProperty("--print-width", `${size.width}mm`);
        this.#sheet.style.setProperty("--print-height", `${size.height}mm`);
        for (const canvas of this.#layers) {
            canvas.width = width;
            canvas.height = height;
        }
        return true;
    }

    #context(layer, scale) {
        const context = this.#layers[layer].getContext("2d");
        context.setTransform(scale, 0, 0, scale, 0, 0);
        return context;
    }

    /** One millivolt for 0.2 s, at the left of each row. */
    #calibrate(context, layout, { rowHeight }) {
        const { speed, gain } = this.#settings;
        context.strokeStyle = "#16202a";
        context.lineWidth = 0.25;
        const width = Math.min(0.2 * speed, calibrationWidth - 3);
        for (let row = 0; row < layout.rows; row += 1) {
            const zero = rowTop(row + 0.5, rowHeight);
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

    #drawTraces(layout, size, pixelsPerMillimetre) {
        const { speed, gain, filter, marks } = this.#settings;
        const { rate } = this.#waveform;
        const context = this.#context(1, pixelsPerMillimetre);
        context.clearRect(0, 0, size.width, size.height);
        const shown = new Map();
        context.strokeStyle = "#101418";
        context.lineWidth = Math.max(0.22, 1.1 / pixelsPerMillimetre);
        context.lineJoin = "round";
        context.beginPath();
        this.#levels.clear();
        for (const strip of layout.strips) {
            const from = Math.max(0, Math.round((this.#start + strip.startSeconds) * rate));
            const to = Math.min(this.#waveform.sampleCount, Math.round((this.#start + strip.endSeconds) * rate));
            const values = this.#waveform.values(strip.channel, from, to, filter);
            const level = this.#level(strip.channel, filter);
            const zero = rowTop(strip.row + 0.5, size.rowHeight);
            shown.set(strip, { from, values, level, zero });
            addTrace(context, values, {
                x: xOf(from / rate - this.#start, speed), step: speed / rate, zero, gain, level,
                // A trace may reach into the neighbours' rows, as on paper, but not beyond them.
                top: Math.max(0, zero - 1.2 * size.rowHeight), bottom: Math.min(size.height, zero + 1.2 * size.rowHeight),
                column: 1 / pixelsPerMillimetre,
            });
        }
        context.stroke();
        this.#name(context, layout, size);
        if (marks) {
            drawBeatMarks(context, this.#beats, {
                layout, size, start: this.#start, rate, speed,
                height: (strip, sample) => {
                    const { from, values, level, zero } = shown.get(strip);
                    const value = values[sample - from];
                    return value === undefined || Number.isNaN(value) ? null : zero - (value - level) * gain;
                },
            });
        }
    }

    /** A lead's middle over the page, the same for each of its strips. */
    #level(channel, filter) {
        if (!this.#levels.has(channel)) {
            const from = Math.round(this.#start * this.#waveform.rate);
            const to = Math.min(this.#waveform.sampleCount, from + pageSeconds * this.#waveform.rate);
            this.#levels.set(channel, middle(this.#waveform.values(channel, from, to, filter)));
        }
        return this.#levels.get(channel);
    }

    #name(context, layout, { rowHeight }) {
        context.font = "bold 3.2px sans-serif";
        for (const strip of layout.strips) {
            const x = xOf(strip.startSeconds, this.#settings.speed);
            const y = rowTop(strip.row, rowHeight);
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

    #drawCalipers() {
        if (!this.page) return;
        const { size, scale } = this.page;
        const context = this.#context(2, scale * this.#layers[2].width / (size.width * scale));
        context.clearRect(0, 0, size.width, size.height);
        this.#calipers.draw(context, size);
        this.#readout.textContent = this.#isMeasuring
            ? this.#calipers.text(this.#settings.speed, this.#settings.gain) : "";
    }

    #tellPosition() {
        const end = Math.min(this.#waveform.seconds, this.#start + pageSeconds);
        const { speed, gain, filter } = this.#settings;
        fill(this.#position,
            t("paper.stretch", {
                from: this.#start.toFixed(1), to: end.toFixed(1), all: this.#waveform.seconds.toFixed(1),
            }),
            ` · ${speed} mm/s · ${gain} mm/mV · `,
            element("strong", { class: filter === "monitor" ? "warned" : "" }, t(`filter.${filter}`)));
    }

    // MARK: Moving and measuring

    #key(event) {
        if (this.#isMeasuring && this.page && this.#calipers.key(event, this.page.size.width, this.page.size.height)) {
            this.#drawCalipers();
        } else {
            const target = {
                ArrowLeft: this.#start - 1, ArrowRight: this.#start + 1, PageUp: this.#start - pageSeconds,
                PageDown: this.#start + pageSeconds, Home: 0, End: this.#lastStart,
            }[event.key];
            if (target === undefined || this.#lastStart === 0) return;
            this.moveTo(target);
        }
        event.preventDefault();
    }

    #listenToPointer() {
        const place = (event) => {
            const box = this.#sheet.getBoundingClientRect();
            return [(event.clientX - box.left) / this.page.scale, (event.clientY - box.top) / this.page.scale];
        };
        let last = null;
        this.#sheet.addEventListener("pointerdown", (event) => {
            if (event.button !== 0 || !this.page) return;
            last = event.clientX;
            if (this.#isMeasuring) {
                this.#sheet.setPointerCapture(event.pointerId);
                this.#calipers.begin(...place(event));
                this.#drawCalipers();
            }
        });
        this.#sheet.addEventListener("pointermove", (event) => {
            if (last === null) return;
            if (this.#isMeasuring) {
                this.#calipers.drag(...place(event));
                this.#drawCalipers();
            } else if (this.#lastStart > 0) {
                const seconds = (last - event.clientX) / this.page.scale / this.#settings.speed;
                last = event.clientX;
                this.moveTo(this.#start + seconds);
            }
        });
        for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
            this.#sheet.addEventListener(name, () => {
                last = null;
            });
        }
        this.#sheet.addEventListener("wheel", (event) => {
            // Up and down scrolls the page that the paper lies on.
            if (this.#lastStart === 0 || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
            event.preventDefault();
            this.moveTo(this.#start + event.deltaX / this.page.scale / this.#settings.speed);
        }, { passive: false });
    }
}
