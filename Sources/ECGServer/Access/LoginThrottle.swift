import ECGModel
import ECGWire

/// Slows down the guessing of passwords, by network (see ``RemoteNetwork``) and by name: after a few failures the next attempt
/// has to wait, a little longer each time and at most ``LoginThrottle/longestDelaySeconds``.
///
/// A stranger who keeps failing delays nobody who signs in from where they have signed in before: that place has a count of its
/// own. This machine is no origin: what comes from it comes through a proxy that does not say for whom, so from everybody;
/// only the name counts then. A value without clock or storage; the table is bounded.
struct LoginThrottle: Sendable {
    /// People mistype; programs that guess do so thousands of times.
    static let freeAttempts = 5
    /// The first delay; it doubles with every failure.
    static let shortestDelaySeconds = 1
    /// One guess a minute is 525,600 a year: nothing against a password of ``UserAccounts/leastPasswordCharacters``.
    static let longestDelaySeconds = 60
    /// After so long without a failure the count starts anew.
    static let memorySeconds: Int64 = 15 * 60

    /// UTF-8 bytes of a name that are remembered: no user has a longer one.
    static let nameBytes = UserAccounts.nameLengths.upperBound

    private enum Origin: Hashable {
        case network(RemoteNetwork)
        /// No address of the internet's.
        case other(String)

        /// Nil for this machine.
        init?(_ address: String) {
            guard !NetworkAddress.isLoopback(host: address) else { return nil }
            self = RemoteNetwork(ipAddress: address).map(Origin.network) ?? .other(address)
        }
    }
    private enum Key: Hashable {
        case origin(Origin)
        case name(String)
        case place(Place)
    }
    private struct Place: Hashable {
        var name: String
        var origin: Origin?

        init(name: String, address: String) {
            self.name = String(decoding: name.utf8.prefix(LoginThrottle.nameBytes), as: UTF8.self)
            origin = Origin(address)
        }

        var keys: [Key] { [.name(name)] + (origin.map { [.origin($0)] } ?? []) }
    }
    private struct Failures {
        var count = 0
        var last: Timestamp
    }

    private var failures: [Key: Failures] = [:]
    private var provenPlaces: [Place: Timestamp] = [:]

    /// The whole seconds to wait before an attempt is looked at; 0 when it may be made now.
    func delaySeconds(name: String, address: String, at time: Timestamp) -> Int {
        let place = Place(name: name, address: address)
        return countedKeys(of: place).map { remaining(failures[$0], at: time) }.max() ?? 0
    }

    mutating func failed(name: String, address: String, at time: Timestamp) {
        for key in countedKeys(of: Place(name: name, address: address)) {
            var entry = failures[key] ?? Failures(last: time)
            if !isRemembered(entry, at: time) { entry.count = 0 }
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
        let place = Place(name: name, address: address)
        for key in place.keys + [.place(place)] { failures[key] = nil }
        if provenPlaces[place] == nil, provenPlaces.count >= HTTPLimits.rememberedFailures,
            let oldest = provenPlaces.min(by: { $0.value < $1.value })?.key
        {
            provenPlaces[oldest] = nil
        }
        provenPlaces[place] = time
    }

    /// What a failure at a place counts for.
    private func countedKeys(of place: Place) -> [Key] { provenPlaces[place] == nil ? place.keys : [.place(place)] }

    /// By a clock that was set back since it would never be forgotten.
    private func isRemembered(_ entry: Failures, at time: Timestamp) -> Bool {
        let age = time - entry.last
        return age >= .zero && age <= .seconds(Self.memorySeconds)
    }

    private func remaining(_ entry: Failures?, at time: Timestamp) -> Int {
        guard let entry, entry.count >= Self.freeAttempts, isRemembered(entry, at: time) else { return 0 }
        let doublings = min(entry.count - Self.freeAttempts, 16)
        let delay = min(Self.shortestDelaySeconds << doublings, Self.longestDelaySeconds)
        let left = Duration.seconds(delay) - (time - entry.last)
        return left > .zero ? Int((left / .seconds(1)).rounded(.up)) : 0
    }
}
