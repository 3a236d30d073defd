/// Whether two recordings may be of one patient: earlier recordings that are a stranger's lower alerts and raise them.
extension Patient {
    /// A reference as somebody has written it, without blanks around it; nil where it says that there is none. A device
    /// sends its form as it stands, and all patients of whom nobody wrote a reference would be one.
    public static func reference(written text: String) -> String? {
        let trimmed = text.trimmed
        let letters = trimmed.lowercased().filter { $0.isLetter || $0.isNumber }
        guard letters.contains(where: { $0.wholeNumberValue != 0 }), !placeholders.contains(letters) else { return nil }
        return trimmed
    }

    /// What people write where there is no reference, in lower case and without punctuation: `n/a` is `na`.
    private static let placeholders: Set<String> = [
        "unknown", "unk", "na", "none", "null", "nil", "notknown", "noname", "anonymous", "x", "xx", "xxx", "xxxx",
        "无", "未知", "不详", "不明", "未填", "未填写", "没有", "暂无", "空", "无名氏",
    ]

    /// Whether an earlier recording may be of the same patient, by sex and age: what is not known of either excludes
    /// nothing.
    ///
    /// - Parameter elapsed: the time from the earlier recording to this one.
    public func mayBe(_ earlier: Patient, after elapsed: Duration) -> Bool {
        if let sex, let theirs = earlier.sex, sex != theirs { return false }
        guard let ageYears, let before = earlier.ageYears else { return true }
        let years = Double(elapsed.components.seconds) / Self.secondsPerYear
        return (Double(ageYears - before) - years).magnitude <= Self.errorOfAgeYears
    }

    /// Completed years are up to one off against the time between, and counting in the Chinese way, or guessing, another.
    private static let errorOfAgeYears = 2.0
    /// Of 365.25 days.
    private static let secondsPerYear = 31_557_600.0
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
