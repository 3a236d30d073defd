import ECGModel
import Foundation

/// Points in time as the person at this terminal reads them: local, with the day only where it is another one.
enum LocalTime {
    static func text(of time: Timestamp, now: Timestamp) -> String {
        let (then, today) = (parts(of: time), parts(of: now))
        let clock = [then.hour, then.minute, then.second].map { padded($0) }.joined(separator: ":")
        guard (then.year, then.month, then.day) != (today.year, today.month, today.day) else { return clock }
        return [then.year, then.month, then.day].map { padded($0) }.joined(separator: "-") + " " + clock
    }

    /// How long ago, in the two units that matter.
    static func age(of time: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, (now - time).components.seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
        }
    }

    private static func parts(of time: Timestamp) -> DateComponents {
        let date = Date(timeIntervalSince1970: Double(time.microsecondsSince1970) / 1_000_000)
        return Calendar(identifier: .gregorian)
            .dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    }

    private static func padded(_ part: Int?) -> String {
        let digits = String(part ?? 0)
        return digits.count < 2 ? "0" + digits : digits
    }
}
