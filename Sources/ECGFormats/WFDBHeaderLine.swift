import ECGModel

/// A line of a header, cut at its blanks.
struct WFDBHeaderLine {
    let bytes: ArraySlice<UInt8>
    let fields: [ArraySlice<UInt8>]
    let number: Int
    let file: String

    init(_ bytes: ArraySlice<UInt8>, number: Int, file: String) {
        self.bytes = bytes
        self.number = number
        self.file = file
        fields = bytes.split(whereSeparator: \.isBlank)
    }

    var isComment: Bool { fields.first?.first == UInt8(ascii: "#") }

    /// The text after the `#`.
    var comment: String {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "#")) else { return "" }
        return Self.trimmedText(bytes[(mark + 1)...])
    }

    /// Everything from a field to the end of the line, or nil where there is no such field.
    func text(from field: Int) -> String? {
        guard field < fields.count else { return nil }
        return Self.trimmedText(bytes[fields[field].startIndex...])
    }

    func string(_ field: Int) -> String { String(decoding: fields[field], as: UTF8.self) }

    /// A whole number, or nil where the line ends before the field.
    func integer<I: FixedWidthInteger>(_ field: Int, _ meaning: String, as type: I.Type = I.self) throws(WFDBError)
        -> I?
    {
        guard field < fields.count else { return nil }
        guard let value = I(string(field)) else { throw malformed(meaning, "must be a whole number") }
        return value
    }

    func malformed(_ meaning: String, _ rule: String, remedy: String = "correct the header") -> WFDBError {
        WFDBError(.malformed, file: file, at: .line(number), "\(meaning) \(rule)", remedy: remedy)
    }

    func tooLarge(_ meaning: String, limit: Int) -> WFDBError {
        WFDBError(
            .tooLarge, file: file, at: .line(number), "\(meaning) must be at most \(limit)",
            remedy: "check that the header is not damaged")
    }

    private static func trimmedText(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.firstIndex { !$0.isBlank } ?? bytes.endIndex
        let end = bytes.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? start
        return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
    }
}

extension UInt8 {
    /// A blank, a tab, or the carriage return of a line that ends as DOS ends them.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r") }
}

extension String {
    /// The text before the first `mark` and, if there is one, the text after it.
    func cut(at mark: Character) -> (before: String, after: String?) {
        guard let index = firstIndex(of: mark) else { return (self, nil) }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }
}
