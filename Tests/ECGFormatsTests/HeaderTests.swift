import ECGFormats
import ECGModel
import Testing

@Suite("Headers")
struct HeaderTests {
    private func parse(_ text: String) throws -> WFDBHeader {
        try WFDBHeader(parsing: Array(text.utf8), file: "r.hea")
    }

    @Test("Every field of a full header")
    func full() throws {
        let header = try parse(
            """
            # before the record line
            r 2 360/128.5(7.25) 650000 9:05:03.25 1/12/1999\r

            a.dat 16x4:3+512 204.9(-77)/uV 12 1024 995 -22131 8 a lead  of blanks \r
            b.mat 212 0
            # after it 

            """)
        #expect(header.name == "r" && header.frameRate == 360 && header.frames == 650_000)
        #expect(header.counterFrequency == 128.5 && header.baseCounter == 7.25)
        #expect(header.baseTime == Timestamp("1999-12-01T09:05:03.250Z"))
        #expect(header.comments == ["before the record line", "after it"])
        let first = header.signals[0]
        #expect(first.file == "a.dat" && first.format == .format16 && first.samplesPerFrame == 4)
        #expect(first.skew == 3 && first.byteOffset == 512)
        #expect(first.gain == 204.9 && first.isCalibrated && first.baseline == -77 && first.unit == "uV")
        #expect(first.resolutionBits == 12 && first.converterZero == 1024 && first.initialValue == 995)
        #expect(first.checksum == -22131 && first.blockSize == 8 && first.label == "a lead  of blanks")
        let second = header.signals[1]
        #expect(second.gain == 200 && !second.isCalibrated && second.unit == "mV" && second.baseline == 0)
        #expect(second.checksum == nil && second.label.isEmpty)
    }

    @Test("The least a header can say")
    func least() throws {
        let header = try parse("r 1\nr.dat 80")
        #expect(header.frameRate == WFDBHeader.defaultFrameRate && header.frames == nil)
        #expect(header.signals[0].format == .format80 && header.signals[0].gain == 200)
    }

    @Test("Without a baseline the converter's zero is the baseline")
    func converterZero() throws {
        #expect(try parse("r 1 360 9\nr.dat 212 200 11 1024").signals[0].baseline == 1024)
        #expect(try parse("r 1 360 9\nr.dat 212 200(5) 11 1024").signals[0].baseline == 5)
    }

    @Test("A checksum is one number with or without its sign")
    func unsignedChecksum() throws {
        #expect(try parse("r 1 360 9\nr.dat 16 200 16 0 0 64050 0 I").signals[0].checksum == -1486)
    }

    @Test(
        "What is no header says where and what it must read",
        arguments: ["", "\n\n", "# only a comment", "garbage", "PK\u{3}\u{4} \u{0}\u{1}", "r x 500 1", "r -1 500 1"])
    func noHeader(text: String) {
        let error = refusal(text)
        #expect(error?.kind == .malformed && error?.place == .line(1))
        #expect(error?.description.contains("`name signals rate samples`") == true)
    }

    @Test(
        "Damaged fields are refused with their line",
        arguments: [
            ("r 1 0 9\nr.dat 16", 1), ("r 1 nan 9\nr.dat 16", 1), ("r 1 -5 9\nr.dat 16", 1),
            ("r 1 500 -9\nr.dat 16", 1), ("r 1 500 x\nr.dat 16", 1), ("r/0 1 500 9\n", 1), ("r/x 1 500 9\n", 1),
            ("r 1 500 9\nr.dat", 2), ("r 1 500 9\nr.dat x", 2), ("r 1 500 9\nr.dat 16x0", 2),
            ("r 1 500 9\nr.dat 16:-1", 2), ("r 1 500 9\nr.dat 16+-1", 2), ("r 1 500 9\nr.dat 16 gain", 2),
            ("r 1 500 9\nr.dat 16 nan", 2), ("r 1 500 9\nr.dat 16 200(x)", 2), ("r 1 500 9\nr.dat 16 200 x", 2),
            ("r 1 500 9\nr.dat 16 200(99999999999)", 2), ("r 1 500 9\nr.dat 16x9999999999999999999", 2),
            ("#\nr/1 1 500 9\ns", 3), ("r/1 1 500 9\ns -1", 2),
        ])
    func damaged(text: String, line: Int) {
        let error = refusal(text)
        #expect(error?.kind == .malformed)
        #expect(error?.place == .line(line))
    }

    @Test("A format that is not read is named, with those that are")
    func unknownFormat() {
        let error = refusal("r 1 500 9\nr.dat 516")
        #expect(error?.kind == .unsupported && error?.place == .line(2))
        #expect(error?.description.contains("516") == true && error?.description.contains("212") == true)
    }

    @Test("Numbers beyond the limits are refused before anything is read")
    func limits() {
        for text in [
            "r \(WFDBLimits.signals + 1) 500 9", "r/\(WFDBLimits.segments + 1) 1 500 9",
            "r 1 500 \(WFDBLimits.counts + 1)\nr.dat 16", "r/1 1 500 9\ns \(WFDBLimits.counts + 1)",
            String(repeating: "#", count: WFDBLimits.headerBytes + 1),
        ] {
            #expect(refusal(text)?.kind == .tooLarge, "\(text.prefix(40))")
        }
        // In range one by one, beyond it together.
        let fine = "r 2 500 \(WFDBLimits.counts)\nr.dat 16x100\nr.dat 16"
        #expect(refusal(fine, files: ["r.dat": [0, 0]])?.kind == .tooLarge)
    }

    @Test(
        "No header opens a file outside its folder",
        arguments: ["../x", "/etc/hostname", "a/b", "..", ".", "a\\b", "~x/../y", "a\u{1}"])
    func outside(name: String) {
        #expect(refusal("r 1 500 1\n\(name) 16")?.kind == .outsideFolder)
        #expect(refusal("r/1 1 500 1\n\(name) 1")?.kind == .outsideFolder)
    }

    @Test("A header with fewer lines than it promises is refused")
    func fewerLines() {
        #expect(refusal("r 3 500 1\nr.dat 16\nr.dat 16")?.kind == .truncated)
        #expect(refusal("r/2 1 500 1\ns 1")?.kind == .truncated)
    }

    @Test(
        "Times and dates in other forms than the format's are not taken",
        arguments: [
            "12:33:59", "12-May-2020 12:33:59", "12:33:59 31/02/2020", "25:00:00 01/01/2020", "12:33 01/01/2020",
            "12:33:59 01/01/20", "x:y:z a/b/cccc",
        ])
    func otherTimes(text: String) throws {
        #expect(try parse("r 1 500 9 \(text)\nr.dat 16").baseTime == nil)
    }
}
