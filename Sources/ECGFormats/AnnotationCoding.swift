import ECGModel

/// The numbers of the MIT annotation format. A file is a row of 16-bit words, low byte first: six bits of code over ten
/// bits of data. A word of an annotation holds the samples since the one before; other codes modify what they
/// stand beside.
private enum Word {
    static let dataBits = 10
    static let dataMask = 0x3FF
    /// Four bytes follow: samples to the next annotation that ten bits do not hold, high word first.
    static let skip = 59
    /// The annotation's number, this one's and the following ones'.
    static let number = 60
    /// The annotation's subtype, this one's only.
    static let subtype = 61
    /// The annotation's channel, this one's and the following ones'.
    static let channel = 62
    /// A text of as many bytes as the data say follows, padded to whole words.
    static let note = 63
}

/// The note with which an annotation file states its time resolution.
private let resolutionPrefix = "## time resolution: "

// MARK: Reading

extension AnnotationFile {
    /// Reads a file's bytes.
    ///
    /// - Parameters:
    ///   - bytes: The file, at most ``WFDBLimits/annotationBytes``.
    ///   - file: Its name, for errors.
    public init(parsing bytes: [UInt8], file: String) throws(WFDBError) {
        guard bytes.count <= WFDBLimits.annotationBytes else {
            throw WFDBError(
                .tooLarge, file: file, "an annotation file has at most \(WFDBLimits.annotationBytes) bytes",
                remedy: "check that this is a WFDB annotation file")
        }
        var words = WordReader(bytes: bytes, file: file)
        var annotations: [Annotation] = []
        var time = 0
        var channel: UInt8 = 0
        var number: Int8 = 0
        while true {
            let start = words.position
            let (code, data) = try words.next()
            switch code {
            case 0 where data == 0:
                // Code 0 marks nothing: writers use it to move back in time after the notes at the head of a file.
                annotations.removeAll { $0.code.rawValue == 0 }
                let rate = Self.takeResolution(&annotations)
                self.init(annotations: annotations, samplingRate: rate)
                return
            case Word.skip: time += try words.nextLong()
            case Word.number, Word.subtype, Word.channel, Word.note:
                guard let last = annotations.indices.last else {
                    throw WFDBError(
                        .malformed, file: file, at: .byte(start),
                        "this is no WFDB annotation file: it modifies an "
                            + "annotation before there is one", remedy: "name an annotation file in MIT format")
                }
                switch code {
                case Word.number:
                    number = Int8(truncatingIfNeeded: data)
                    annotations[last].number = number
                case Word.subtype: annotations[last].subtype = Int8(truncatingIfNeeded: data)
                case Word.channel:
                    channel = UInt8(truncatingIfNeeded: data)
                    annotations[last].channel = channel
                default: annotations[last].note = try words.nextNote(byteCount: data)
                }
            case 0...Int(AnnotationCode.valid.upperBound):
                time += data
                annotations.append(
                    Annotation(
                        sample: time, code: AnnotationCode(rawValue: UInt8(code)), channel: channel, number: number))
            default:
                throw WFDBError(
                    .malformed, file: file, at: .byte(start), "code \(code) means nothing in the MIT format",
                    remedy: "name an annotation file in MIT format")
            }
        }
    }

    /// Takes the statement of the time resolution out of the annotations.
    private static func takeResolution(_ annotations: inout [Annotation]) -> Hertz? {
        for (index, annotation) in annotations.enumerated() {
            guard annotation.sample == 0, annotation.code == .note else { return nil }
            guard let note = annotation.note, note.hasPrefix(resolutionPrefix) else { continue }
            // Some writers repeat the unit after the number.
            let number = note.dropFirst(resolutionPrefix.count).prefix { $0 != " " }
            guard let rate = Double(number), rate.isFinite, rate > 0 else { return nil }
            annotations.remove(at: index)
            return Hertz(rate)
        }
        return nil
    }
}

private struct WordReader {
    let bytes: [UInt8]
    let file: String
    var position = 0

    private mutating func word() throws(WFDBError) -> Int {
        guard position + 2 <= bytes.count else {
            throw WFDBError(
                .truncated, file: file, at: .byte(bytes.count), "the file ends without an end mark",
                remedy: "fetch the file again, or name an annotation file in MIT format")
        }
        defer { position += 2 }
        return Int(bytes[position]) | Int(bytes[position + 1]) << 8
    }

    mutating func next() throws(WFDBError) -> (code: Int, data: Int) {
        let word = try word()
        return (word >> Word.dataBits, word & Word.dataMask)
    }

    mutating func nextLong() throws(WFDBError) -> Int {
        let high = try word()
        return Int(Int32(truncatingIfNeeded: high << 16 | (try word())))
    }

    mutating func nextNote(byteCount: Int) throws(WFDBError) -> String {
        let start = position
        for _ in 0..<(byteCount + 1) / 2 { _ = try word() }
        // Programs in C may count the string's end.
        let text = bytes[start..<start + byteCount].prefix { $0 != 0 }
        // Old files have one byte a character.
        return String(validating: text, as: UTF8.self)
            ?? String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) }))
    }
}

// MARK: Writing

extension AnnotationFile {
    /// The file's bytes.
    ///
    /// - Parameter file: The file's name, for errors.
    public func encoded(file: String) throws(WFDBError) -> [UInt8] {
        var writer = WordWriter()
        if let samplingRate {
            let rate = Int32(exactly: samplingRate.value).map { "\($0)" } ?? "\(samplingRate.value)"
            writer.append(
                Annotation(sample: 0, code: .note, note: resolutionPrefix + rate),
                noteBytes: Array((resolutionPrefix + rate).utf8))
        }
        // Swift's sort keeps the order of equals.
        for annotation in annotations.sorted(by: { $0.sample < $1.sample }) {
            guard AnnotationCode.valid.contains(annotation.code.rawValue) else {
                throw WFDBError(
                    .inexpressible, file: file, "annotation code \(annotation.code.rawValue) cannot be written",
                    remedy: "use codes \(AnnotationCode.valid.lowerBound) to \(AnnotationCode.valid.upperBound)")
            }
            let note = annotation.note.map { Array($0.utf8) } ?? []
            guard note.count <= WFDBLimits.noteBytes else {
                throw WFDBError(
                    .inexpressible, file: file, "a note has \(note.count) bytes",
                    remedy: "shorten it to \(WFDBLimits.noteBytes)")
            }
            guard annotation.sample.magnitude <= UInt(Int64.max / 2) else {
                throw WFDBError(
                    .inexpressible, file: file, "an annotation lies too far from the recording",
                    remedy: "give its position in samples")
            }
            writer.append(annotation, noteBytes: note)
        }
        return writer.bytes + [0, 0]
    }
}

private struct WordWriter {
    private(set) var bytes: [UInt8] = []
    private var time = 0
    private var channel: UInt8 = 0
    private var number: Int8 = 0

    private mutating func append(_ word: Int) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }

    private mutating func append(code: Int, _ data: Int) { append(code << Word.dataBits | data) }

    mutating func append(_ annotation: Annotation, noteBytes: [UInt8]) {
        var gap = annotation.sample - time
        if !(0...Word.dataMask).contains(gap) {
            // One long number reaches 2^31 samples; farther goes in steps.
            while gap != 0 {
                let step = Int32(clamping: gap)
                append(code: Word.skip, 0)
                append(Int(step) >> 16)
                append(Int(step))
                gap -= Int(step)
            }
        }
        append(code: Int(annotation.code.rawValue), gap)
        time = annotation.sample
        // Modifiers are bytes: readers keep the low eight of the ten bits.
        if annotation.subtype != 0 {
            append(code: Word.subtype, Int(UInt8(bitPattern: annotation.subtype)))
        }
        if annotation.channel != channel {
            channel = annotation.channel
            append(code: Word.channel, Int(channel))
        }
        if annotation.number != number {
            number = annotation.number
            append(code: Word.number, Int(UInt8(bitPattern: number)))
        }
        if !noteBytes.isEmpty {
            append(code: Word.note, noteBytes.count)
            bytes += noteBytes
            if !noteBytes.count.isMultiple(of: 2) { bytes.append(0) }
        }
    }
}
