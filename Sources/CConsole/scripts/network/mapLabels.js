/** The height of a line of a label in the map's units; the style sheet's font is as high. */
const lineHeight = 14;
/** From a marker's middle to its label. */
const gap = 12;
/** A character's width at most: Chinese ones are as wide as high, Latin ones half of it and a little. */
const wide = 12.2;
const narrow = 7.4;
/** Half of a marker's side. */
const markerHalf = 11;

export const widthOf = (text) => [...text].reduce((sum, character) => sum + (/[\u0000-\u02ff]/.test(character) ? narrow : wide), 0);

/**
 * Places a map's labels so that none covers another, a marker or the edge, the most urgent first. Where there is no room for one
 * it is left out: the clinic's name is in its title, and in the table.
 *
 * @param {{x: number, y: number, text: string, urgency: number}[]} markers `urgency`: higher goes first.
 * @param {{width: number, height: number}} map
 * @param {{x: number, y: number, width: number, height: number}[]} taken Where something stands already.
 * @returns {({x: number, y: number, anchor: string}|null)[]} Where the text stands, by `text-anchor` and the line's foot.
 */
export function placeLabels(markers, map, taken = []) {
    const boxes = [...taken, ...markers.map(({ x, y }) =>
        ({ x: x - markerHalf, y: y - markerHalf, width: 2 * markerHalf, height: 2 * markerHalf }))];
    const places = markers.map(() => null);
    const order = markers.map((_, index) => index).sort((a, b) => markers[b].urgency - markers[a].urgency);
    for (const index of order) {
        const { x, y, text } = markers[index];
        const width = widthOf(text);
        const candidates = [
            { anchor: "middle", left: x - width / 2, top: y + gap },
            { anchor: "middle", left: x - width / 2, top: y - gap - lineHeight },
            { anchor: "start", left: x + gap + 2, top: y - lineHeight / 2 },
            { anchor: "end", left: x - gap - 2 - width, top: y - lineHeight / 2 },
        ];
        const found = candidates.find(({ left, top }) => {
            const box = { x: left, y: top, width, height: lineHeight };
            return left >= 0 && left + width <= map.width && top >= 0 && top + lineHeight <= map.height
                && !boxes.some((other) => overlap(box, other));
        });
        if (!found) continue;
        boxes.push({ x: found.left, y: found.top, width, height: lineHeight });
        const foot = { middle: found.left + width / 2, start: found.left, end: found.left + width };
        places[index] = { x: foot[found.anchor], y: found.top + lineHeight - 3, anchor: found.anchor };
    }
    return places;
}

const overlap = (a, b) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
