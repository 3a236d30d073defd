import { t } from "../language/language.js";

/** Up to here people count in seconds, from there in minutes, from two hours on in hours. */
const mostSeconds = 100;
const mostMinutes = 7200;

/** Seconds as people say them: `45 s`, `3:20 min`, `2.5 h`. */
export function span(seconds) {
    if (seconds === null || seconds === undefined) return "–";
    const s = Math.round(seconds);
    if (s < mostSeconds) return `${Math.round(seconds * 10) / 10} s`;
    if (s < mostMinutes) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
    return `${(s / 3600).toFixed(1)} h`;
}

export function percent(share) {
    return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

export function number(value, digits = 1) {
    return value === null || value === undefined ? "–" : value.toFixed(digits);
}

/** Whether a figure reaches its target, in a word: never by colour alone. Nothing where there is nothing to judge. */
export function verdict(figure, target) {
    if (figure.mean === null || figure.mean === undefined) return null;
    const isReached = target.share ? figure.mean < target.seconds && figure.shareWithinTarget >= target.share
        : figure.mean < target.seconds;
    return { isReached, text: t(isReached ? "figures.reached" : "figures.missed") };
}
