public import ECGModel
import Foundation

/// The only place of the library that reads the machine's clock, for programs to hand to what needs the time.
public enum WallClock {
    public static func now() -> Timestamp {
        Timestamp(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}

/// How long this process has been up, by a clock that nobody sets: what has to outlive a wall clock that is set right, ahead or
/// back while the server runs counts by it.
public enum Uptime {
    private static let origin = ContinuousClock.now

    public static func now() -> Duration { origin.duration(to: .now) }
}
