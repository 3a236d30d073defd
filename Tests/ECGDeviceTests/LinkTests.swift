import ECGDevice
import ECGWire
import Testing

@Suite("A device comes back after a cut, and not too soon")
struct ReconnectionTests {
    /// The same numbers on every run (Numerical Recipes' linear congruential generator).
    struct Sequence: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    private func pauses(_ count: Int, seed: UInt64 = 1) -> [Duration] {
        var reconnection = Reconnection()
        var random = Sequence(state: seed)
        return (0..<count).map { _ in
            guard case .retry(let pause) = reconnection.connectionEnded(nil, isProgress: false, random: &random) else {
                return .zero
            }
            return pause
        }
    }

    @Test func pausesDoubleUpToAMinuteAndDifferBetweenDevices() {
        let pauses = pauses(20)
        for (attempt, pause) in pauses.enumerated() {
            let longest = min(60, 0.5 * Double(1 << min(attempt, 10)))
            #expect(pause >= .seconds(longest / 2) && pause <= .seconds(longest), "attempt \(attempt): \(pause)")
        }
        #expect(Set((1...100).map { self.pauses(1, seed: $0)[0] }).count > 90)
    }

    @Test func beginsAnewAfterProgress() {
        var reconnection = Reconnection()
        var random = Sequence()
        for _ in 0..<10 { _ = reconnection.connectionEnded(nil, isProgress: false, random: &random) }
        guard case .retry(let pause) = reconnection.connectionEnded(nil, isProgress: true, random: &random) else {
            Issue.record("the device gave up")
            return
        }
        #expect(pause <= .milliseconds(500))
    }

    @Test(arguments: [(30, 30.0...30.5), (1_000_000, 3600...3600.5)])
    func waitsAsLongAsTheServerAsksButNotForEver(asked: Int, expected: ClosedRange<Double>) {
        var reconnection = Reconnection()
        var random = Sequence()
        let error = WireError(.overloaded, "", retryAfterSeconds: asked)
        guard case .retry(let pause) = reconnection.connectionEnded(error, isProgress: false, random: &random) else {
            Issue.record("the device gave up")
            return
        }
        #expect(expected.contains(pause / .seconds(1)))
    }

    @Test(arguments: [WireError.Code.authenticationFailed, .deviceRevoked, .unsupportedVersion, .noCommonCodec])
    func givesUpWhereTryingAgainChangesNothing(code: WireError.Code) {
        var reconnection = Reconnection()
        var random = Sequence()
        let error = WireError(code, "")
        #expect(
            reconnection.connectionEnded(error, isProgress: false, random: &random) == .giveUp(error))
    }

    @Test(
        "connects again after a fault of the connection or of one recording",
        arguments: [
            WireError.Code.goingAway, .idleTimeout, .badChecksum, .unexpectedMessage, .unknownChannel, .wrongLength,
        ])
    func comesBackAfterAFault(code: WireError.Code) {
        var reconnection = Reconnection()
        var random = Sequence()
        let verdict = reconnection.connectionEnded(WireError(code, ""), isProgress: false, random: &random)
        guard case .retry = verdict else {
            Issue.record("the device gave up")
            return
        }
    }
}

@Suite("A dead link is noticed")
struct LinkWatchTests {
    /// What is said in each second of a connection on which nothing comes.
    private func verdicts(seconds: Int, isOwed: Bool) -> [Int: LinkWatch.Verdict] {
        var watch = LinkWatch(idleMilliseconds: 90_000, at: .zero)
        var verdicts: [Int: LinkWatch.Verdict] = [:]
        for second in 1...seconds {
            let verdict = watch.check(at: .seconds(second), isOwed: isOwed)
            if verdict != .fine { verdicts[second] = verdict }
            if verdict == .dead { break }
        }
        return verdicts
    }

    @Test func soonWhileAnAnswerIsOwed() { #expect(verdicts(seconds: 60, isOwed: true) == [5: .ping, 20: .dead]) }

    @Test func laterWhileNothingIsOwed() { #expect(verdicts(seconds: 60, isOwed: false) == [30: .ping, 45: .dead]) }

    @Test func neverWhileTheServerAnswers() {
        var watch = LinkWatch(idleMilliseconds: 90_000, at: .zero)
        var pings = 0
        for second in 1...600 {
            let verdict = watch.check(at: .seconds(second), isOwed: false)
            #expect(verdict != .dead)
            guard verdict == .ping else { continue }
            pings += 1
            watch.heard(at: .seconds(second) + .milliseconds(600))
        }
        #expect(pings >= 19)
    }

    @Test func aDeviceThatOnlySendsIsPingedForTheAnswer() {
        var watch = LinkWatch(idleMilliseconds: 90_000, at: .zero)
        for second in 1...4 {
            watch.sent(at: .seconds(second))
            #expect(watch.check(at: .seconds(second), isOwed: true) == .fine)
        }
        watch.sent(at: .seconds(5))
        #expect(watch.check(at: .seconds(5), isOwed: true) == .ping)
    }
}
