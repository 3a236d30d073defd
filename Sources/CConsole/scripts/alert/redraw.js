/**
 * Draws forms anew and leaves who is writing in them where they were: what was written and chosen, what was unfolded, the focus and
 * the place among the words. Fields are known by their id, or by name and value, and what was written is what differs from their
 * `defaultValue`.
 *
 * @param {HTMLElement} node What holds the forms.
 * @param {() => void} draw
 * @param {{isSame?: boolean}} [options] Whether they are for the same as before; what was written for another is not put into them.
 * @returns {HTMLElement[]} The fields with words for which there is no place any more.
 */
export function redraw(node, draw, { isSame = true } = {}) {
    const focused = node.contains(document.activeElement) ? document.activeElement : null;
    const selection = placeIn(focused);
    const written = fields(node).filter((field) => field.value !== field.defaultValue || field.checked);
    const unfolded = new Set([...node.querySelectorAll("details")].filter(({ open }) => open).map(keyOfDetails));
    draw();
    const known = isSame ? new Map(controls(node).map((control) => [keyOf(control), control])) : new Map();
    for (const field of written) {
        const next = known.get(keyOf(field));
        if (!next) continue;
        if (field.type === "radio") next.checked = true;
        else if (next !== field) next.value = field.value;
        // What somebody has written is not folded away.
        next.closest("details")?.setAttribute("open", "");
    }
    for (const details of isSame ? node.querySelectorAll("details") : []) details.open ||= unfolded.has(keyOfDetails(details));
    const control = node.contains(focused) ? focused : known.get(keyOf(focused) || null);
    control?.focus({ preventScroll: true });
    if (selection) control?.setSelectionRange(...selection);
    return written.filter((field) => field.type !== "radio" && !node.contains(field) && !known.has(keyOf(field)));
}

const fields = (node) => [...node.querySelectorAll("input, textarea")];
const controls = (node) => [...node.querySelectorAll("input, textarea, button")];
/** A name alone is shared by the choices among which one is made. */
const keyOf = (control) => control?.id || (control?.type === "radio" ? `${control.name} ${control.value}` : control?.name);
const keyOfDetails = (details) => keyOf(controls(details)[0]);

/** Which part of a field's words is chosen; null for what has no words. */
function placeIn(field) {
    const hasWords = field?.matches("textarea, input[type=text], input[type=tel], input:not([type])");
    return hasWords ? [field.selectionStart, field.selectionEnd, field.selectionDirection] : null;
}
