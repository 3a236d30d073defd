import Metrics
import Synchronization

/// One series of a counter. The handle of swift-metrics, and what the exposition reads.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
    private let total = Mutex<Double>(0)

    var value: Double { total.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    /// Counters only rise: a negative amount is a mistake of the caller and changes nothing.
    func increment(by amount: Double) {
        guard amount > 0 else { return }
        total.withLock { $0 += amount }
    }
    func reset() { total.withLock { $0 = 0 } }
}

/// One series of a gauge.
final class GaugeSeries: MeterHandler, RecorderHandler {
    private let current = Mutex<Double>(0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// One series of a histogram: a count for every bucket, the sum and the number of all observations.
///
/// As a timer it takes nanoseconds and observes seconds, the base unit of the exposition.
final class HistogramSeries: RecorderHandler, TimerHandler {
    struct Observations {
        /// One element a bucket, not cumulative; the last is everything beyond the highest bound.
        var counts: [UInt64]
        var sum: Double = 0
    }

    let bounds: [Double]
    private let state: Mutex<Observations>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Observations(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var observations: Observations { state.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
