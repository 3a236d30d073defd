/**
 * What a page does after a while, or as soon as there is a reason to look: a browser lets the timers of a page that nobody sees
 * sleep, some for a minute.
 */

/** There may be a network again, or somebody who looks. */
const reasons = [[() => globalThis, "online"], [() => document, "visibilitychange"]];

/**
 * @param {() => void} listener Called whenever there is a reason to look.
 * @returns {() => void} Ends it.
 */
export function onReasonToLook(listener) {
    const look = () => {
        if (!document.hidden) listener();
    };
    for (const [target, name] of reasons) target().addEventListener(name, look);
    return () => {
        for (const [target, name] of reasons) target().removeEventListener(name, look);
    };
}

/** Comes back after so many milliseconds, or at once when there is a reason to look. */
export function rest(milliseconds) {
    return new Promise((resolve) => {
        const timer = setTimeout(() => end(), milliseconds);
        const stop = onReasonToLook(() => end());
        const end = () => {
            clearTimeout(timer);
            stop();
            resolve();
        };
    });
}
