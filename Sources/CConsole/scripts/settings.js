/** What this browser remembers: how things are shown, never what is shown. */
const prefix = "ecgnet.";

/**
 * @param {string} name
 * @param {*} standard The value where nothing is remembered, or storage is forbidden.
 */
export function setting(name, standard) {
    try {
        const text = localStorage.getItem(prefix + name);
        return text === null ? standard : JSON.parse(text);
    } catch {
        return standard;
    }
}

export function remember(name, value) {
    try {
        localStorage.setItem(prefix + name, JSON.stringify(value));
    } catch {
        // A browser that stores nothing forgets the choice with the page; everything else works.
    }
}
