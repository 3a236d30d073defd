import ECGAccuracy
import Testing

@Suite("Shares and spreads")
struct ScoreTests {
    @Test("nothing counted has no share, not a share of zero")
    func emptyShare() {
        #expect(Share().percent == nil)
        var share = Share()
        share.add(true)
        share.add(false)
        #expect(share.percent == 50)
        #expect((share + Share(hits: 2, of: 2)).percent == 75)
    }

    @Test("mean, deviation and the share within a reach, its edge included")
    func spread() {
        let spread = Spread([-3, 1, 5, 1])
        #expect(spread.mean == 1)
        #expect(spread.standardDeviation == 8.0.squareRoot())
        #expect(spread.rootMeanSquare == 3)
        #expect(spread.meanMagnitude == 2.5)
        #expect(spread.median == 1)
        #expect(spread.largestMagnitude == 5)
        #expect(spread.share(within: 3) == Share(hits: 3, of: 4))
        #expect(spread.magnitude(ofShare: 0.75) == 3)
        #expect(spread.magnitude(ofShare: 0.76) == 5)
        #expect(Spread().mean == nil && Spread().standardDeviation == nil && Spread().magnitude(ofShare: 0.5) == nil)
    }

    @Test("the median of an even number lies between the two middle values")
    func median() {
        #expect(Spread.median(of: [4, 1, 3, 2]) == 2.5)
        #expect(Spread.median(of: []) == nil)
    }
}

@Suite("Floors of figures")
struct FloorTests {
    static let reached = [
        Figure("beats/F1", 99.9, unit: "%", better: .high, margin: 0.05),
        Figure("delay", 0.9, unit: "s", better: .low, margin: 0.02),
    ]

    @Test("a figure at its floor passes, one below it fails by name")
    func below() {
        let floors = AccuracyFloors(reached: Self.reached)
        var figures = Self.reached
        figures[0].value = 99.85
        figures[1].value = 0.92
        #expect(floors.failures(of: figures).isEmpty)
        figures[0].value = 99.84
        #expect(floors.failures(of: figures).count == 1)
        #expect(floors.failures(of: figures)[0].contains("beats/F1 is 99.84 %, below its floor of 99.85"))
        figures[0].value = 100
        figures[1].value = 0.93
        #expect(floors.failures(of: figures).count == 1)
        #expect(floors.failures(of: figures)[0].contains("delay is 0.93 s, above its ceiling of 0.92"))
    }

    @Test("a figure that is no longer measured fails")
    func unmeasured() {
        #expect(AccuracyFloors(reached: Self.reached).failures(of: [Self.reached[0]]).count == 1)
    }

    @Test("a figure better by more than its margin is told")
    func outgrown() {
        let floors = AccuracyFloors(reached: Self.reached)
        var figures = Self.reached
        #expect(floors.outgrown(by: figures).isEmpty)
        figures[1].value = 0.7
        #expect(floors.outgrown(by: figures).count == 1)
    }

    @Test("floors read what they wrote")
    func roundTrip() throws {
        let floors = AccuracyFloors(reached: Self.reached)
        #expect(try AccuracyFloors(parsing: floors.encoded()).floors == floors.floors)
    }
}
