import ECGAccuracy
import ECGModel
import Testing

@Suite("Beats are paired as EC57's comparator does")
struct BeatPairingTests {
    @Test("a beat at the edge of the window is paired, one sample beyond is missed and false")
    func windowEdge() {
        #expect(BeatPairing(reference: [1000], test: [1054], window: 54).pairs.map(\.error) == [54])
        #expect(BeatPairing(reference: [1000], test: [946], window: 54).pairs.map(\.error) == [-54])
        let beyond = BeatPairing(reference: [1000], test: [1055], window: 54)
        #expect(beyond.pairs.isEmpty && beyond.missed == [0] && beyond.extra == [0])
    }

    @Test("of two beats within the window the nearer one is paired")
    func nearer() {
        let late = BeatPairing(reference: [1000], test: [960, 1010], window: 54)
        #expect(late.pairs.map(\.test) == [1] && late.extra == [0])
        let two = BeatPairing(reference: [1000, 1050], test: [1040], window: 54)
        #expect(two.pairs.map(\.reference) == [1] && two.missed == [0])
        // As near as the first: the first stays.
        let tie = BeatPairing(reference: [1000], test: [990, 1010], window: 54)
        #expect(tie.pairs.map(\.test) == [0] && tie.extra == [1])
    }

    @Test("what is left over on either side is missed or false")
    func remainders() {
        #expect(BeatPairing(reference: [], test: [1, 2], window: 5).extra == [0, 1])
        #expect(BeatPairing(reference: [1, 2], test: [], window: 5).missed == [0, 1])
        let mixed = BeatPairing(reference: [100, 200, 300], test: [101, 250, 299, 400], window: 10)
        #expect(mixed.pairs.map(\.error) == [1, -1] && mixed.missed == [1] && mixed.extra == [1, 3])
    }

    @Test(
        "the window is 150 ms, a half rounded to the even number",
        arguments: [(360.0, 54), (250, 38), (500, 75), (200, 30)])
    func window(rate: Double, samples: Int) {
        #expect(BeatPairing.window(at: .init(rate)) == samples)
    }

    @Test("sensitivity, predictivity and F1 count missed and false beats")
    func score() throws {
        var score = BeatScore(
            BeatPairing(reference: [100, 200, 300, 400], test: [102, 198, 500], window: 10), samplingRate: 500)
        #expect(score.sensitivity == Share(hits: 2, of: 4))
        #expect(score.positivePredictivity == Share(hits: 2, of: 3))
        let f1 = try #require(score.f1)
        #expect(abs(f1 - 100 * 4 / 7) < 1e-9)
        #expect(score.errorsMilliseconds.rootMeanSquare == 4)
        score += score
        #expect(score.mistakes == 6)
    }
}
