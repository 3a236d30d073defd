import ECGFormats
import ECGModel
import Testing

/// Whatever the bytes, reading ends with a record or a `WFDBError`; a trap would end the test process.
@Suite("Damaged files")
struct DamageTests {
    private let original: (header: [UInt8], signal: [UInt8])

    init() throws {
        var record = record(Array(-15..<15), leads: [.i, .ii, .v1])
        record.comments = ["Age: 50 Sex: F"]
        original = try record.encoded(format: .format212)
    }

    private func outcome(header: [UInt8], signal: [UInt8]) -> Result<WFDBRecord, WFDBError> {
        Result { () throws(WFDBError) in
            try WFDBRecord.read("r", id: anyID, from: .memory(["r.hea": header, "r.dat": signal]))
        }
    }

    @Test("A signal file cut anywhere is refused")
    func cutSignal() {
        for length in 0..<original.signal.count {
            guard
                case .failure(let error) = outcome(
                    header: original.header, signal: Array(original.signal.prefix(length)))
            else {
                Issue.record("\(length) bytes were read as a record")
                continue
            }
            #expect(error.kind == .truncated)
        }
    }

    @Test("A header cut anywhere is refused or tells of fewer things")
    func cutHeader() {
        var read = 0
        for length in 0..<original.header.count {
            if case .success(let record) = outcome(
                header: Array(original.header.prefix(length)), signal: original.signal)
            {
                // A cut unit makes the last signal no voltage.
                #expect((2...3).contains(record.recording.samples.channelCount) && record.checksums.count == 3)
                read += 1
            }
        }
        #expect(read > 0 && read < original.header.count)
    }

    @Test("Any one byte of a header may be anything")
    func changedHeader() {
        var refused = 0
        for place in original.header.indices {
            for value in UInt8.min...UInt8.max {
                var header = original.header
                header[place] = value
                if case .failure = outcome(header: header, signal: original.signal) { refused += 1 }
            }
        }
        #expect(refused > 0)
    }

    @Test("Any two bytes of an annotation file may be anything")
    func annotations() {
        var refused = 0
        for word in UInt16.min...UInt16.max {
            let bytes: [UInt8] = [0x01, 0x04, UInt8(truncatingIfNeeded: word), UInt8(word >> 8), 9, 9, 9, 9, 0, 0]
            do { _ = try AnnotationFile(parsing: bytes, file: "r.atr") } catch { refused += 1 }
        }
        #expect(refused > 0 && refused < 65_536)
    }
}
