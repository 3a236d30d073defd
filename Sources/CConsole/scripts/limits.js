/** The most UTF-8 bytes that the server takes; a test compares them with the server's own. */
export const reportBytes = 8192;
export const reasonBytes = 1024;
export const personBytes = 128;
export const clinicBytes = 128;

const encoder = new TextEncoder();

/** The beginning of a text that comes to so many bytes, in whole characters. */
export function beginning(text, bytes) {
    // No UTF-16 unit has more than three.
    if (3 * text.length <= bytes) return text;
    const { read } = encoder.encodeInto(text, new Uint8Array(bytes));
    return text.slice(0, read);
}

/**
 * Holds a field to so many bytes, as `maxlength` does to characters.
 *
 * @param {HTMLInputElement|HTMLTextAreaElement} field
 * @param {number} bytes
 * @param {() => void} [full] Called when something was left out.
 */
export function hold(field, bytes, full) {
    const cut = () => {
        const fitting = beginning(field.value, bytes);
        if (fitting === field.value) return;
        const caret = Math.min(field.selectionEnd, fitting.length);
        field.value = fitting;
        field.setSelectionRange(caret, caret);
        full?.();
    };
    // Not while an input method composes a word: it would lose its place.
    field.addEventListener("input", (event) => {
        if (!event.isComposing) cut();
    });
    field.addEventListener("compositionend", cut);
    return field;
}
