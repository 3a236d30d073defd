import { niceStep, svg } from "../drawing/svg.js";

const size = { width: 560, height: 190, left: 44, right: 10, top: 10, bottom: 26 };

/**
 * A figure over the months: lines through the values, a mark at each, a dashed line where the target is. A month without
 * a value interrupts the line. What it shows stands in the table below it too: the drawing is one picture to a screen
 * reader.
 *
 * @param {{label: string, months: string[], lines: {name: string, values: (number|null)[], shape: "dot"|"square"}[],
 *   target?: number|null, highest?: number, text: (value: number) => string}} plot
 */
export function monthPlot({ label, months, lines, target = null, highest = 0, text }) {
    const values = lines.flatMap((line) => line.values).filter((value) => value !== null && value !== undefined);
    const top = Math.max(highest, target ?? 0, ...values) || 1;
    const step = niceStep(top, 4);
    const ceiling = highest || Math.ceil(top / step) * step;
    const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
    const x = (index) => size.left + inner.width * (index + 0.5) / months.length;
    const y = (value) => size.top + inner.height * (1 - value / ceiling);
    const ticks = Array.from({ length: Math.round(ceiling / step) + 1 }, (_, index) => index * step)
        .filter((tick) => tick <= ceiling * 1.001);
    const every = Math.ceil(months.length / 12);
    return svg("svg", { class: "plot", viewBox: `0 0 ${size.width} ${size.height}`, role: "img", "aria-label": label },
        ticks.map((tick) => [
            svg("line", { class: "gridline", x1: size.left, x2: size.width - size.right, y1: y(tick), y2: y(tick) }),
            svg("text", { class: "tick", x: size.left - 5, y: y(tick) + 4, "text-anchor": "end" }, text(tick)),
        ]),
        months.map((month, index) => (index % every === 0
            ? svg("text", { class: "tick", x: x(index), y: size.height - 8, "text-anchor": "middle" }, month.slice(2))
            : null)),
        target === null ? null
            : svg("line", { class: "target", x1: size.left, x2: size.width - size.right, y1: y(target), y2: y(target) }),
        lines.map((line, number) => svg("g", { class: `series series-${number}` },
            svg("path", { d: pathOf(line.values, x, y), fill: "none" }),
            line.values.map((value, index) => (value === null || value === undefined
                ? null : mark(line.shape, x(index), y(value), `${months[index]} · ${line.name}: ${text(value)}`))))));
}

function pathOf(values, x, y) {
    let isDown = false;
    return values.map((value, index) => {
        if (value === null || value === undefined) {
            isDown = false;
            return "";
        }
        const command = isDown ? "L" : "M";
        isDown = true;
        return `${command}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    }).join("");
}

/** Lines are told apart by the shape of their marks, not by colour alone. */
function mark(shape, x, y, title) {
    const node = shape === "square"
        ? svg("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7 })
        : svg("circle", { cx: x, cy: y, r: 4 });
    node.append(svg("title", {}, title));
    return node;
}
