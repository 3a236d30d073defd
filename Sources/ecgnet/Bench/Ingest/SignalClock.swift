/// How much signal the devices of a load have recorded since it began: as the time goes, but for a while faster.
///
/// Faster than time stands for what no bench can connect: more devices than a process may open sockets, or as many that
/// bring back what they recorded while they were cut off.
struct SignalClock: Sendable {
    /// A while in which every device records faster.
    struct Rush: Sendable {
        var begin: Double
        var seconds: Double
        var factor: Double

        var end: Double { begin + seconds }
    }

    let start: ContinuousClock.Instant
    var rush: Rush?

    func elapsedSeconds(at instant: ContinuousClock.Instant) -> Double {
        start.duration(to: instant) / .seconds(1)
    }

    /// Seconds of signal that a device has recorded by then.
    func signalSeconds(at instant: ContinuousClock.Instant) -> Double {
        let elapsed = elapsedSeconds(at: instant)
        guard let rush else { return elapsed }
        let hurried = min(max(0, elapsed - rush.begin), rush.seconds)
        return elapsed + hurried * (rush.factor - 1)
    }
}
