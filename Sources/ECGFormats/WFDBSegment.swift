import ECGModel

/// A record of one piece, or one segment of a longer record: its signal files become counts.
struct WFDBSegment {
    let header: WFDBHeader
    let name: String

    var headerFile: String { name + ".hea" }

    /// Signals that share a signal file, frame by frame.
    private struct Group {
        let file: String
        let format: WFDBSignalFormat
        let byteOffset: Int
        /// Places in the header, in the order in which a frame holds the signals.
        var signals: [Int]
        /// Samples of all signals in a frame.
        var frameLength = 0
        var skew = 0
    }

    /// A group's counts as the file holds them.
    private struct Content {
        let group: Group
        let counts: [Int32]
        var frames: Int { counts.count / group.frameLength }
    }

    func record(id: RecordingID, from folder: WFDBFolder) throws(WFDBError) -> WFDBRecord {
        let leads = try WFDBLeads(header, file: headerFile)
        let contents = try read(from: folder, frames: header.frames)
        guard let stored = contents.map(\.frames).min(), case let frames = header.frames ?? stored, frames > 0 else {
            throw WFDBError(
                .truncated, file: headerFile, "the record holds no samples", remedy: "fetch its signal files again")
        }
        let size = try leads.counts(frames: frames, file: headerFile)
        let counts: [Int32]
        if let only = contents.first, contents.count == 1, only.counts.count == size, isPlain(leads) {
            counts = only.counts
        } else {
            var filled = [Int32](repeating: Samples.missing, count: size)
            for (channel, signal) in leads.signals.enumerated() {
                fill(
                    &filled, fromFrame: 0, frames: frames, channel: channel, of: leads, with: signal, in: contents,
                    rescaling: nil)
            }
            counts = filled
        }
        return WFDBRecord(
            name: name,
            recording: Recording(
                header: RecordingHeader(
                    id: id, samplingRate: header.frameRate * Double(leads.samplesPerFrame), channels: leads.channels,
                    deviceTime: header.baseTime, patient: WFDBPatientComments.patient(in: header.comments)),
                samples: Samples(channelCount: leads.channels.count, counts: counts)),
            comments: header.comments, checksums: checksums(contents, frames: frames),
            uncalibratedChannels: leads.uncalibrated, isRateAssumed: !header.statesFrameRate,
            omittedSignals: leads.omitted, samplesPerFrame: leads.samplesPerFrame)
    }

    /// Whether the file's counts are the recording's: all signals are leads, in step.
    private func isPlain(_ leads: WFDBLeads) -> Bool {
        leads.signals.count == header.signals.count
            && header.signals.allSatisfy { $0.format != nil && $0.samplesPerFrame == 1 && $0.skew == 0 }
    }

    /// Writes this segment's part of a longer recording.
    ///
    /// - Parameters:
    ///   - counts: The whole recording, interleaved as `leads` say; what is not written stays as it is.
    ///   - firstFrame: Where the segment begins in it.
    ///   - signals: For every channel the signal in this segment, if it has one.
    func fill(
        _ counts: inout [Int32], fromFrame firstFrame: Int, frames: Int, of leads: WFDBLeads, signals: [Int?],
        from folder: WFDBFolder
    ) throws(WFDBError) -> [WFDBRecord.ChecksumVerdict] {
        guard header.frames ?? frames == frames else {
            throw WFDBError(
                .malformed, file: headerFile, at: .line(1),
                "the segment has another number of samples than its record says", remedy: "correct one of the headers")
        }
        let contents = try read(from: folder, frames: frames)
        for (channel, signal) in signals.enumerated() {
            guard let signal, let nanovoltsPerUnit = header.signals[signal].nanovoltsPerUnit else { continue }
            let own = Channel(
                lead: .unspecified, nanovoltsPerCount: nanovoltsPerUnit / header.signals[signal].gain,
                baseline: header.signals[signal].baseline)
            let target = leads.channels[channel]
            let isSame = own.nanovoltsPerCount == target.nanovoltsPerCount && own.baseline == target.baseline
            fill(
                &counts, fromFrame: firstFrame, frames: frames, channel: channel, of: leads, with: signal, in: contents,
                rescaling: isSame ? nil : own)
        }
        return checksums(contents, frames: frames)
    }

    // MARK: Signal files

    private func groups() throws(WFDBError) -> [Group] {
        var groups: [Group] = []
        for (index, signal) in header.signals.enumerated() {
            guard let format = signal.format else { continue }
            let place = groups.firstIndex { $0.file == signal.file } ?? groups.count
            if place == groups.count {
                groups.append(
                    Group(file: signal.file, format: format, byteOffset: signal.byteOffset, signals: []))
            }
            guard groups[place].format == format,
                signal.byteOffset == 0 || signal.byteOffset == groups[place].byteOffset
            else {
                throw WFDBError(
                    .malformed, file: headerFile,
                    "signal \(index) differs in format or byte offset from others in "
                        + "the same signal file", remedy: "correct the header")
            }
            groups[place].signals.append(index)
            groups[place].frameLength += signal.samplesPerFrame
            groups[place].skew = max(groups[place].skew, signal.skew)
        }
        return groups
    }

    /// Reads all signal files: `frames` frames and the skewed signals' rest where it is there, or all if `frames` is nil.
    private func read(from folder: WFDBFolder, frames: Int?) throws(WFDBError) -> [Content] {
        var contents: [Content] = []
        for group in try groups() {
            var limit = WFDBLimits.signalBytes
            var needed = group.byteOffset
            if let frames {
                let (samples, overflow) = frames.multipliedReportingOverflow(by: group.frameLength)
                guard !overflow, samples <= WFDBLimits.counts else {
                    throw WFDBError(
                        .tooLarge, file: headerFile, "signal files may hold at most \(WFDBLimits.counts) samples",
                        remedy: "cut the record into shorter ones")
                }
                needed += group.format.byteCount(samples: samples)
                limit = min(limit, needed + group.format.byteCount(samples: group.skew * group.frameLength))
            }
            let bytes = try folder.bytes(of: group.file, limit: limit)
            guard bytes.count >= needed else {
                throw WFDBError(
                    .truncated, file: group.file, at: .byte(bytes.count),
                    "the file ends here, but the header promises \(needed) bytes", remedy: "fetch the file again")
            }
            let stored = group.format.sampleCount(bytes: bytes.count - group.byteOffset)
            let whole = min(
                stored - stored % group.frameLength, WFDBLimits.counts / group.frameLength * group.frameLength)
            contents.append(
                Content(group: group, counts: group.format.decode(bytes, from: group.byteOffset, count: whole)))
        }
        return contents
    }

    private func checksums(_ contents: [Content], frames: Int) -> [WFDBRecord.ChecksumVerdict] {
        var verdicts: [WFDBRecord.ChecksumVerdict] = []
        for content in contents {
            let group = content.group
            let stored = min(frames, content.frames) * group.frameLength
            let sums = content.counts.withUnsafeBufferPointer { counts in
                group.format.checksums(of: UnsafeBufferPointer(rebasing: counts[..<stored]), columns: group.frameLength)
            }
            var start = 0
            for signal in group.signals {
                let end = start + header.signals[signal].samplesPerFrame
                verdicts.append(
                    WFDBRecord.ChecksumVerdict(
                        record: name, signal: signal, stated: header.signals[signal].checksum,
                        computed: sums[start..<end].reduce(0, &+)))
                start = end
            }
        }
        return verdicts.sorted { $0.signal < $1.signal }
    }

    // MARK: Signals to channels

    /// Writes one signal into one channel: shifted back by its skew, each sample held to the recording's rate.
    private func fill(
        _ counts: inout [Int32], fromFrame firstFrame: Int, frames: Int, channel: Int, of leads: WFDBLeads,
        with signal: Int, in contents: [Content], rescaling source: Channel?
    ) {
        guard let content = contents.first(where: { $0.group.signals.contains(signal) }) else { return }
        let group = content.group
        let perFrame = header.signals[signal].samplesPerFrame
        let skew = header.signals[signal].skew
        let start = group.signals.prefix { $0 != signal }.reduce(0) { $0 + header.signals[$1].samplesPerFrame }
        let target = leads.channels[channel]
        var place = firstFrame * leads.samplesPerFrame * leads.channels.count + channel
        for frame in 0..<max(0, min(frames, content.frames - skew)) {
            let origin = (frame + skew) * group.frameLength + start
            for sample in 0..<leads.samplesPerFrame {
                let count = content.counts[origin + sample * perFrame / leads.samplesPerFrame]
                counts[place] = source.map { Self.rescaled(count, from: $0, to: target) } ?? count
                place += leads.channels.count
            }
        }
    }

    /// The count that stands for the same potential in another channel, rounded; missing where it cannot be held.
    private static func rescaled(_ count: Int32, from source: Channel, to target: Channel) -> Int32 {
        guard count != Samples.missing else { return count }
        let nanovolts = (Double(count) - Double(source.baseline)) * source.nanovoltsPerCount
        let value = (nanovolts / target.nanovoltsPerCount + Double(target.baseline)).rounded()
        return Int32(exactly: value) ?? Samples.missing
    }
}
