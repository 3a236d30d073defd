import ECGModel
import Foundation

extension EscalationPolicy.Hours {
    /// The first moment from a time on that lies in these hours, by a time zone's clocks.
    func start(from time: Timestamp, in zone: TimeZone) -> Timestamp {
        var time = time
        while !contains(zone.secondOfDay(time) / 60) {
            let start = time.wholeSecond + .seconds((60 * from - zone.secondOfDay(time) + 86_400) % 86_400)
            // The clocks may be changed before, into these hours or past their beginning.
            guard let change = zone.nextDaylightSavingTimeTransition(after: time.date).map(Timestamp.init(second:)),
                change <= start
            else { return start }
            time = change
        }
        return time
    }
}

extension TimeZone {
    /// Seconds since midnight by the clocks of its walls.
    func secondOfDay(_ time: Timestamp) -> Int {
        let date = time.date
        let local = Int(date.timeIntervalSince1970) + secondsFromGMT(for: date)
        return ((local % 86_400) + 86_400) % 86_400
    }
}

extension Timestamp {
    private static var second: Int64 { 1_000_000 }

    /// Without what is less than a second.
    fileprivate var wholeSecond: Timestamp {
        Timestamp(microsecondsSince1970: microsecondsSince1970 / Self.second * Self.second)
    }

    fileprivate var date: Date { Date(timeIntervalSince1970: Double(microsecondsSince1970 / Self.second)) }

    fileprivate init(second date: Date) {
        self.init(microsecondsSince1970: Int64(date.timeIntervalSince1970) * Self.second)
    }
}
