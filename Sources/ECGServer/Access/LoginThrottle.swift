import ECGModel

/// Slows down the guessing of passwords, by address and by name, and never locks anybody out: after a few failures the
/// next attempt has to wait, a little longer each time and at most ``LoginThrottle/longestDelaySeconds``.
///
/// A stranger who keeps failing with somebody's name from elsewhere delays that name only for addresses from which it has
/// not signed in before. A value without clock or storage; the table is bounded.
struct LoginThrottle: Sendable {
    /// People mistype; programs that guess do so thousands of times.
    static let freeAttempts = 5
    /// The first delay; it doubles with every failure.
    static let shortestDelaySeconds = 1
    /// One guess a minute is 525,600 a year: nothing against a password of ``UserAccounts/leastPasswordCharacters``.
    static let longestDelaySeconds = 60
    /// After so long without a failure the count starts anew.
    static let memorySeconds: Int64 = 15 * 60

    private enum Key: Hashable {
        case address(String)
        case name(String)
    }
    private struct Place: Hashable {
        var name: String
        var address: String
    }
    private struct Failures {
        var count = 0
        var last: Timestamp
    }

    private var failures: [Key: Failures] = [:]
    private var provenPlaces: [Place: Timestamp] = [:]

    /// The whole seconds to wait before an attempt is looked at; 0 when it may be made now.
    func delaySeconds(name: String, address: String, at time: Timestamp) -> Int {
        var delay = remaining(failures[.address(address)], at: time)
        if provenPlaces[Place(name: name, address: address)] == nil {
            delay = max(delay, remaining(failures[.name(name)], at: time))
        }
        return delay
    }

    mutating func failed(name: String, address: String, at time: Timestamp) {
        for key in [Key.address(address), .name(name)] {
            var entry = failures[key] ?? Failures(last: time)
            if time - entry.last > .seconds(Self.memorySeconds) { entry.count = 0 }
            entry.count += 1
            entry.last = time
            if failures[key] == nil, failures.count >= HTTPLimits.rememberedFailures,
                let oldest = failures.min(by: { $0.value.last < $1.value.last })?.key
            {
                failures[oldest] = nil
            }
            failures[key] = entry
        }
    }

    mutating func succeeded(name: String, address: String, at time: Timestamp) {
        failures[.address(address)] = nil
        failures[.name(name)] = nil
        let place = Place(name: name, address: address)
        if provenPlaces[place] == nil, provenPlaces.count >= HTTPLimits.rememberedFailures,
            let oldest = provenPlaces.min(by: { $0.value < $1.value })?.key
        {
            provenPlaces[oldest] = nil
        }
        provenPlaces[place] = time
    }

    private func remaining(_ entry: Failures?, at time: Timestamp) -> Int {
        guard let entry, entry.count >= Self.freeAttempts, time - entry.last <= .seconds(Self.memorySeconds) else {
            return 0
        }
        let doublings = min(entry.count - Self.freeAttempts, 16)
        let delay = min(Self.shortestDelaySeconds << doublings, Self.longestDelaySeconds)
        let left = Duration.seconds(delay) - (time - entry.last)
        return left > .zero ? Int((left / .seconds(1)).rounded(.up)) : 0
    }
}
