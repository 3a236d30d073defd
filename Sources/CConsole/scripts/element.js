/**
 * Builds an element. What devices and people wrote goes in as text and is never parsed: there is no other way in.
 *
 * @param {string} tag
 * @param {Object<string, *>} [attributes] `on…` are listeners; `true` is an attribute without value, `false`, `null` and
 *   `undefined` leave it out.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else node.setAttribute(name, value === true ? "" : String(value));
    }
    append(node, children);
    return node;
}

/** Replaces what a node holds. */
export function fill(node, ...children) {
    node.replaceChildren();
    append(node, children);
}

function append(node, children) {
    for (const child of children.flat(Infinity)) {
        if (child === null || child === undefined || child === false) continue;
        node.append(child instanceof Node ? child : String(child));
    }
}
