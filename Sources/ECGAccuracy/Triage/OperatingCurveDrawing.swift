/// An operating curve as SVG: alerts per 100 healthy people to the right, infarcts found upwards, a line for every size of
/// infarct, a dot for every operating point and a ring around the one that ships.
///
/// Beside each other stand what pages (high) and what asks for any reading (high or medium); below them the same against
/// real recordings, where some were judged.
public struct OperatingCurveDrawing: Sendable {
    private let curve: OperatingCurve

    public init(_ curve: OperatingCurve) { self.curve = curve }

    private static let panelWidth = 330.0
    private static let panelHeight = 250.0
    private static let left = 62.0
    private static let gap = 80.0
    private static let top = 90.0
    private static let rowGap = 84.0
    private static let legendWidth = 118.0
    /// The colours of sizes, the smallest first; told apart by their lightness too.
    private static let colours = ["#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"]

    private struct Panel {
        var title: String
        var axis: String
        var alerts: KeyPath<OperatingCurve.Alerts, Share>
        var normals: KeyPath<OperatingCurve.Point, OperatingCurve.Alerts>
        var column: Int
        var row: Int
    }

    private var panels: [Panel] {
        let kinds: [(String, KeyPath<OperatingCurve.Point, OperatingCurve.Alerts>)] =
            [("simulated people without infarct", \.normals)]
            + (hasRealNormals ? [("recordings of healthy people", \.realNormals)] : [])
        return kinds.enumerated().flatMap { row, kind in
            [
                Panel(
                    title: "High priority", axis: "high alerts per 100 \(kind.0)", alerts: \.high, normals: kind.1,
                    column: 0, row: row),
                Panel(
                    title: "High or medium priority", axis: "high and medium alerts per 100 \(kind.0)", alerts: \.any,
                    normals: kind.1, column: 1, row: row),
            ]
        }
    }

    private var hasRealNormals: Bool { (curve.points.first?.realNormals.any.cases ?? 0) > 0 }

    /// The drawing as one SVG document.
    public func svg() -> String {
        let rows = hasRealNormals ? 2.0 : 1.0
        let width = Self.left + 2 * Self.panelWidth + Self.gap + Self.legendWidth
        let height = Self.top + rows * Self.panelHeight + (rows - 1) * Self.rowGap + 60
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
            width="\(number(width))" height="\(number(height))" font-family="sans-serif" font-size="12" fill="#222">
            <title>Operating curve of triage</title>
            <desc>\(tableLine) \(countLine)</desc>
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(number(Self.left))" y="24" font-size="16" font-weight="bold">Infarcts found against alerts among \
            the healthy</text>
            <text x="\(number(Self.left))" y="42">\(tableLine)</text>
            <text x="\(number(Self.left))" y="58">\(countLine)</text>

            """
        for panel in panels { svg += drawing(of: panel) }
        return svg + legend(x: Self.left + 2 * Self.panelWidth + Self.gap + 20) + "</svg>\n"
    }

    private var tableLine: String {
        "Table \(escaped(curve.tableVersion)), limits of ST deviation × \(number(curve.plan.factors.first ?? 1)) to × "
            + "\(number(curve.plan.factors.last ?? 1))."
    }

    private var countLine: String {
        let normals = curve.points.first?.normals.any.cases ?? 0
        let real = curve.points.first?.realNormals.any.cases ?? 0
        let infarcts = curve.points.first?.infarcts.map(\.any.cases).reduce(0, +) ?? 0
        return "\(infarcts) simulated infarcts, \(normals) simulated people without infarct"
            + (real > 0 ? ", \(real) recordings of healthy people" : "") + "; \(curve.plan.seconds) s simulated each."
    }

    private func drawing(of panel: Panel) -> String {
        let x0 = Self.left + Double(panel.column) * (Self.panelWidth + Self.gap)
        let y0 = Self.top + Double(panel.row) * (Self.panelHeight + Self.rowGap)
        let step = step(for: panel)
        let most = step * 5
        func x(_ perHundred: Double) -> Double { x0 + perHundred / most * Self.panelWidth }
        func y(_ percent: Double) -> Double { y0 + Self.panelHeight * (1 - percent / 100) }

        var svg = "<g>\n<text x=\"\(number(x0))\" y=\"\(number(y0 - 8))\" font-weight=\"bold\">\(panel.title)</text>\n"
        for percent in stride(from: 0.0, through: 100, by: 20) {
            svg += line(x0, y(percent), x0 + Self.panelWidth, y(percent), "#ddd")
            svg += text(x0 - 8, y(percent) + 4, number(percent), anchor: "end")
        }
        for mark in 0...5 {
            let value = step * Double(mark)
            svg += line(x(value), y(0), x(value), y(0) + 4, "#222")
            svg += text(x(value), y(0) + 18, number(value), anchor: "middle")
        }
        svg += line(x0, y(0), x0 + Self.panelWidth, y(0), "#222") + line(x0, y(0), x0, y(100), "#222")
        svg += text(x0 + Self.panelWidth / 2, y(0) + 36, panel.axis, anchor: "middle")
        svg +=
            "<text transform=\"translate(\(number(x0 - 38)) \(number(y(50)))) rotate(-90)\" "
            + "text-anchor=\"middle\">infarcts found, %</text>\n"

        for place in curve.plan.sizes.indices {
            let colour = Self.colour(place)
            var path = ""
            var dots = ""
            for point in curve.points {
                guard let alerts = point[keyPath: panel.normals][keyPath: panel.alerts].percent,
                    let found = point.infarcts[place][keyPath: panel.alerts].percent
                else { continue }
                path += "\(path.isEmpty ? "M" : "L")\(number(x(alerts))) \(number(y(found)))"
                dots += circle(x(alerts), y(found), radius: 2, fill: colour, stroke: "none")
                if point.factor == 1 {
                    dots += circle(x(alerts), y(found), radius: 5, fill: "none", stroke: colour)
                }
            }
            svg += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.6\"/>\n" + dots
        }
        return svg + "</g>\n"
    }

    private func legend(x: Double) -> String {
        var svg = text(x, Self.top, "ST size", anchor: "start") + text(x, Self.top + 15, "× threshold", anchor: "start")
        for (place, size) in curve.plan.sizes.enumerated().reversed() {
            let y = Self.top + 38 + Double(curve.plan.sizes.count - 1 - place) * 18
            svg +=
                line(x, y - 4, x + 20, y - 4, Self.colour(place), width: 3)
                + text(x + 28, y, number(size), anchor: "start")
        }
        let y = Self.top + 58 + Double(curve.plan.sizes.count) * 18
        return svg + circle(x + 10, y - 4, radius: 5, fill: "none", stroke: "#222")
            + text(x + 28, y, "as it ships", anchor: "start")
    }

    /// The distance of the marks below a panel: a round one of which five hold its widest point.
    private func step(for panel: Panel) -> Double {
        let most = curve.points.compactMap { $0[keyPath: panel.normals][keyPath: panel.alerts].percent }.max() ?? 0
        return [0.2, 0.5, 1, 2, 5, 10].first { $0 * 5 >= most } ?? 20
    }

    private static func colour(_ place: Int) -> String { colours[min(place, colours.count - 1)] }

    // MARK: Shapes

    private func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, width: Double = 1
    ) -> String {
        "<path d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\" stroke=\"\(colour)\" "
            + "stroke-width=\"\(number(width))\"/>\n"
    }

    private func text(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>\n"
    }

    private func circle(_ x: Double, _ y: Double, radius: Double, fill: String, stroke: String) -> String {
        "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"\(fill)\" stroke=\"\(stroke)\"/>\n"
    }

    /// Hundredths at most, without zeros at the end: a picture of one curve is one file, byte for byte.
    private func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
        return "\(sign)\(whole).\(digits)"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
