import { element } from "../../element.js";

let number = 0;

/** A field of a draft with its label; `write` is told what somebody enters. */
export function draftField(label, place, value, write, { hint, ...attributes } = {}) {
    number += 1;
    const id = `setting-${number}`;
    const input = element("input", {
        id, value, "data-place": place, name: place, "aria-describedby": hint ? `${id}-hint` : null, ...attributes,
        oninput: (event) => write(event.target.type === "number" ? event.target.valueAsNumber : event.target.value),
    });
    return element("div", { class: "field" }, element("label", { for: id }, label), input,
        hint ? element("span", { class: "hint", id: `${id}-hint` }, hint) : null);
}

/** A box to tick. */
export function draftBox(label, place, value, write) {
    return element("label", { class: "box" }, element("input", {
        type: "checkbox", name: place, "data-place": place, checked: value, onchange: (event) => write(event.target.checked),
    }), " ", label);
}

/** A list of names, one a line. */
export function draftLines(label, place, values, write) {
    number += 1;
    const id = `setting-${number}`;
    const text = element("textarea", {
        id, name: place, "data-place": place, rows: 2,
        oninput: (event) => write(event.target.value.split("\n").map((line) => line.trim()).filter(Boolean)),
    });
    text.value = values.join("\n");
    return element("div", { class: "field" }, element("label", { for: id }, label), text);
}
