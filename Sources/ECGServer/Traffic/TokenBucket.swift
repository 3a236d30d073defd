public import ECGModel

/// How often something may happen: at once as often as the bucket is large, and in the long run as it is filled.
///
/// A value without a clock: the caller says what time it is, and a clock that is set back fills nothing.
public struct TokenBucket: Hashable, Sendable {
    public struct Rate: Hashable, Sendable {
        /// What may happen at once.
        public var burst: Double
        public var perSecond: Double

        /// - Precondition: both are above 0.
        public init(burst: Double, perSecond: Double) {
            precondition(burst > 0 && perSecond > 0, "a rate lets something happen")
            self.burst = burst
            self.perSecond = perSecond
        }
    }

    private let rate: Rate
    private var level: Double
    private var filledAt: Timestamp

    /// A full bucket.
    public init(_ rate: Rate, at time: Timestamp) {
        self.rate = rate
        level = rate.burst
        filledAt = time
    }

    /// Takes `amount` out if there is as much; says whether there was.
    public mutating func take(_ amount: Double = 1, at time: Timestamp) -> Bool {
        fill(at: time)
        guard level >= amount else { return false }
        level -= amount
        return true
    }

    /// Takes `amount` out whether it is there or not; says how long it takes until the debt is paid, zero without one.
    /// - Parameter longest: Debts are forgiven beyond what is paid in so long.
    public mutating func spend(_ amount: Double = 1, at time: Timestamp, longest: Duration) -> Duration {
        fill(at: time)
        level = max(level - amount, -rate.perSecond * (longest / .seconds(1)))
        return level < 0 ? .seconds(-level / rate.perSecond) : .zero
    }

    private mutating func fill(at time: Timestamp) {
        let seconds = (time - filledAt) / .seconds(1)
        filledAt = time
        guard seconds > 0 else { return }
        level = min(level + seconds * rate.perSecond, rate.burst)
    }
}
