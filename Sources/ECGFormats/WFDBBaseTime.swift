import ECGModel

/// The time and date on a header's first line: `HH:MM:SS[.fraction] DD/MM/YYYY`, without a time zone.
enum WFDBBaseTime {
    /// Fields in any other form (writers of MATLAB headers put the day of the conversion there) are taken as not given.
    static func parse(time: String, date: String) -> Timestamp? {
        let (clock, fraction) = time.cut(at: ".")
        let clockParts = clock.split(separator: ":", omittingEmptySubsequences: false)
        let dateParts = date.split(separator: "/", omittingEmptySubsequences: false)
        guard clockParts.count == 3, dateParts.count == 3, dateParts[2].count == 4,
            clockParts.allSatisfy({ (1...2).contains($0.count) }), dateParts.allSatisfy({ !$0.isEmpty })
        else { return nil }
        let twoDigits = { (part: Substring) in part.count == 1 ? "0" + part : String(part) }
        // Microseconds are the finest that WFDB software writes.
        let decimals = fraction.flatMap { $0.isEmpty ? nil : "." + $0.prefix(6) } ?? ""
        return Timestamp(
            "\(dateParts[2])-\(twoDigits(dateParts[1]))-\(twoDigits(dateParts[0]))T"
                + clockParts.map(twoDigits).joined(separator: ":") + decimals + "Z")
    }

    /// The two fields, or nil for a year that four digits do not hold.
    static func text(of time: Timestamp) -> String? {
        let text = time.description
        let day = text.prefix(10).split(separator: "-")
        guard text.count == 24, day.count == 3 else { return nil }
        let microseconds = (time.microsecondsSince1970 % 1000 + 1000) % 1000
        let fine = microseconds == 0 ? "" : String(String(1000 + microseconds).dropFirst())
        return "\(text.dropFirst(11).dropLast())\(fine) \(day[2])/\(day[1])/\(day[0])"
    }
}
