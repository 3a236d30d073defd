import ECGModel

/// How old things are, whatever becomes of the wall clock: what is seen for the first time is as old as that clock says, and
/// from then on grows older by the time that the process has been up.
///
/// So a clock that is set ahead by years makes nothing old at once, and one that is set back makes nothing wait.
struct KnownAges<Key: Hashable & Sendable>: Sendable {
    private struct Sight: Sendable {
        var since: Timestamp
        var age: Duration
        var at: Duration
    }

    private var sights: [Key: Sight] = [:]

    /// The age of something that began at `since`. When that changes it is something new.
    mutating func age(of key: Key, since: Timestamp, at now: Timestamp, uptime: Duration) -> Duration {
        if let sight = sights[key], sight.since == since { return sight.age + (uptime - sight.at) }
        let age = max(.zero, now - since)
        sights[key] = Sight(since: since, age: age, at: uptime)
        return age
    }

    /// Forgets what is not among the keys.
    mutating func keep(_ keys: some Sequence<Key>) {
        let kept = Set(keys)
        sights = sights.filter { kept.contains($0.key) }
    }
}
