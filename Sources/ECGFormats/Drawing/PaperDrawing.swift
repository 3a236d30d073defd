public import ECGModel

/// A recording on ECG paper, as SVG: true to scale when printed at 100 %, since one unit is one millimetre.
///
/// Twelve-lead recordings are laid out as reports are, three rows of four leads of 2.5 s each above a rhythm strip of
/// lead II; others get a row a lead. Nothing is filtered.
public struct PaperDrawing: Sendable {
    /// The usual paper speed.
    public static let millimetresPerSecond = 25.0
    /// The usual gain.
    public static let millimetresPerMillivolt = 10.0

    /// How much of a recording is drawn: the width of a report.
    private static let seconds = 10.0
    private static let rowHeight = 30.0
    private static let margin = 8.0
    /// Room at the left of each row for the calibration pulse.
    private static let calibrationWidth = 8.0
    private static let lineHeight = 5.0
    /// Points closer than this cannot be told apart on paper.
    private static let pointSpacing = 0.1

    /// A piece of one lead in its place on the page.
    private struct Strip {
        var channel: Int
        var row: Int
        var startSeconds: Double
        var endSeconds: Double
    }

    private let recording: Recording
    private let caption: [String]
    private let strips: [Strip]
    private let rows: Int

    /// - Parameter caption: Lines above the paper. The caller says there that a reading is a machine's.
    public init(_ recording: Recording, caption: [String]) {
        self.recording = recording
        self.caption = caption
        let leads = recording.header.leads
        if let standard = Self.standardLayout(of: leads) {
            strips = standard
            rows = 4
        } else {
            strips = leads.indices.map {
                Strip(channel: $0, row: $0, startSeconds: 0, endSeconds: Self.seconds)
            }
            rows = leads.count
        }
    }

    private static func standardLayout(of leads: [Lead]) -> [Strip]? {
        let grid: [[Lead]] = [[.i, .aVR, .v1, .v4], [.ii, .aVL, .v2, .v5], [.iii, .aVF, .v3, .v6]]
        var strips: [Strip] = []
        for (row, line) in grid.enumerated() {
            for (column, lead) in line.enumerated() {
                guard let channel = leads.firstIndex(of: lead) else { return nil }
                let start = Double(column) * seconds / 4
                strips.append(
                    Strip(channel: channel, row: row, startSeconds: start, endSeconds: start + seconds / 4))
            }
        }
        guard let rhythm = leads.firstIndex(of: .ii) else { return nil }
        strips.append(Strip(channel: rhythm, row: grid.count, startSeconds: 0, endSeconds: seconds))
        return strips
    }

    /// The drawing as one SVG document.
    public func svg() -> String {
        let paperTop = Self.margin + Double(caption.count) * Self.lineHeight
        let paperWidth = Self.calibrationWidth + Self.seconds * Self.millimetresPerSecond
        let paperHeight = Double(rows) * Self.rowHeight
        let width = paperWidth + 2 * Self.margin
        let height = paperTop + paperHeight + Self.margin + Self.lineHeight
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)mm" height="\(height)mm" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif">
            <defs><pattern id="mm" width="5" height="5" patternUnits="userSpaceOnUse">
            <path d="M1 0V5M2 0V5M3 0V5M4 0V5M0 1H5M0 2H5M0 3H5M0 4H5" stroke="#f6cfcf" stroke-width=".1"/>
            <path d="M0 0V5M0 0H5" stroke="#e79a9a" stroke-width=".3"/></pattern></defs>
            <rect width="\(width)" height="\(height)" fill="#fff"/>

            """
        for (index, line) in caption.enumerated() {
            let y = Self.margin + Double(index) * Self.lineHeight
            svg += "<text x=\"\(Self.margin)\" y=\"\(y)\" font-size=\"3.6\">\(Self.escaped(line))</text>\n"
        }
        svg += """
            <g transform="translate(\(Self.margin) \(paperTop))">
            <rect width="\(paperWidth)" height="\(paperHeight)" fill="url(#mm)" stroke="#e79a9a" stroke-width=".3"/>

            """
        for row in 0..<rows { svg += calibrationPulse(row: row) }
        for strip in strips { svg += drawing(of: strip) }
        svg += "</g>\n"
        svg += "<text x=\"\(Self.margin)\" y=\"\(height - Self.margin / 2)\" font-size=\"3\">"
        svg += "25 mm/s, 10 mm/mV, unfiltered</text>\n</svg>\n"
        return svg
    }

    /// One millivolt for 0.2 s, at the left of a row.
    private func calibrationPulse(row: Int) -> String {
        let zero = (Double(row) + 0.5) * Self.rowHeight
        return "<path d=\"M1 \(zero)h1v\(-Self.millimetresPerMillivolt)h5v\(Self.millimetresPerMillivolt)h1\" "
            + "fill=\"none\" stroke=\"#222\" stroke-width=\".25\"/>\n"
    }

    private func drawing(of strip: Strip) -> String {
        let rate = recording.header.samplingRate.value
        let channel = recording.header.channels[strip.channel]
        let first = min(Int((strip.startSeconds * rate).rounded()), recording.samples.count)
        let end = min(Int((strip.endSeconds * rate).rounded()), recording.samples.count)
        let levels = (first..<end).map { channel.millivolts(of: recording.samples[$0, strip.channel])?.value }
        let middle = Self.median(of: levels.compactMap { $0 })
        let left = Self.calibrationWidth + strip.startSeconds * Self.millimetresPerSecond
        let zero = (Double(strip.row) + 0.5) * Self.rowHeight

        let stride = max(1, Int(Self.pointSpacing * rate / Self.millimetresPerSecond))
        var path = ""
        var penIsDown = false
        for start in Swift.stride(from: 0, to: levels.count, by: stride) {
            guard let level = Self.extreme(of: levels[start..<min(start + stride, levels.count)], from: middle) else {
                penIsDown = false
                continue
            }
            let x = left + Double(start) / rate * Self.millimetresPerSecond
            let y = zero - (level - middle) * Self.millimetresPerMillivolt
            path += "\(penIsDown ? "L" : "M")\(Self.hundredths(x)) \(Self.hundredths(y))"
            penIsDown = true
        }
        let label =
            "<text x=\"\(Self.hundredths(left + 1.5))\" y=\"\(zero - Self.rowHeight * 0.36)\" "
            + "font-size=\"3.6\" font-weight=\"bold\">\(Self.escaped(channel.label))</text>\n"
        return label + "<path d=\"\(path)\" fill=\"none\" stroke=\"#111\" stroke-width=\".25\" "
            + "stroke-linejoin=\"round\"/>\n"
    }

    /// The level farthest from the middle: thinning a line must not cut its peaks.
    private static func extreme(of levels: ArraySlice<Double?>, from middle: Double) -> Double? {
        levels.compactMap { $0 }.max { abs($0 - middle) < abs($1 - middle) }
    }

    private static func median(of levels: [Double]) -> Double {
        levels.isEmpty ? 0 : levels.sorted()[levels.count / 2]
    }

    /// Hundredths of a millimetre are finer than any printer.
    private static func hundredths(_ value: Double) -> String {
        let scaled = Int((value * 100).rounded())
        let sign = scaled < 0 ? "-" : ""
        let fraction = scaled.magnitude % 100
        let whole = "\(sign)\(scaled.magnitude / 100)"
        return fraction == 0 ? whole : "\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
