public import ECGModel
import Foundation

/// Days and months as people at the site count them.
public struct SiteCalendar: Sendable {
    private let calendar: Calendar

    /// The time zone's name in the IANA database.
    public var timeZone: String { calendar.timeZone.identifier }

    /// - Parameter timeZone: A place's name in the IANA database, or UTC. Nil for one that this machine does not know, and for
    ///   abbreviations and offsets, which people in different places read differently.
    public init?(timeZone: String) {
        guard let zone = TimeZone(site: timeZone) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// The month in which a time lies.
    public func month(of time: Timestamp) -> Month {
        let parts = calendar.dateComponents([.year, .month], from: Date(time))
        return Month(year: parts.year ?? 1, month: parts.month ?? 1)
    }

    /// The month's first moment.
    public func start(of month: Month) -> Timestamp {
        Timestamp(calendar.date(from: DateComponents(year: month.year, month: month.month)) ?? .distantPast)
    }

    /// What the clocks of the site's walls show, as `2026-11-22 17:03`.
    func clocks(at time: Timestamp) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: Date(time))
        func digits(_ part: Int?) -> String {
            let digits = String(part ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        return [parts.year, parts.month, parts.day].map(digits).joined(separator: "-") + " "
            + [parts.hour, parts.minute].map(digits).joined(separator: ":")
    }

    /// The first moment of the day in which a time lies.
    public func startOfDay(_ time: Timestamp) -> Timestamp { Timestamp(calendar.startOfDay(for: Date(time))) }
}

/// A month of a year; as text `2026-11`.
public struct Month: Hashable, Comparable, Sendable, Codable, LosslessStringConvertible {
    public let year: Int
    public let month: Int

    init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            text.utf8.allSatisfy({ ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-") }),
            let year = Int(parts[0]), let month = Int(parts[1]), (1970...9998).contains(year), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let month = Month(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a month is written as 2026-11")
        }
        self = month
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String {
        let digits = (String(year), String(month))
        return String(repeating: "0", count: 4 - digits.0.count) + digits.0 + "-"
            + String(repeating: "0", count: 2 - digits.1.count) + digits.1
    }

    private var number: Int { year * 12 + month - 1 }

    /// The month that comes so many months later.
    public func adding(_ months: Int) -> Month {
        let sum = number + months
        return Month(year: sum / 12, month: sum % 12 + 1)
    }

    /// The months from this one to `last`, both included.
    public func months(through last: Month) -> [Month] {
        (0..<Swift.max(0, last.number - number + 1)).map(adding)
    }

    public static func < (a: Month, b: Month) -> Bool { a.number < b.number }
}

extension TimeZone {
    /// What is no place: UTC+8 stands there as `Etc/GMT-8`, and `Etc/GMT+8` is eight hours behind.
    private static let noPlaces = "Etc/"

    /// By a place's name, or UTC. `CST` is a time zone of its own in Shanghai, Chicago and Havana, and the system picks one.
    init?(site name: String) {
        guard name == "UTC" || name.contains("/") && !name.hasPrefix(Self.noPlaces) else { return nil }
        self.init(identifier: name)
    }
}

extension Date {
    fileprivate init(_ time: Timestamp) {
        self.init(timeIntervalSince1970: Double(time.microsecondsSince1970) / 1_000_000)
    }
}

extension Timestamp {
    fileprivate init(_ date: Date) {
        self.init(microsecondsSince1970: Int64((date.timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
