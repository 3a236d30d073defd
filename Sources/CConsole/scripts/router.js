/** Which view the address names. Addresses hold numbers of alerts and nothing about patients. */

/**
 * @typedef {{name: string}|{name: "alert", id: number}} Place
 */

/** Pages whose address is their name. */
const pages = ["login", "critical-values", "figures", "network", "devices", "users", "audit", "settings", "tables"];

/** @returns {Place} */
export function place() {
    const path = location.pathname;
    const page = pages.find((name) => path === `/${name}`);
    if (page) return { name: page };
    const alert = /^\/alerts\/(\d+)$/.exec(path);
    return alert ? { name: "alert", id: Number(alert[1]) } : { name: "worklist" };
}

const listeners = new Set();

/** Calls back whenever the address has changed. */
export function onMove(listener) {
    listeners.add(listener);
}

/** Goes to an address of the console. */
export function go(path, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", path);
    else if (path !== location.pathname) history.pushState(null, "", path);
    for (const listener of listeners) listener();
}

addEventListener("popstate", () => {
    for (const listener of listeners) listener();
});

/** Links within the console do not load the page anew: the alert stream stays open. */
document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='/']") : null;
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
    event.preventDefault();
    go(link.getAttribute("href"));
});
