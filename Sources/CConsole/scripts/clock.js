/** The server's time. Ages are counted by it, since a hospital PC's own clock may be minutes off. */
let offsetMilliseconds = 0;

/** @param {string} serverTime What the server's clock says just now, in RFC 3339. */
export function setServerTime(serverTime) {
    offsetMilliseconds = Date.parse(serverTime) - Date.now();
}

/** @returns {number} Milliseconds since 1970 by the server's clock. */
export function now() {
    return Date.now() + offsetMilliseconds;
}

/**
 * An age as a running clock shows it: `4:07`, `1:02:09`, and days once seconds no longer matter.
 *
 * @param {string|undefined} since RFC 3339.
 * @param {{day: string}} units
 */
export function age(since, units = { day: "d" }) {
    if (!since) return "–";
    const seconds = Math.floor((now() - Date.parse(since)) / 1000);
    const sign = seconds < 0 ? "−" : "";
    const s = Math.abs(seconds);
    const two = (n) => String(n).padStart(2, "0");
    if (s >= 2 * 86400) return `${sign}${Math.floor(s / 86400)} ${units.day}`;
    const hours = Math.floor(s / 3600);
    const minutes = Math.floor(s / 60) % 60;
    return hours > 0 ? `${sign}${hours}:${two(minutes)}:${two(s % 60)}` : `${sign}${minutes}:${two(s % 60)}`;
}

/** The time of day, with the date where it is not today. */
export function timeOfDay(time, language) {
    if (!time) return "–";
    const date = new Date(time);
    const isToday = date.toDateString() === new Date(now()).toDateString();
    return date.toLocaleString(language, isToday ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "short" });
}

/** The date and the time of day, for what is kept: alike in every language. */
export function dateAndTime(time) {
    if (!time) return "–";
    const date = new Date(time);
    const two = (n) => String(n).padStart(2, "0");
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
    return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** By how much the browser's time of day is ahead of the world's, as `UTC+08:00`. */
export function zone(time) {
    const minutes = -new Date(time).getTimezoneOffset();
    const two = (n) => String(n).padStart(2, "0");
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    return `UTC${minutes < 0 ? "−" : "+"}${two(hours)}:${two(rest)}`;
}

/**
 * Keeps texts that count time up to date, once a second, as long as they are on the page.
 *
 * @param {HTMLElement} node
 * @param {() => string} text
 * @returns {HTMLElement} node
 */
export function running(node, text) {
    node.textContent = text();
    node.dataset.clock = "";
    texts.set(node, text);
    return node;
}

const texts = new WeakMap();

setInterval(() => {
    for (const node of document.querySelectorAll("[data-clock]")) {
        const text = texts.get(node)?.();
        if (text !== undefined && node.textContent !== text) node.textContent = text;
    }
}, 1000);
