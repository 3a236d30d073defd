import ECGAccuracy
import ECGFormats
import ECGModel
import Testing

@Suite("Hand marks of several leads make one beat")
struct BoundaryTests {
    /// A beat as a lead's annotation file has it.
    static func marks(p: (Int, Int, Int)? = nil, qrs: (Int, Int, Int), tEnd: Int? = nil) -> [Annotation] {
        var marks: [Annotation] = []
        func add(_ wave: (Int, Int, Int), _ code: AnnotationCode) {
            marks += [
                Annotation(sample: wave.0, code: .waveOnset), Annotation(sample: wave.1, code: code),
                Annotation(sample: wave.2, code: .waveEnd),
            ]
        }
        if let p { add(p, .pWavePeak) }
        add(qrs, .normal)
        if let tEnd {
            marks += [Annotation(sample: tEnd - 40, code: .tWavePeak), Annotation(sample: tEnd, code: .waveEnd)]
        }
        return marks
    }

    @Test("a boundary belongs to the peak beside it")
    func waves() {
        let waves = MarkedWave.waves(in: Self.marks(p: (10, 20, 30), qrs: (40, 50, 60), tEnd: 200))
        #expect(waves.map(\.kind) == [.p, .qrs, .t])
        #expect(waves.map(\.onset) == [10, 40, nil])
        #expect(waves.map(\.end) == [30, 60, 200])
    }

    @Test("the fused mark is the third-earliest onset and the third-latest end")
    func fused() throws {
        let leads = (0..<6).map { lead in
            MarkedWave.waves(
                in: Self.marks(
                    p: (300 + lead, 330, 350), qrs: (400 + 2 * lead, 420, 450 + 2 * lead), tEnd: 650 + 4 * lead))
        }
        let beats = FusedBeat.beats(leads: leads, named: leads[1], samplingRate: 500)
        let beat = try #require(beats.first)
        #expect(beats.count == 1)
        #expect(beat.qrsOnset == 404 && beat.jPoint == 456)
        #expect(beat.pOnset == 302 && beat.tEnd == 662)
    }

    @Test("four leads are too few, and a beat 120 ms away is another")
    func tooFew() {
        let four = (0..<4).map { _ in MarkedWave.waves(in: Self.marks(qrs: (400, 420, 450))) }
        #expect(FusedBeat.beats(leads: four, named: four[0], samplingRate: 500).isEmpty)
        let far = four + [MarkedWave.waves(in: Self.marks(qrs: (460, 480, 510)))]
        #expect(FusedBeat.beats(leads: far, named: four[0], samplingRate: 500).isEmpty)
        let near = four + [MarkedWave.waves(in: Self.marks(qrs: (459, 479, 509)))]
        #expect(FusedBeat.beats(leads: near, named: four[0], samplingRate: 500).count == 1)
    }
}
