import { element } from "../element.js";
import { explain } from "../language/language.js";
import { hold } from "../limits.js";

let number = 0;

/** A field with its label; `attributes` are the input's. A field with `options` is a list to choose from, one with `bytes` takes no more. */
export function field(label, { options, bytes, ...attributes }) {
    number += 1;
    const id = `field-${number}`;
    const control = options
        ? element("select", { id, ...attributes }, options.map(({ value, text }) => element("option", { value }, text)))
        : element("input", { id, ...attributes });
    if (bytes) hold(control, bytes);
    return element("div", { class: "field" }, element("label", { for: id }, label), control);
}

/**
 * A form whose button does something and says what went wrong.
 *
 * @param {{title: string, submit: string, fields: HTMLElement[], send: (values: Object<string, string>) => Promise<void>}} options
 */
export function form({ title, submit, fields, send, name }) {
    const message = element("p", { class: "message", role: "alert" });
    const button = element("button", { class: "primary" }, submit);
    return element("form", {
        class: "panel", name, "aria-label": title,
        onsubmit: async (event) => {
            event.preventDefault();
            button.disabled = true;
            message.textContent = "";
            try {
                const values = Object.fromEntries([...new FormData(event.target)].map(([key, value]) => [key, String(value).trim()]));
                await send(values);
            } catch (error) {
                message.textContent = explain(error);
            } finally {
                button.disabled = false;
            }
        },
    }, element("h2", {}, title), element("div", { class: "fields" }, fields), button, message);
}
