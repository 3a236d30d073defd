import ECGWire

/// How long to wait before the next attempt.
enum RetryPause {
    /// Most cuts are short; after a long one a whole county comes back and must not hold its server down.
    static let firstSeconds = 0.5
    static let longestSeconds = 60.0

    /// Doubles with each attempt that failed, without any chance in it.
    static func seconds(afterFailures failures: Int) -> Double {
        // Beyond the twelfth doubling it is longer than the longest anyway.
        min(longestSeconds, firstSeconds * Double(1 << min(failures, 12)))
    }

    /// The pause after a refusal that may pass, at least as long as the server asks for.
    static func duration(after refusal: WireError, failures: Int) -> Duration {
        max(.seconds(refusal.retryAfterSeconds ?? 0), .seconds(seconds(afterFailures: failures)))
    }
}
