import { svg } from "../drawing/svg.js";
import { t } from "../language/language.js";

const width = 720;
const margin = 34;
const kilometresPerDegree = 111.2;

/**
 * Clinics where they stand: an equirectangular drawing, true in distance at the county's middle (a county is some hundred
 * kilometres wide, over which the error is below a percent). No tiles: nothing is asked of another host.
 *
 * @param {{clinic: string, place: {latitude: number, longitude: number}, state: string, title: string}[]} clinics
 * @param {(clinic: string) => void} choose
 */
export function networkMap(clinics, choose) {
    const latitudes = clinics.map(({ place }) => place.latitude);
    const longitudes = clinics.map(({ place }) => place.longitude);
    const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
    const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
    const middle = (south + north) / 2;
    const narrowing = Math.max(0.05, Math.cos((middle * Math.PI) / 180));
    // One clinic alone, or a row of them, still gets a map of some kilometres.
    const least = 4 / kilometresPerDegree;
    const spanX = Math.max((east - west) * narrowing, least);
    const spanY = Math.max(north - south, least);
    const scale = Math.min((width - 2 * margin) / spanX, 520 / spanY);
    const height = Math.max(200, spanY * scale + 2 * margin);
    const x = ({ longitude }) => width / 2 + (longitude - (west + east) / 2) * narrowing * scale;
    const y = ({ latitude }) => height / 2 - (latitude - middle) * scale;
    return svg("svg", { class: "map", viewBox: `0 0 ${width} ${height.toFixed(0)}`, role: "group", "aria-label": t("network.map") },
        scaleBar(scale, height),
        clinics.map((clinic) => marker(clinic, x(clinic.place), y(clinic.place), choose)));
}

/** A length in kilometres that takes about a fifth of the map. */
function scaleBar(scale, height) {
    const most = width / 5 / scale * kilometresPerDegree;
    const power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map((factor) => factor * power).find((value) => value <= most) ?? power;
    const pixels = length / kilometresPerDegree * scale;
    return svg("g", { class: "scale-bar" },
        svg("line", { x1: 12, x2: 12 + pixels, y1: height - 12, y2: height - 12 }),
        svg("text", { x: 12, y: height - 18 }, `${length} km`));
}

/** Told apart by shape as well as colour: a triangle for an open alert, a cross for silence, a dot else. */
const shapes = {
    alert: (x, y) => svg("path", { d: `M${x} ${y - 11}L${x + 10} ${y + 8}L${x - 10} ${y + 8}Z` }),
    silent: (x, y) => svg("path", { d: `M${x - 7} ${y - 7}L${x + 7} ${y + 7}M${x + 7} ${y - 7}L${x - 7} ${y + 7}` }),
    good: (x, y) => svg("circle", { cx: x, cy: y, r: 7 }),
};

function marker({ clinic, state, title }, x, y, choose) {
    const pressed = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(clinic);
    };
    return svg("g", {
        class: `marker ${state}`, tabindex: 0, role: "button", "aria-label": title, onclick: () => choose(clinic), onkeydown: pressed,
    },
    svg("title", {}, title),
    shapes[state](Number(x.toFixed(1)), Number(y.toFixed(1))),
    svg("text", { x: x.toFixed(1), y: (y + 23).toFixed(1), "text-anchor": "middle" }, clinic.length > 14 ? `${clinic.slice(0, 13)}…` : clinic));
}
