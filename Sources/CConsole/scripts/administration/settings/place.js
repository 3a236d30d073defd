import { element } from "../../element.js";

/**
 * Marks the field that the server's refusal names, says why beside it, and goes there.
 *
 * @param {HTMLElement} form Its fields name their places in the settings by `data-place`.
 * @param {string} place As `hospitals[0].shifts[1].high`.
 * @param {string} reason What is wrong.
 * @returns {boolean} Whether the form has the place.
 */
export function markPlace(form, place, reason) {
    // A field stands for what is in it too: its nearest surroundings that the form has.
    while (place) {
        const node = [...form.querySelectorAll("[data-place]")].find((one) => one.dataset.place === place);
        if (node) {
            mark(node, reason);
            return true;
        }
        const around = place.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, "");
        if (around === place) return false;
        place = around;
    }
    return false;
}

/** Takes all marks away. */
export function clearMarks(form) {
    for (const node of form.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
    for (const note of form.querySelectorAll("[data-refusal]")) note.remove();
}

function mark(node, reason) {
    node.setAttribute("aria-invalid", "true");
    const note = element("p", { class: "message", "data-refusal": true }, reason);
    const field = node.closest("td, .field, .box");
    const heading = node.querySelector(":scope > legend, :scope > h2");
    if (field) field.append(note);
    else if (heading) heading.after(note);
    else (node.lastElementChild ?? node).append(note);
    (node.matches("input, textarea") ? node : node.querySelector("input, textarea, button"))?.focus({ preventScroll: true });
    note.scrollIntoView({ block: "center" });
}
