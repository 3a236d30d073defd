import ECGFormats
import ECGModel
import Testing

@Suite("Multi-segment records")
struct SegmentTests {
    private let missing = Samples.missing
    private let segment = "a 2 500 2\na.dat 16 200 16 0 1 4 0 I\na.dat 16 200 16 0 2 6 0 V2"

    @Test("Fixed layout: segments and gaps one after the other")
    func fixed() throws {
        let record = try read(
            "r/3 2 500 5 10:00:00 01/02/2020\na 2\n~ 1\nb 2\n# Age: 40",
            files: ["a.dat": words(1, 2, 3, 4), "b.dat": words(5, 6, 7, 8)],
            headers: ["a": segment, "b": "b 2 500 2\nb.dat 16 200 16 0 5 0 0 I\nb.dat 16 100 16 0 6 14 0 V2"])
        // V2 of the second segment has half the gain: its counts stand for twice as much.
        #expect(record.recording.samples.counts == [1, 2, 3, 4, missing, missing, 5, 12, 7, 16])
        #expect(record.recording.header.leads == [.i, .v2])
        #expect(record.recording.header.deviceTime == Timestamp("2020-02-01T10:00:00Z"))
        #expect(record.recording.header.patient.ageYears == 40)
        #expect(record.checksums.count == 4)
        #expect(record.mismatchedSignals.map(\.record) == ["b"] && record.mismatchedSignals.map(\.signal) == [0])
    }

    @Test("Variable layout: signals are matched by label, what a segment lacks is missing")
    func variable() throws {
        let record = try read(
            "r/4 3 500 4\nlayout 0\na 2\n~ 1\nc 1", files: ["a.dat": words(1, 2, 3, 4), "c.dat": words(9, 8)],
            headers: [
                "layout": "layout 3 500 0\n~ 0 200 16 0 0 0 0 V2\n~ 0 200 16 0 0 0 0 I\n~ 0 200 16 0 0 0 0 II",
                "a": segment, "c": "c 2 500 1\nc.dat 16 200 16 0 9 9 0 II\nc.dat 16 1/mmHg 16 0 8 8 0 ABP",
            ])
        #expect(record.recording.header.leads == [.v2, .i, .ii])
        #expect(
            record.recording.samples.counts == [
                2, 1, missing, 4, 3, missing, missing, missing, missing, missing, missing, 9,
            ])
        #expect(record.mismatchedSignals.isEmpty)
    }

    @Test(
        "Segments that contradict their record are refused",
        arguments: [
            ("r/1 2 500 3\na 2", "a 2 500 2\na.dat 16\na.dat 16"),
            ("r/1 2 500 1\na 1", "a 2 500 2\na.dat 16\na.dat 16"),
            ("r/1 2 500 2\na 2", "a 2 250 2\na.dat 16\na.dat 16"),
            ("r/2 2 500 4\na 2\nb 2", "a 2 500 2\na.dat 16\na.dat 16"),
            ("r/2 2 500 4\na 2\nc 2", "a 2 500 2\na.dat 16\na.dat 16"),
            ("r/1 2 500 2\n~ 2", "a 2 500 2\na.dat 16\na.dat 16"),
            ("r/1 2 500 0\na 0", "a 2 500 2\na.dat 16\na.dat 16"),
        ])
    func contradictions(header: String, segment: String) {
        let error = refusal(
            header, files: ["a.dat": words(1, 2, 3, 4), "b.dat": words(1, 2, 3, 4)],
            headers: ["a": segment, "b": "b 1 500 2\nb.dat 16", "c": "c 2 500 2\nb.dat 16x2\nb.dat 16"])
        #expect(error?.kind == .malformed)
    }

    @Test("A record that is its own segment is refused")
    func recursion() {
        #expect(refusal("r/1 1 500 2\nr 2")?.kind == .unsupported)
    }
}
