import { svg } from "../drawing/svg.js";
import { t } from "../language/language.js";
import { placeLabels } from "./mapLabels.js";

/** The map's units are pixels: as wide as its place on the page, and within these heights. */
const widths = { least: 320, most: 1200 };
const heights = { least: 220, most: 520 };
/** Room for a marker and a line of text at the edge. */
const margin = 44;
const kilometresPerDegree = 111.2;

/**
 * Clinics where they stand: an equirectangular drawing, true in distance at the county's middle (a county is some hundred
 * kilometres wide, over which the error is below a percent). No tiles: nothing is asked of another host.
 *
 * @param {{clinic: string, place: {latitude: number, longitude: number}, state: string, title: string}[]} clinics
 * @param {(clinic: string) => void} choose
 * @param {number} room How wide the map may be, in pixels.
 */
export function networkMap(clinics, choose, room) {
    const width = Math.min(widths.most, Math.max(widths.least, Math.floor(room)));
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
    const scale = Math.min((width - 2 * margin) / spanX, (heights.most - 2 * margin) / spanY);
    const height = Math.round(Math.max(heights.least, spanY * scale + 2 * margin));
    const x = ({ longitude }) => width / 2 + (longitude - (west + east) / 2) * narrowing * scale;
    const y = ({ latitude }) => height / 2 - (latitude - middle) * scale;
    const markers = clinics.map((clinic) => ({ x: x(clinic.place), y: y(clinic.place), text: clinic.clinic, urgency: urgencies[clinic.state] }));
    const labels = placeLabels(markers, { width, height }, [{ x: 0, y: height - 36, width: width / 4, height: 36 }]);
    return svg("svg", { class: "map", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": t("network.map") },
        scaleBar(scale, width, height),
        clinics.map((clinic, index) => marker(clinic, markers[index], labels[index], choose)));
}

/** Whose name stands where there is not room for all. */
const urgencies = { alert: 2, silent: 1, good: 0 };

/** A length in kilometres that takes about a fifth of the map. */
function scaleBar(scale, width, height) {
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

function marker({ clinic, state, title }, { x, y }, label, choose) {
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
    label && svg("text", { x: label.x.toFixed(1), y: label.y.toFixed(1), "text-anchor": label.anchor }, clinic));
}
