import ECGFormats
import ECGModel
import Testing

@Suite("Signal formats")
struct SignalFormatTests {
    /// Bytes worked out from the format descriptions of signal(5): the counts 1, -1, highest, lowest, missing, and an odd one.
    static let golden: [(format: WFDBSignalFormat, counts: [Int32], bytes: [UInt8])] = [
        (
            .format16, [1, -1, 32767, -32767, Samples.missing, 0x1234],
            [0x01, 0x00, 0xFF, 0xFF, 0xFF, 0x7F, 0x01, 0x80, 0x00, 0x80, 0x34, 0x12]
        ),
        (
            .format61, [1, -1, 32767, -32767, Samples.missing, 0x1234],
            [0x00, 0x01, 0xFF, 0xFF, 0x7F, 0xFF, 0x80, 0x01, 0x80, 0x00, 0x12, 0x34]
        ),
        (
            .format24, [1, -1, 8_388_607, -8_388_607, Samples.missing, 0x12_3456],
            [
                0x01, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x01, 0x00, 0x80, 0x00, 0x00, 0x80, 0x56, 0x34,
                0x12,
            ]
        ),
        (
            .format32, [1, -1, Int32.max, -Int32.max, Samples.missing, 0x1234_5678],
            [
                0x01, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x01, 0x00, 0x00, 0x80, 0x00,
                0x00, 0x00, 0x80, 0x78, 0x56, 0x34, 0x12,
            ]
        ),
        (.format80, [1, -1, 127, -127, Samples.missing, 0x12], [0x81, 0x7F, 0xFF, 0x01, 0x00, 0x92]),
        // Pairs: the low eight bits of the first, the high four of both, the low eight of the second.
        (
            .format212, [1, -1, 2047, -2047, Samples.missing, 0x123],
            [0x01, 0xF0, 0xFF, 0xFF, 0x87, 0x01, 0x00, 0x18, 0x23]
        ),
        (.format212, [0x123], [0x23, 0x01]),
        (.format212, [-2047, 5, -1], [0x01, 0x08, 0x05, 0xFF, 0x0F]),
    ]

    @Test("Counts become the bytes of the standard, and back", arguments: golden)
    func goldenBytes(format: WFDBSignalFormat, counts: [Int32], bytes: [UInt8]) throws {
        let record = record(counts)
        #expect(try record.encoded(format: format).signal == bytes)
        #expect(try written(record, format: format).recording == record.recording)
    }

    @Test("Every count of the small formats survives", arguments: [WFDBSignalFormat.format80, .format212, .format16])
    func everyCount(format: WFDBSignalFormat) throws {
        // At both places of a pair.
        for leading in [[], [Int32(3)]] {
            let counts = leading + Array(format.counts) + [Samples.missing]
            #expect(try written(record(counts), format: format).recording.samples.counts == counts)
        }
    }

    @Test("Every power of two and its neighbours survive", arguments: WFDBSignalFormat.allCases)
    func powers(format: WFDBSignalFormat) throws {
        let powers = (0..<31).flatMap { shift -> [Int32] in
            let power = Int32(1) << Int32(shift)
            return [power - 1, power, power + 1, 1 - power, -power, -1 - power]
        }
        let counts = powers.filter(format.counts.contains) + [Samples.missing]
        #expect(counts.count > 30)
        for length in [counts.count, counts.count - 1] {
            let record = record(Array(counts.prefix(length)))
            let back = try written(record, format: format)
            #expect(back.recording == record.recording)
            #expect(back.mismatchedSignals.isEmpty && back.checksums.count == 1 && back.checksums[0].stated != nil)
        }
    }

    @Test("A count beyond the format, its missing count included, is refused", arguments: WFDBSignalFormat.allCases)
    func outOfRange(format: WFDBSignalFormat) {
        guard format != .format32 else {
            // Its missing count is the recording's own.
            #expect(format.missing == Samples.missing)
            return
        }
        for count in [format.missing, -format.missing, format.missing - 1] {
            #expect { try record([0, count]).encoded(format: format) } throws: { error in
                (error as? WFDBError)?.kind == .inexpressible && "\(error)".contains("sample 1 of signal 0")
            }
        }
    }

    @Test(
        "Without a format the smallest of 16, 24 and 32 bits is taken",
        arguments: [
            (32767, 16), (-32767, 16), (32768, 24), (-32768, 24), (8_388_607, 24), (8_388_608, 32), (-8_388_608, 32),
        ] as [(Int32, Int)])
    func automaticFormat(count: Int32, bits: Int) throws {
        let files = try record([0, count]).encoded()
        #expect(files.signal.count == 2 * bits / 8)
        #expect(try written(record([0, count])).recording.samples.counts == [0, count])
    }

    @Test("Byte counts", arguments: WFDBSignalFormat.allCases)
    func byteCounts(format: WFDBSignalFormat) throws {
        for samples in 1...9 {
            let bytes = try record([Int32](repeating: 7, count: samples)).encoded(format: format).signal.count
            #expect(format.byteCount(samples: samples) == bytes)
            #expect(format.sampleCount(bytes: bytes) == samples)
        }
    }
}
