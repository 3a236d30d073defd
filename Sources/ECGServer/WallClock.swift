public import ECGModel
import Foundation

/// The only place of the library that reads the machine's clock, for programs to hand to what needs the time.
public enum WallClock {
    public static func now() -> Timestamp {
        Timestamp(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
