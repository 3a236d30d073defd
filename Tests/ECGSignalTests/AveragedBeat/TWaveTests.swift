import ECGModel
import Testing

/// The end of the T wave, and with it the QT interval, on beats whose T wave ends at a known instant in every lead.
@Suite("T wave")
struct TWaveTests {
    /// The bells of a drawn T wave fade: their ends are marked where the eye sees them, this much before the last of them.
    static let allowance = 20.0

    static func qt(_ heart: DrawnHeart) throws -> Double {
        try #require(AveragedBeatTests.analyze(heart).measurements.intervals.qt).value
    }

    static func truth(_ heart: DrawnHeart, lead: Int = 0) -> Double { (heart.tEnd(lead) - heart.onset) * 1000 }

    @Test("Of twelve leads, a few that end early or late do not move the end", arguments: [-0.08, 0.08])
    func strayLeads(shift: Double) throws {
        var heart = DrawnHeart()
        let whole = try Self.qt(heart)
        #expect(abs(whole - Self.truth(heart)) <= Self.allowance)
        heart.tEnd = { DrawnHeart.tEnd + ([2, 7].contains($0) ? shift : 0) }
        #expect(abs(try Self.qt(heart) - whole) <= 4)
    }

    @Test("Of twelve leads, five that end late say where the T wave ends")
    func lateLeads() throws {
        var heart = DrawnHeart()
        heart.tEnd = { DrawnHeart.tEnd + ($0 < 5 ? 0.08 : 0) }
        #expect(abs(try Self.qt(heart) - Self.truth(heart, lead: 0)) <= Self.allowance)
    }

    @Test("Of two leads, the one whose T wave falls more steeply counts more", arguments: [0.05, 0.25])
    func twoLeads(other: Double) throws {
        var heart = DrawnHeart()
        heart.leads = [.ii, .v5]
        let early = try Self.qt(heart)
        heart.tEnd = { DrawnHeart.tEnd + ($0 == 1 ? 0.06 : 0) }
        heart.t = { $0 == 1 ? other : 0.25 }
        let moved = try Self.qt(heart) - early
        #expect(other < 0.1 ? abs(moved) < 10 : (20...60).contains(moved), "moved by \(moved)")
    }

    @Test("Of two phases, the larger second one ends the T wave", arguments: [-0.35, 0.35])
    func twoPhases(second: Double) throws {
        var heart = DrawnHeart()
        heart.interval = 1
        heart.tStart = { _ in 0.16 }
        heart.tEnd = { _ in 0.28 }
        heart.t = { _ in -0.4 * second }
        heart.tSecond = { _ in second }
        #expect(abs(try Self.qt(heart) - (0.40 - heart.onset) * 1000) <= Self.allowance)
    }

    @Test("Of two phases nearly as large, the later one ends the T wave", arguments: [-0.3, 0.3])
    func nearlyEqualPhases(second: Double) throws {
        var heart = DrawnHeart()
        heart.interval = 1
        heart.tEnd = { _ in 0.28 }
        heart.t = { _ in -1.2 * second }
        heart.tSecond = { _ in second }
        #expect(abs(try Self.qt(heart) - (0.38 - heart.onset) * 1000) <= Self.allowance)
    }

    @Test("A P wave close behind the T wave at a high rate is none of it", arguments: [0.48, 0.52])
    func pBehindT(interval: Double) throws {
        var heart = DrawnHeart()
        heart.interval = interval
        heart.tStart = { _ in 0.12 }
        heart.tEnd = { _ in interval + DrawnHeart.pOnset - 0.01 }
        heart.p = { _ in 0.2 }
        let intervals = AveragedBeatTests.analyze(heart).measurements.intervals
        #expect(abs(try #require(intervals.qt).value - Self.truth(heart)) <= 25)
        #expect(abs(try #require(intervals.pr).value - (heart.onset - DrawnHeart.pOnset) * 1000) <= 25)
    }

    @Test("A QT interval above 550 ms by Bazett is measured whole where the P wave is seen")
    func longQT() throws {
        var heart = DrawnHeart()
        heart.tStart = { _ in 0.28 }
        heart.tEnd = { _ in 0.475 }
        let intervals = AveragedBeatTests.analyze(heart).measurements.intervals
        #expect(abs(try #require(intervals.qt).value - Self.truth(heart)) <= Self.allowance)
        #expect(try #require(intervals.qtcBazett).value > 550)
    }
}
