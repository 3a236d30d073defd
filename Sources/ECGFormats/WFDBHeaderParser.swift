import ECGModel

extension WFDBHeader {
    /// Reads a header file.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: Its name, for errors.
    public init(parsing bytes: [UInt8], file: String) throws(WFDBError) {
        guard bytes.count <= WFDBLimits.headerBytes else {
            throw WFDBError(
                .tooLarge, file: file, "a header has at most \(WFDBLimits.headerBytes) bytes",
                remedy: "check that this is a WFDB header")
        }
        var comments: [String] = []
        var lines: [WFDBHeaderLine] = []
        for (index, bytes) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let line = WFDBHeaderLine(bytes, number: index + 1, file: file)
            if line.isComment {
                comments.append(line.comment)
            } else if !line.fields.isEmpty {
                lines.append(line)
            }
        }
        guard let recordLine = lines.first else { throw Self.noHeader(file: file, line: 1) }
        let segmentCount: Int?
        (self, segmentCount) = try Self.parseRecordLine(recordLine)
        self.comments = comments

        let promised = segmentCount ?? signalCount
        let described = lines.dropFirst().prefix(promised)
        guard described.count == promised else {
            throw WFDBError(
                .truncated, file: file,
                "the first line promises \(promised) \(isMultiSegment ? "segments" : "signals"), "
                    + "\(described.count) are described",
                remedy: "fetch the header again, or correct its first line")
        }
        for line in described {
            if isMultiSegment {
                segments.append(try Self.parseSegmentLine(line))
            } else {
                signals.append(try Signal(line: line))
            }
        }
    }

    private static func noHeader(file: String, line: Int) -> WFDBError {
        WFDBError(
            .malformed, file: file, at: .line(line), "this is no WFDB header",
            remedy: "its first line must read `name signals rate samples`")
    }

    /// `name[/segments] signals [rate[/counter rate[(base counter)]] [frames [time [date]]]]`
    private static func parseRecordLine(_ line: WFDBHeaderLine) throws(WFDBError) -> (WFDBHeader, segments: Int?) {
        // A count of signals is what tells a record line from other text.
        guard line.fields.count >= 2, let signalCount = Int(line.string(1)), signalCount >= 0 else {
            throw noHeader(file: line.file, line: line.number)
        }
        guard signalCount <= WFDBLimits.signals else {
            throw line.tooLarge("the number of signals", limit: WFDBLimits.signals)
        }
        let (name, segments) = line.string(0).cut(at: "/")
        var header = WFDBHeader(name: name, signalCount: signalCount)
        var segmentCount: Int?
        if let segments {
            guard let count = Int(segments), count > 0 else {
                throw line.malformed("the number of segments", "must be a whole number above 0")
            }
            guard count <= WFDBLimits.segments else {
                throw line.tooLarge("the number of segments", limit: WFDBLimits.segments)
            }
            segmentCount = count
            header.isMultiSegment = true
        }
        if line.fields.count > 2 {
            let (rate, counter) = line.string(2).cut(at: "/")
            guard let value = Double(rate), value.isFinite, value > 0 else {
                throw line.malformed("the sampling rate", "must be a number of hertz above 0")
            }
            header.frameRate = Hertz(value)
            header.statesFrameRate = true
            if let (frequency, base) = counter?.cut(at: "(") {
                header.counterFrequency = Double(frequency)
                header.baseCounter = base.flatMap { Double($0.cut(at: ")").before) }
            }
        }
        if let frames: Int = try line.integer(3, "the number of samples"), frames != 0 {
            guard frames > 0 else { throw line.malformed("the number of samples", "cannot be negative") }
            guard frames <= WFDBLimits.counts else {
                throw line.tooLarge("the number of samples", limit: WFDBLimits.counts)
            }
            header.frames = frames
        }
        if line.fields.count > 5 {
            header.baseTime = WFDBBaseTime.parse(time: line.string(4), date: line.string(5))
        }
        return (header, segmentCount)
    }

    /// `name frames`, with `~` for a stretch without a recording.
    private static func parseSegmentLine(_ line: WFDBHeaderLine) throws(WFDBError) -> Segment {
        guard let frames: Int = try line.integer(1, "a segment's number of samples"), frames >= 0 else {
            throw line.malformed("a segment", "must read `name samples`")
        }
        guard frames <= WFDBLimits.counts else {
            throw line.tooLarge("a segment's number of samples", limit: WFDBLimits.counts)
        }
        let name = line.string(0)
        guard name != "~" else { return Segment(name: nil, frames: frames) }
        try WFDBFolder.checkName(name, namedBy: line)
        return Segment(name: name, frames: frames)
    }
}

extension WFDBHeader.Signal {
    /// `file format [gain [resolution [zero [initial value [checksum [block size [label]]]]]]]`
    init(line: WFDBHeaderLine) throws(WFDBError) {
        guard line.fields.count >= 2 else {
            throw line.malformed("a signal", "must read `file format gain ...`")
        }
        self.init(file: line.string(0), format: nil)
        if file != "~" { try WFDBFolder.checkName(file, namedBy: line) }
        try parseFormat(line)
        resolutionBits = try line.integer(3, "the resolution") ?? 0
        converterZero = try line.integer(4, "the converter's zero") ?? 0
        baseline = converterZero
        if line.fields.count > 2 { try parseGain(line) }
        initialValue = try line.integer(5, "the initial value")
        if let sum: Int64 = try line.integer(6, "the checksum") {
            // Written with or without a sign.
            checksum = Int16(truncatingIfNeeded: sum)
        }
        blockSize = try line.integer(7, "the block size") ?? 0
        label = line.text(from: 8) ?? ""
    }

    /// `number[x samples per frame][:skew][+byte offset]`
    private mutating func parseFormat(_ line: WFDBHeaderLine) throws(WFDBError) {
        let (rest, offset) = line.string(1).cut(at: "+")
        let (sized, skew) = rest.cut(at: ":")
        let (number, perFrame) = sized.cut(at: "x")
        guard let number = Int(number) else { throw line.malformed("the signal format", "must be a number") }
        if number != 0 {
            format = WFDBSignalFormat(rawValue: number)
            guard format != nil else {
                let known = WFDBSignalFormat.allCases.map { String($0.rawValue) }.joined(separator: ", ")
                throw WFDBError(
                    .unsupported, file: line.file, at: .line(line.number), "signal format \(number) is not read",
                    remedy: "convert the record to one of \(known)")
            }
        }
        samplesPerFrame =
            try Self.modifier(perFrame, "the samples per frame", 1...WFDBLimits.samplesPerFrame, line) ?? 1
        self.skew = try Self.modifier(skew, "the skew", 0...WFDBLimits.counts, line) ?? 0
        byteOffset = try Self.modifier(offset, "the byte offset", 0...WFDBLimits.signalBytes, line) ?? 0
    }

    private static func modifier(
        _ text: String?, _ meaning: String, _ range: ClosedRange<Int>, _ line: WFDBHeaderLine
    ) throws(WFDBError) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw line.malformed(meaning, "must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `number[(baseline)][/unit]`
    private mutating func parseGain(_ line: WFDBHeaderLine) throws(WFDBError) {
        let (calibration, unit) = line.string(2).cut(at: "/")
        let (number, parenthesis) = calibration.cut(at: "(")
        guard let value = Double(number), value.isFinite else {
            throw line.malformed("the gain", "must read `number(baseline)/unit`")
        }
        isCalibrated = value != 0
        gain = isCalibrated ? value : Self.defaultGain
        if let unit, !unit.isEmpty { self.unit = unit }
        if let parenthesis {
            guard let zero = Int32(parenthesis.cut(at: ")").before) else {
                throw line.malformed("the baseline", "must be a whole number of 32 bits")
            }
            baseline = zero
        }
    }
}
