import ECGFormats
import ECGModel
import Testing

@Suite("Annotations")
struct AnnotationTests {
    private func parse(_ bytes: [UInt8]) throws -> AnnotationFile { try AnnotationFile(parsing: bytes, file: "r.atr") }
    private func refusal(_ bytes: [UInt8]) -> WFDBError? {
        do {
            _ = try AnnotationFile(parsing: bytes, file: "r.atr")
            return nil
        } catch {
            return error
        }
    }

    /// Worked out from annot(5): code × 1024 + data in words, low byte first.
    private let golden: [UInt8] = [
        0x12, 0x70, 0x03, 0xFC, 0x28, 0x4E, 0x00, 0x00,  // 18: + with the note "(N" and a byte of its own, padded
        0x3B, 0x04, 0xFF, 0xF3,  // 59 later: N, with number -1 (its low byte and two bits more)
        0x00, 0xEC, 0x01, 0x00, 0x00, 0x00, 0x05, 0x14,  // 65,536 + 5 later: V
        0x07, 0xF4, 0x02, 0xF8, 0x00, 0xF0,  // of subtype 7, channel 2, number 0
        0x00, 0x9C,  // at the same time: (
        0x00, 0x00,
    ]

    @Test("The bytes of the format")
    func goldenBytes() throws {
        let file = try parse(golden)
        #expect(
            file.annotations == [
                Annotation(sample: 18, code: .rhythm, note: "(N"), Annotation(sample: 77, code: .normal, number: -1),
                Annotation(sample: 65_618, code: .prematureVentricular, subtype: 7, channel: 2),
                Annotation(sample: 65_618, code: .waveOnset, channel: 2),
            ])
        #expect(file.samplingRate == nil)
        let rewritten = try file.encoded(file: "r.atr")
        #expect(try parse(rewritten) == file)
    }

    @Test("The bytes that are written")
    func writtenBytes() throws {
        let file = AnnotationFile(
            annotations: [
                Annotation(sample: 18, code: .rhythm, note: "(AB"), Annotation(sample: 1041, code: .normal),
                Annotation(sample: 2065, code: .paced, subtype: -1, channel: 1, number: 2),
            ])
        #expect(
            try file.encoded(file: "r.atr") == [
                0x12, 0x70, 0x03, 0xFC, 0x28, 0x41, 0x42, 0x00, 0xFF, 0x07, 0x00, 0xEC, 0x00, 0x00, 0x00, 0x04, 0x00,
                0x30, 0xFF, 0xF4, 0x01, 0xF8, 0x02, 0xF0, 0x00, 0x00,
            ])
    }

    @Test(
        "Gaps at the edges of the format", arguments: [0, 1, 1023, 1024, 65_535, 65_536, 1 << 31, 1 << 33, -1, -5000])
    func gaps(gap: Int) throws {
        let file = AnnotationFile(
            annotations: [Annotation(sample: gap, code: .normal), Annotation(sample: gap + 3, code: .normal)])
        #expect(try parse(try file.encoded(file: "r.atr")) == file)
    }

    @Test("Notes of every length, in every script", arguments: 0...255)
    func notes(length: Int) throws {
        let text = length >= 3 ? "心" + String(repeating: "x", count: length - 3) : String(repeating: "y", count: length)
        let note = Annotation(sample: 9, code: .note, note: text)
        let file = AnnotationFile(annotations: [note, Annotation(sample: 10, code: .normal)])
        let back = try parse(try file.encoded(file: "r.atr"))
        #expect(back.annotations.count == 2 && (back.annotations[0].note ?? "") == text)
    }

    @Test("Old one-byte characters are read, a counted string end is not")
    func oldNotes() throws {
        #expect(try parse([0, 0x58, 2, 0xFC, 0xE9, 0x41, 0, 0]).annotations[0].note == "éA")
        #expect(try parse([0, 0x58, 3, 0xFC, 0x41, 0x42, 0, 0, 0, 0]).annotations[0].note == "AB")
    }

    @Test("Every code, subtype, channel and number survives")
    func values() throws {
        let codes = AnnotationCode.valid.map { Annotation(sample: Int($0), code: AnnotationCode(rawValue: $0)) }
        let fields = (0...255).map { value in
            Annotation(
                sample: 100, code: .normal, subtype: Int8(truncatingIfNeeded: value), channel: UInt8(value),
                number: Int8(truncatingIfNeeded: value &* 7))
        }
        let file = AnnotationFile(annotations: codes + fields)
        #expect(try parse(try file.encoded(file: "r.atr")) == file)
    }

    @Test("The time resolution is written as a note and read back as a rate")
    func resolution() throws {
        for rate: Hertz in [250, 333.3] {
            let file = AnnotationFile(annotations: [Annotation(sample: 0, code: .normal)], samplingRate: rate)
            let bytes = try file.encoded(file: "r.atr")
            #expect(try parse(bytes) == file)
            #expect(String(decoding: bytes, as: UTF8.self).contains("## time resolution: "))
        }
        // Writers may follow it by a step back to before the first sample and one forward that marks nothing.
        let head = try AnnotationFile(annotations: [], samplingRate: 500).encoded(file: "r.atr").dropLast(2)
        let file = try parse(head + [0x00, 0xEC, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x07, 0x04, 0, 0])
        #expect(file == AnnotationFile(annotations: [Annotation(sample: 7, code: .normal)], samplingRate: 500))
    }

    @Test("Annotations are written in the order of time; those of one sample keep theirs")
    func order() throws {
        let late = Annotation(sample: 9, code: .normal)
        let pair = [Annotation(sample: 5, code: .waveEnd), Annotation(sample: 5, code: .waveOnset)]
        let file = AnnotationFile(annotations: [late] + pair)
        #expect(try parse(try file.encoded(file: "r.atr")).annotations == pair + [late])
    }

    @Test("What the format cannot hold is refused")
    func inexpressible() {
        let bad = [
            Annotation(sample: 0, code: AnnotationCode(rawValue: 0)),
            Annotation(sample: 0, code: AnnotationCode(rawValue: 50)),
            Annotation(sample: 0, code: .note, note: String(repeating: "x", count: 256)),
            Annotation(sample: .min, code: .normal), Annotation(sample: .max, code: .normal),
        ]
        for annotation in bad {
            #expect { try AnnotationFile(annotations: [annotation]).encoded(file: "r.atr") } throws: {
                ($0 as? WFDBError)?.kind == .inexpressible
            }
        }
    }

    @Test("Every truncation is refused as one")
    func truncation() {
        for length in 0..<golden.count {
            #expect(refusal(Array(golden.prefix(length)))?.kind == .truncated, "\(length) bytes")
        }
    }

    @Test("Bytes that are no annotations are refused with their place")
    func garbage() {
        #expect(refusal([0x01, 0xF0, 0, 0])?.kind == .malformed)
        #expect(refusal([0x01, 0x04, 0x00, 0xC8, 0, 0])?.place == .byte(2))
        #expect(refusal([UInt8](repeating: 1, count: WFDBLimits.annotationBytes + 1))?.kind == .tooLarge)
    }

    @Test("Symbols and beat classes are mapped both ways")
    func codes() {
        for beatClass in BeatClass.allCases { #expect(AnnotationCode(beatClass).beatClass == beatClass) }
        for rawValue in AnnotationCode.valid {
            let code = AnnotationCode(rawValue: rawValue)
            guard code.symbol.count == 1 else { continue }
            #expect(AnnotationCode(symbol: code.symbol) == code)
        }
        let classes = "NLRBeAaJSjnVEFr/fQ?~+|()ptx![]\"".map { AnnotationCode(symbol: String($0))?.beatClass }
        #expect(classes.prefix(4).allSatisfy { $0 == .normal })
        #expect(classes[4..<11].allSatisfy { $0 == .supraventricular })
        #expect(classes[11..<15].allSatisfy { $0 == .ventricular })
        #expect(classes[15..<17].allSatisfy { $0 == .paced } && classes[17..<19].allSatisfy { $0 == .unclassifiable })
        #expect(classes[19...].allSatisfy { $0 == nil })
        #expect(AnnotationCode(symbol: "§") == nil)
    }

    @Test("Rhythm changes carry their label")
    func rhythms() {
        for rhythm in Rhythm.allCases { #expect(Annotation(sample: 0, rhythm: rhythm).rhythm == rhythm) }
        #expect(Annotation(sample: 0, rhythm: .atrialFibrillation).note == "(AFIB")
        #expect(Annotation(sample: 0, code: .rhythm, note: "(XYZ").rhythm == .unknown)
        #expect(Annotation(sample: 0, code: .note, note: "(AFIB").rhythm == nil)
    }
}
