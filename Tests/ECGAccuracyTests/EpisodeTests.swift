import ECGAccuracy
import ECGFormats
import Testing

@Suite("Episodes are compared by overlap")
struct EpisodeTests {
    @Test("half of an episode is enough, less is not unless it holds the extremum")
    func halfOrExtremum() {
        let episode = Episode(100, 200, extremum: 190)
        #expect(episode.isMatched(by: [Episode(100, 150)]))
        #expect(!episode.isMatched(by: [Episode(100, 149)]))
        #expect(episode.isMatched(by: [Episode(185, 195)]))
        #expect(!Episode(100, 200).isMatched(by: [Episode(185, 195)]))
        #expect(episode.isMatched(by: [Episode(100, 130), Episode(140, 160)]), "two parts add up")
        #expect(!episode.isMatched(by: []))
    }

    @Test("episodes that touch or lie closer than the gap are one")
    func joining() {
        let parts = [Episode(50, 60), Episode(0, 10), Episode(10, 20), Episode(24, 30)]
        #expect(Episode.joined(parts) == [Episode(0, 20), Episode(24, 30), Episode(50, 60)])
        #expect(Episode.joined(parts, closerThan: 5) == [Episode(0, 30), Episode(50, 60)])
    }

    @Test("touching is no overlap")
    func touching() {
        #expect(!Episode(0, 10).overlaps(Episode(10, 20)))
        #expect(Episode(0, 11).overlaps(Episode(10, 20)))
    }

    @Test("marks of ST change make episodes of their lead, open ones to the edges of the recording")
    func marks() {
        let marks = [
            STChangeMarks.Mark(sample: 100, text: "(ST1+"), .init(sample: 150, text: "AST1+200"),
            .init(sample: 160, text: "AST2-100"), .init(sample: 200, text: "ST1+)"), .init(sample: 250, text: "ST2-)"),
            .init(sample: 300, text: "(ST1-"),
        ]
        #expect(
            STChangeMarks.episodes(marks, lead: 1, sampleCount: 400)
                == [Episode(100, 200, extremum: 150), Episode(300, 400)])
        #expect(STChangeMarks.episodes(marks, lead: 2, sampleCount: 400) == [Episode(0, 250, extremum: 160)])
    }

    @Test("a rhythm lasts to the next change of rhythm, and the last one to the end")
    func rhythms() {
        let reference = RhythmReference(
            [
                Annotation(sample: 10, code: .rhythm, note: "(N\0"), Annotation(sample: 15, code: .normal),
                Annotation(sample: 20, code: .rhythm, note: "(VFL"), Annotation(sample: 30, code: .rhythm, note: "(VF"),
                Annotation(sample: 40, code: .rhythm, note: "(N"), Annotation(sample: 90, code: .rhythm, note: "(VT"),
            ], sampleCount: 100)
        #expect(reference.episodes(of: RhythmReference.ventricularFibrillation) == [Episode(20, 40)])
        #expect(reference.episodes(of: ["N"]) == [Episode(10, 20), Episode(40, 90)])
        #expect(reference.episodes(of: RhythmReference.ventricularTachycardia) == [Episode(90, 100)])
    }

    @Test("an artefact mask lasts from MASK to END, flutter from its bracket to the other, both with their edges")
    func spans() {
        let mask = SampleSpans.artefacts(
            in: [
                Annotation(sample: 5, code: .signalQuality, note: "(MASK"),
                Annotation(sample: 9, code: .signalQuality, note: "(END"),
                Annotation(sample: 20, code: .signalQuality, note: "(MASK\0"),
            ], sampleCount: 30)
        #expect(mask.spans == [5...9, 20...30])
        #expect(mask.contains(9) && !mask.contains(10))
        let flutter = SampleSpans.flutter(
            in: [Annotation(sample: 3, code: .flutterStart), Annotation(sample: 7, code: .flutterEnd)], sampleCount: 30)
        #expect(flutter.spans == [3...7])
    }
}
