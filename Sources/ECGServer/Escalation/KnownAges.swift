import ECGModel

/// How old things are, whatever becomes of the wall clock: what is seen for the first time is as old as that clock says, and
/// from then on grows older by the time that the process has been up.
///
/// So a clock that is set ahead by years makes nothing old at once, and one that is set back makes nothing wait. What was seen
/// by a clock that turns out to have been ahead, since it is set back by no more than the age that it gave, was never so old.
struct KnownAges<Key: Hashable & Sendable>: Sendable {
    private struct Sight: Sendable {
        var since: Timestamp
        /// When it was first seen, by the wall clock as it goes now.
        var seenAt: Timestamp
        /// How old it was then.
        var age: Duration
        /// How long the process had been up then.
        var uptime: Duration
    }

    /// Clocks that are kept right are moved by less.
    private static var leastSetting: Duration { .seconds(60) }

    private var sights: [Key: Sight] = [:]

    /// The age of something that began at `since`. When that changes it is something new.
    mutating func age(of key: Key, since: Timestamp, at now: Timestamp, uptime: Duration) -> Duration {
        guard var sight = sights[key], sight.since == since else {
            let age = max(.zero, now - since)
            sights[key] = Sight(since: since, seenAt: now, age: age, uptime: uptime)
            return age
        }
        let passed = uptime - sight.uptime
        let setBack = passed - (now - sight.seenAt)
        if setBack > Self.leastSetting, setBack <= sight.age {
            sight.age -= setBack
            sight.seenAt = sight.seenAt - setBack
            sights[key] = sight
        }
        return sight.age + passed
    }

    /// Forgets what is not among the keys.
    mutating func keep(_ keys: some Sequence<Key>) {
        let kept = Set(keys)
        sights = sights.filter { kept.contains($0.key) }
    }
}
