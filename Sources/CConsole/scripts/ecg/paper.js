import { element } from "../element.js";
import { explain, t } from "../language/language.js";
import { setting } from "../settings.js";
import { Calipers } from "./calipers.js";
import { drawGrid } from "./grid.js";
import { gains, layoutOf, pageSeconds, pageSize } from "./layout.js";
import { Legend } from "./legend.js";
import { printedPage } from "./printedPage.js";
import { drawCalibration, drawNames } from "./rowMarks.js";
import { TraceLayer } from "./traceLayer.js";

/** CSS pixels a millimetre where nobody has measured the screen: CSS's own inch of 96 pixels. */
export const standardScale = 96 / 25.4;
/** Canvas pixels a millimetre when printed, whatever the zoom of the screen: 300 dots an inch. */
const printPixels = 300 / 25.4;
/** So long after the last move the page is taken to rest. */
const restMilliseconds = 150;
/** Samples that could not be had are asked for again after so long. */
const retryMilliseconds = 5000;
/** Between the pieces that are drawn ahead, for whatever else the browser has to do. */
const breathMilliseconds = 8;
/** Half a minute: a hurried hand moves on by no more while a page is fetched. */
const pagesAhead = 3;

/**
 * A page of ECG paper, true to scale, that can be moved through the whole recording.
 *
 * Canvases lie on each other, so that moving draws only traces: the grid, the traces with their marks, the leads' names, the
 * calipers. While the page moves the traces are laid from pieces that are drawn already; where it rests they are drawn anew.
 */
export class Paper {
    #waveform;
    #settings;
    #beats = [];
    #start = 0;
    #layers = ["grid", "traces", "names", "measure"].map((name) => element("canvas", { class: name }));
    #sheet;
    #slider;
    #readout = element("output", { class: "readout", "aria-live": "polite" });
    #legend = new Legend();
    #problem = element("p", { class: "message", role: "alert" });
    #calipers = new Calipers();
    #isMeasuring = false;
    #isMoving = false;
    /** From the browser's word that it prints to its word that it has: the sheet is drawn for the printer, whoever asks. */
    #isPrinting = false;
    #isDrawing = false;
    #isLoadingAhead = false;
    #isClosed = false;
    /** What the canvases are sized, and all but the traces drawn, for. */
    #fitted = "";
    #traces;
    /** The farthest that the traces have reached above the first row's middle and below the last one's, in millimetres. */
    #reach = { above: 0, below: 0 };
    #retry = null;
    #ahead = null;
    /** The end of a move, pending. */
    #rest = null;
    /** Which way the page moves: 1 forwards, -1 back. */
    #direction = 1;
    #print = (event) => {
        this.#isPrinting = event.type === "beforeprint";
        this.#drawNow();
    };
    #zoomed = () => this.draw();

    /** The page as it was drawn last. @type {import("./traceLayer.js").Page|null} */
    page = null;
    /** Called when the page has come to rest. @type {(() => void)|null} */
    onrest = null;
    /** Called when a page has been drawn with all of its samples. @type {(() => void)|null} */
    ondrawn = null;
    /** Called with what kept the page's samples away. @type {((error: Error) => void)|null} */
    onfailure = null;

    /**
     * @param {import("./waveform.js").Waveform} waveform
     * @param {{layout: string, speed: number, gain: number, filter: string, zoom: number, marks: boolean}} settings
     * @param {string} label What a screen reader calls it.
     */
    constructor(waveform, settings, label) {
        this.#waveform = waveform;
        this.#settings = settings;
        this.#traces = new TraceLayer(this.#layers[1], waveform);
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
            element("div", { class: "below" }, this.#legend.position, this.#legend.beyond, this.#readout), this.#problem);
        this.#listenToPointer();
        addEventListener("beforeprint", this.#print);
        addEventListener("afterprint", this.#print);
        addEventListener("resize", this.#zoomed);
    }

    close() {
        this.#isClosed = true;
        clearTimeout(this.#rest);
        clearTimeout(this.#ahead);
        clearTimeout(this.#retry);
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
        this.#fitted = "";
        this.#reach = { above: 0, below: 0 };
        this.draw();
    }

    set isMeasuring(on) {
        this.#isMeasuring = on;
        this.#sheet.classList.toggle("measuring", on);
        if (!on) this.#calipers.clear();
        this.#drawCalipers();
    }

    moveTo(seconds) {
        const start = Math.min(Math.max(0, seconds), this.#lastStart);
        const step = start - this.#start;
        this.#start = start;
        if (step !== 0) this.#direction = Math.sign(step);
        // A leap shows a page of which nothing is drawn yet.
        this.#isMoving = step !== 0 && Math.abs(step) < pageSeconds / 2;
        this.draw();
        this.#restSoon();
    }

    #restSoon() {
        clearTimeout(this.#rest);
        if (this.#isClosed) return;
        this.#rest = setTimeout(() => {
            if (this.#isMoving) {
                this.#isMoving = false;
                this.draw();
            }
            this.onrest?.();
            this.#drawAhead();
        }, restMilliseconds);
    }

    /** While the page rests, draws pieces of it and of the next, a few at a time, so that the first move is smooth. */
    #drawAhead() {
        clearTimeout(this.#ahead);
        if (this.#isMoving || this.#isPrinting || !this.page || this.#lastStart === 0) return;
        if (this.#traces.drawAhead(this.page, this.#direction, performance.now())) {
            this.#ahead = setTimeout(() => this.#drawAhead(), breathMilliseconds);
        }
    }

    get #lastStart() {
        return Math.max(0, this.#waveform.seconds - pageSeconds);
    }

    /** Draws at the screen's next frame; what has not been fetched yet follows when it has. */
    draw() {
        if (!this.#isDrawing) {
            this.#isDrawing = true;
            requestAnimationFrame(() => {
                this.#isDrawing = false;
                this.#drawNow();
            });
        }
        this.#load();
        this.#loadAhead();
    }

    async #load() {
        const { filter } = this.#settings;
        const from = this.#start;
        let failure = null;
        try {
            if (await this.#waveform.load(from, from + pageSeconds, filter)) this.draw();
        } catch (error) {
            failure = error;
        }
        if (this.#isClosed) return;
        // An answer about a page that was left meanwhile says nothing of this one.
        if (failure === null || !this.#isLoaded) this.#tell(failure);
        this.#restSoon();
    }

    #tell(failure) {
        this.#problem.textContent = failure ? explain(failure) : "";
        clearTimeout(this.#retry);
        if (!failure) return;
        if (failure.mayPass) this.#retry = setTimeout(() => this.draw(), retryMilliseconds);
        this.onfailure?.(failure);
    }

    get #isLoaded() {
        return this.#waveform.isLoaded(this.#start, this.#start + pageSeconds, this.#settings.filter);
    }

    /** Fetches the pages that come next, one after the other, so that scrolling meets no gap. */
    async #loadAhead() {
        if (this.#isLoadingAhead) return;
        this.#isLoadingAhead = true;
        try {
            for (let page = 1; page <= pagesAhead; page += 1) {
                const from = this.#start + this.#direction * page * pageSeconds;
                if (from > -pageSeconds && from < this.#waveform.seconds) {
                    await this.#waveform.load(Math.max(0, from), from + pageSeconds, this.#settings.filter);
                }
            }
        } catch {
            // Asked for again when it is looked at; then the failure shows.
        } finally {
            this.#isLoadingAhead = false;
        }
    }

    // MARK: Drawing

    #drawNow() {
        const begin = performance.now();
        const isPrinting = this.#isPrinting;
        const density = isPrinting ? printPixels / this.#scale : devicePixelRatio;
        const layout = layoutOf(this.#settings.layout, this.#waveform.recording.leads);
        const printed = isPrinting ? printedPage(layout, this.#settings, this.#reaches(layout.strips)) : null;
        const settings = { ...this.#settings, ...printed?.scale };
        const size = printed?.size ?? pageSize(layout, settings, this.#reachOf(layout));
        const scale = this.#scale;
        this.page = {
            layout, size, scale, pixelsPerMillimetre: scale * density, start: this.#start, settings, beats: this.#beats,
        };
        if (this.#resize(size, settings, scale, density)) {
            const context = this.#context("grid");
            drawGrid(context, size, scale * density);
            drawCalibration(context, this.page);
            drawNames(this.#context("names"), this.page);
            this.#drawCalipers();
        }
        if (this.#isMoving && !isPrinting) {
            this.#traces.lay(this.page, this.#direction, begin);
        } else {
            const cut = this.#traces.draw(this.page);
            const meeting = printed?.meeting ?? [];
            this.#legend.showBeyond({ cut, meeting, mayBeLower: !printed && settings.gain > gains[0] });
        }
        this.#showPlace();
        // Samples are still missing: what is on the sheet is not all of it.
        const isLoaded = this.#isLoaded;
        this.#sheet.setAttribute("aria-busy", String(!isLoaded));
        if (!isPrinting && isLoaded) this.ondrawn?.();
        // For whoever wants to know, the tests among them.
        this.#sheet.dataset.drawMilliseconds = (performance.now() - begin).toFixed(1);
    }

    /** What the traces need on the screen; the sheet, through which one moves, grows where they need more and stays so. */
    #reachOf({ rows, strips }) {
        if (this.#isMoving) return this.#reach;
        const edges = strips.filter(({ row }) => row === 0 || row === rows - 1);
        const { gain } = this.#settings;
        for (const { row, above, below } of this.#reaches(edges)) {
            if (row === 0) this.#reach.above = Math.max(this.#reach.above, above * gain);
            if (row === rows - 1) this.#reach.below = Math.max(this.#reach.below, below * gain);
        }
        return this.#reach;
    }

    #reaches(strips) {
        return this.#traces.reaches({ start: this.#start, settings: this.#settings }, strips);
    }

    /** CSS pixels a millimetre, as zoomed. */
    get #scale() {
        return setting("pixelsPerMillimetre", standardScale) * this.#settings.zoom;
    }

    /** Fits the canvases to the page. @returns {boolean} Whether the grid has to be drawn. */
    #resize(size, { speed, gain }, scale, density) {
        const width = Math.round(size.width * scale * density);
        const height = Math.round(size.height * scale * density);
        // Rows may stand otherwise on a sheet of the same size.
        const fitted = [width, height, speed, gain, ...size.middles].join(" ");
        if (this.#fitted === fitted) return false;
        this.#fitted = fitted;
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

    /** A layer's context, scaled so that a unit is a millimetre. */
    #context(name) {
        const scale = this.page.pixelsPerMillimetre;
        const context = this.#layers.find((layer) => layer.className === name).getContext("2d");
        context.setTransform(scale, 0, 0, scale, 0, 0);
        return context;
    }

    #drawCalipers() {
        if (!this.page) return;
        const { size } = this.page;
        const context = this.#context("measure");
        context.clearRect(0, 0, size.width, size.height);
        this.#calipers.draw(context, size);
        this.#readout.textContent = this.#isMeasuring
            ? this.#calipers.text(this.#settings.speed, this.#settings.gain) : "";
    }

    /** The slider, and the place in words; what has not changed is left alone. */
    #showPlace() {
        const last = this.#lastStart;
        if (Number(this.#slider.max) !== last) this.#slider.max = last;
        if (this.#slider.hidden !== (last === 0)) this.#slider.hidden = last === 0;
        if (last > 0) this.#slider.value = this.#start;
        const all = this.#waveform.seconds;
        this.#legend.showStretch({ from: this.#start, to: Math.min(all, this.#start + pageSeconds), all });
        this.#legend.showLook(this.page.settings, this.#settings);
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
