import { api } from "../api.js";
import { element, fill } from "../element.js";
import { explain, t } from "../language/language.js";

/** A page with a list that administrators keep: what stands above it, a table, and what adds to it. */
export class Register {
    #page;
    #parts;
    #isClosed = false;
    #message = element("p", { class: "message", role: "alert" });
    #list = element("div", { class: "scroll", tabindex: 0, role: "region" });

    /** What the list holds, null before it has been read. */
    items = null;

    /**
     * @param {HTMLElement} page
     * @param {{title: string, path: string, field: string, columns: string[], row: (item: Object) => HTMLElement,
     *   above?: () => *, below?: () => *}} parts `title` and `columns` are keys of texts; the answer of `path` has the items
     *   in its `field`.
     */
    constructor(page, parts) {
        this.#page = page;
        this.#parts = parts;
    }

    /** Another page has taken its place: an answer that is still on its way draws nothing there. */
    close() {
        this.#isClosed = true;
    }

    /** Builds the page, for the first time or in another language. */
    show() {
        if (this.#isClosed) return;
        const { title, above, below } = this.#parts;
        this.#list.setAttribute("aria-label", t(title));
        fill(this.#page, element("div", { class: "wide" },
            element("h1", {}, t(title)), this.#message, above?.(), this.#list, below?.()));
        this.#draw();
    }

    /** Does something, says what went wrong, and reads the list again. */
    async do(work = () => {}) {
        try {
            await work();
            this.items = (await api.get(this.#parts.path))[this.#parts.field];
            this.#message.textContent = "";
            this.#draw();
        } catch (error) {
            this.#message.textContent = explain(error);
        }
    }

    #draw() {
        if (!this.items) {
            fill(this.#list, element("p", { class: "note" }, t("worklist.loading")));
            return;
        }
        fill(this.#list, table(this.#parts.columns.map((name) => t(name)), this.items.map(this.#parts.row)));
    }
}

/** @param {string[]} columns Their names. @param {HTMLElement[]} rows */
export function table(columns, rows) {
    // Where there is no room for columns a row is a card, and each cell says what it is.
    for (const row of rows) [...row.children].forEach((cell, index) => { cell.dataset.label = columns[index]; });
    return element("table", { class: "grid cards" },
        element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, rows));
}
