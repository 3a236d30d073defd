import ECGModel

extension WFDBRecord {
    /// The record as files: `name.hea` and `name.dat`.
    ///
    /// The counts are kept exactly, missing samples among them, and so are labels without control characters or
    /// surrounding blanks, and the time. The resolution is written as a gain of which the reader's division gives the
    /// same double again, where such a gain exists, else the nearest. Age and sex are added as comments where the
    /// comments do not say them; nothing else of the patient is written.
    ///
    /// - Parameter format: Nil takes the smallest of 16, 24 and 32 that holds the counts.
    /// - Throws: When the format cannot hold a count, or the record's name cannot be a file's or is not one word.
    public func encoded(format: WFDBSignalFormat? = nil) throws(WFDBError) -> (header: [UInt8], signal: [UInt8]) {
        try checkWritable()
        let format = try format.map { asked throws(WFDBError) in try checked(asked) } ?? smallestFormat
        let header = headerText(format: format)
        return (Array(header.utf8), format.encode(recording.samples.counts))
    }

    /// Writes `name.hea` and `name.dat` into a directory that exists, over files of these names.
    ///
    /// - Parameter format: Nil takes the smallest of 16, 24 and 32 that holds the counts.
    public func write(to directory: String, format: WFDBSignalFormat? = nil) throws(WFDBError) {
        let (header, signal) = try encoded(format: format)
        // The header last: who sees it finds the signal file whole.
        try RegularFile.write(signal, to: "\(directory)/\(name).dat", name: name + ".dat")
        try RegularFile.write(header, to: "\(directory)/\(name).hea", name: name + ".hea")
    }

    // MARK: What can be written

    private func checkWritable() throws(WFDBError) {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isWord, !name.isEmpty else {
            throw WFDBError(
                .inexpressible, file: "record", "its name has characters that a WFDB record name cannot have",
                remedy: "use letters, digits, hyphens and underscores")
        }
        guard !recording.samples.isEmpty else {
            throw WFDBError(
                .inexpressible, file: name, "it holds no samples, and WFDB has no empty records",
                remedy: "write it when samples have arrived")
        }
        guard recording.header.channels.count <= WFDBLimits.signals,
            recording.samples.counts.count <= WFDBLimits.counts
        else {
            throw WFDBError(
                .tooLarge, file: name,
                "a record has at most \(WFDBLimits.signals) signals and \(WFDBLimits.counts) counts",
                remedy: "write it in parts")
        }
        let rate = recording.header.samplingRate.value
        let areFinite = recording.header.channels.allSatisfy { channel in
            let gain = 1e6 / channel.nanovoltsPerCount
            return gain.isFinite && gain != 0
        }
        guard rate.isFinite, rate > 0, areFinite else {
            throw WFDBError(
                .inexpressible, file: name, "the sampling rate and every resolution must be numbers above 0",
                remedy: "correct the recording's header")
        }
    }

    private func checked(_ format: WFDBSignalFormat) throws(WFDBError) -> WFDBSignalFormat {
        let range = format.counts
        let samples = recording.samples
        guard let index = samples.counts.firstIndex(where: { $0 != Samples.missing && !range.contains($0) }) else {
            return format
        }
        throw WFDBError(
            .inexpressible, file: name,
            "sample \(index / samples.channelCount) of signal \(index % samples.channelCount) is outside "
                + "\(range.lowerBound)...\(range.upperBound), which format \(format.rawValue) holds",
            remedy: "leave the format out, and one that fits is taken")
    }

    private var smallestFormat: WFDBSignalFormat {
        var lowest: Int32 = 0
        var highest: Int32 = 0
        for count in recording.samples.counts where count != Samples.missing {
            lowest = min(lowest, count)
            highest = max(highest, count)
        }
        let formats: [WFDBSignalFormat] = [.format16, .format24]
        return formats.first { $0.counts.contains(lowest) && $0.counts.contains(highest) } ?? .format32
    }

    // MARK: Header

    private func headerText(format: WFDBSignalFormat) -> String {
        let header = recording.header
        let samples = recording.samples
        var text = "\(name) \(samples.channelCount) \(Self.text(header.samplingRate.value)) \(samples.count)"
        if let time = header.deviceTime.flatMap(WFDBBaseTime.text) { text += " \(time)" }
        text += "\n"
        let sums = samples.counts.withUnsafeBufferPointer { counts in
            format.checksums(of: counts, columns: samples.channelCount)
        }
        for (index, channel) in header.channels.enumerated() {
            let first = samples[0, index]
            let (gain, unit) = Self.gain(nanovoltsPerCount: channel.nanovoltsPerCount)
            text += "\(name).dat \(format.rawValue) \(Self.text(gain))(\(channel.baseline))/\(unit) \(format.bits) 0 "
            text += "\(first == Samples.missing ? format.missing : first) \(sums[index]) 0 \(Self.label(of: channel))\n"
        }
        for comment in comments + WFDBPatientComments.missing(from: comments, for: header.patient) {
            text += "#\(Self.line(comment))\n"
        }
        return text
    }

    /// The label, or the lead's name where the label would be read as another lead or as none.
    private static func label(of channel: Channel) -> String {
        let label = line(channel.label)
        return label.isEmpty || (channel.lead != .unspecified && Lead(name: label) != channel.lead)
            ? channel.lead.name : label
    }

    /// Control characters would end the line or the header.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? Unicode.Scalar(0x20) : $0 }))
    }

    /// A gain whose reciprocal gives the resolution exactly: in counts per millivolt if possible, since all software
    /// knows that unit, and of those the one with the fewest digits.
    private static func gain(nanovoltsPerCount resolution: Double) -> (gain: Double, unit: String) {
        let units: [(symbol: String, nanovolts: Double)] = [("mV", 1e6), ("uV", 1e3), ("V", 1e9), ("nV", 1)]
        for unit in units {
            let nearest = unit.nanovolts / resolution
            let exact = [nearest, nearest.nextDown, nearest.nextUp].filter { unit.nanovolts / $0 == resolution }
            if let shortest = exact.min(by: { "\($0)".utf8.count < "\($1)".utf8.count }) {
                return (shortest, unit.symbol)
            }
        }
        return (1e6 / resolution, "mV")
    }

    /// The shortest decimal text that reads back as the same double, without a fraction of zero.
    private static func text(_ number: Double) -> String {
        Int32(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}
