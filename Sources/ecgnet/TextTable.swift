/// Columns of text for a terminal, each as wide as its widest cell.
struct TextTable {
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        /// Terminal columns that the text takes; colour takes none.
        var width: Int

        init(_ text: String, width: Int) {
            self.text = text
            self.width = width
        }
        init(_ text: String) { self.init(text, width: text.terminalColumns) }
        init(stringLiteral text: String) { self.init(text) }
    }

    private static let gap = 2
    private var rows: [[Cell]]

    init(heading: [String]) { rows = [heading.map { Cell($0) }] }

    mutating func append(_ row: [Cell]) { rows.append(row) }

    /// The rows with their heading; the last column runs as long as it is.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.compactMap { $0.indices.contains(column) ? $0[column].width : nil }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell.text
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - cell.width + Self.gap)
                }
            }
            return line
        }
    }
}

extension String {
    /// Columns on a terminal: two for the ideographs and full-width forms of Unicode's East Asian Width (UAX #11), so
    /// that the names of clinics line up; none for what combines with the character before.
    var terminalColumns: Int {
        unicodeScalars.reduce(0) { $0 + $1.terminalColumns }
    }
}

extension Unicode.Scalar {
    fileprivate var terminalColumns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        return switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
