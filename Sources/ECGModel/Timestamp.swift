/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds, as Unix counts them.
///
/// It says nothing of whose clock it was read from; where that matters the property's name does (`deviceTime`,
/// `receivedAt`).
public struct Timestamp: Hashable, Comparable, Sendable {
    public var microsecondsSince1970: Int64

    public init(microsecondsSince1970: Int64) { self.microsecondsSince1970 = microsecondsSince1970 }

    /// The times that RFC 3339 can write: years 1 to 9999. What a device says beyond them is no time.
    public static let writable =
        Timestamp(
            microsecondsSince1970: -62_135_596_800_000_000)...Timestamp(microsecondsSince1970: 253_402_300_799_999_999)

    /// A clock that is further off tells no time: one that has lost its battery begins in 1970 or later, and no ECG is a
    /// hundred years old.
    public static let longestClockOffset = Duration.seconds(100 * 31_557_600)

    /// The clocks of two servers are no further apart, by our own choice: what is later than that was noted by a clock that has
    /// been set back since.
    public static let widestServerClocks = Duration.seconds(300)

    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.microsecondsSince1970 < b.microsecondsSince1970
    }
    /// The time that passed from `earlier` to `later`.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microsecondsSince1970) - .microseconds(earlier.microsecondsSince1970)
    }
    /// The nearest time where the sum is beyond what 64 bits hold: a clock may have told anything.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let sum =
            Int128(time.microsecondsSince1970) + Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000)
        return Timestamp(microsecondsSince1970: Int64(clamping: sum))
    }
    /// The time that lies `duration` before.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }

    /// Whether both are told alike: what is kept or sent as text has its time to the millisecond; see ``description``.
    public func isSameMillisecond(as other: Timestamp) -> Bool {
        microsecondsSince1970.flooredQuotient(by: 1000) == other.microsecondsSince1970.flooredQuotient(by: 1000)
    }
}

extension Duration {
    public static func hours(_ hours: Int) -> Duration { .seconds(Int64(hours) * 3600) }
    /// Days of 24 hours.
    public static func days(_ days: Int) -> Duration { .seconds(Int64(days) * 86_400) }
}

// MARK: Text

/// RFC 3339 in UTC with milliseconds, for example `2026-11-21T08:15:30.250Z`. Days are counted in the proleptic
/// Gregorian calendar; the era arithmetic shifts the year to start in March so that the leap day falls at its end.
extension Timestamp: LosslessStringConvertible {
    private static let microsecondsPerDay: Int64 = 86_400_000_000
    private static let daysPerEra: Int64 = 146_097  // 400 years
    private static let daysFromMarchYearZeroTo1970: Int64 = 719_468

    /// A time that is not ``writable`` is written as the nearest that is.
    public var description: String {
        let moment = min(max(self, Self.writable.lowerBound), Self.writable.upperBound).microsecondsSince1970
        let day = moment.flooredQuotient(by: Self.microsecondsPerDay)
        let milliseconds = (moment - day * Self.microsecondsPerDay) / 1000
        let shifted = day + Self.daysFromMarchYearZeroTo1970
        let era = shifted.flooredQuotient(by: Self.daysPerEra)
        let dayOfEra = shifted - era * Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let seconds = milliseconds / 1000
        return "\(year.padded(4))-\(month.padded(2))-\(dayOfMonth.padded(2))T"
            + "\((seconds / 3600).padded(2)):\((seconds / 60 % 60).padded(2)):\((seconds % 60).padded(2))"
            + ".\((milliseconds % 1000).padded(3))Z"
    }

    /// Reads RFC 3339 as written by ``description``: UTC, with or without a fraction of a second.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard bytes.count >= 20, bytes.count <= 27, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = 20..<(bytes.count - 1)
            guard bytes[19] == UInt8(ascii: "."), !digits.isEmpty, let value = number(digits) else { return nil }
            fraction = (digits.count..<6).reduce(value) { scaled, _ in scaled * 10 }
        }
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.flooredQuotient(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * Self.daysPerEra + dayOfEra - Self.daysFromMarchYearZeroTo1970
        microsecondsSince1970 =
            days * Self.microsecondsPerDay + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }

    /// The day in UTC as `2026-11-21`.
    public var day: String { String(description.prefix(10)) }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a time is written as 2026-11-21T08:15:30.250Z")
        }
        self = time
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
