import ECGModel

/// How long recordings have been silent, by the time that this process has been up. A value without clock or I/O.
///
/// A clock that is set ahead makes every open recording look abandoned, and a closed one passes for whole until its device
/// comes back. So the clock's word is taken only for what was silent already when this process began, and for that too only once the
/// process has been there for a while to take the device's next block.
struct SilenceWatch: Sendable {
    private struct Silence: Sendable {
        /// Since when it was seen to be silent.
        var since: Duration
        /// Whether it may have been silent for long before.
        var isFromTheStart: Bool
    }

    /// Longer than a device whose line is up needs to come back to a server that has started, and shorter than the day after
    /// which some sites restart theirs.
    private static let leastWatch = Duration.hours(2)

    private var silences: [RecordingID: Silence] = [:]
    private var hasLooked = false

    /// - Parameter silent: All recordings that are open and silent.
    mutating func look(at silent: [RecordingID], uptime: Duration) {
        let known = silences
        silences = [:]
        for id in silent {
            silences[id] = known[id] ?? Silence(since: uptime, isFromTheStart: !hasLooked)
        }
        hasLooked = true
    }

    /// Whether one that the clock calls abandoned is.
    func isAbandoned(_ id: RecordingID, after abandonment: Duration, uptime: Duration) -> Bool {
        guard let silence = silences[id] else { return false }
        let least = silence.isFromTheStart ? min(abandonment, Self.leastWatch) : abandonment
        return uptime - silence.since >= least
    }
}
