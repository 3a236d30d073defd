public import ECGWire

/// When a device connects again after a connection ended. A value without clock and chance of its own.
///
/// The pause doubles with every attempt that got nowhere, and is drawn from its upper half, so that devices cut off
/// together do not come back together. What the server says counts more: until its time has passed nothing is tried.
/// Every attempt looks the server's name up anew, so that a changed address of either end needs nothing.
public struct Reconnection: Sendable {
    /// What a connection's end means.
    public enum Verdict: Hashable, Sendable {
        case retry(after: Duration)
        /// The server refuses this device; to try again would not change that.
        case giveUp(WireError)
    }

    /// The longest that a server may silence a device: more would be a mistake, and nobody is there to correct it.
    public static let longestRequestSeconds = 3600

    private var failures = 0

    public init() {}

    /// - Parameters:
    ///   - error: What the server said, if it said anything.
    ///   - isProgress: Whether the server accepted the device and something was stored.
    ///   - random: For the pause's jitter.
    public mutating func connectionEnded(
        _ error: WireError?, isProgress: Bool, random: inout some RandomNumberGenerator
    ) -> Verdict {
        if let error, error.code.endsDevice { return .giveUp(error) }
        if isProgress { failures = 0 }
        let longest = RetryPause.seconds(afterFailures: failures)
        failures += 1
        let pause = Double.random(in: longest / 2...longest, using: &random)
        let asked = Double(min(error?.retryAfterSeconds ?? 0, Self.longestRequestSeconds))
        // Devices that were all asked for the same time come back spread over their own pauses.
        return .retry(after: .seconds(asked > 0 ? asked + pause : pause))
    }
}

extension WireError.Code {
    /// Whether trying again with the same device and software is pointless. What went wrong with one recording only is
    /// not: a new connection begins it anew.
    fileprivate var endsDevice: Bool { endsConnection && !mayPass }
}
