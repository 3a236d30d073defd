import ECGModel

/// A multi-segment record: pieces of one recording, one after the other.
///
/// In the fixed layout every segment has the same signals. In the variable layout a first segment of no samples, the
/// layout header, lists all signals, and each segment has some of them, matched by label. Stretches without a recording
/// and signals that a segment lacks are missing samples. A segment with another gain or baseline than the first
/// (the layout's) is rescaled to it, to the nearest count.
struct WFDBSegments {
    let header: WFDBHeader
    let name: String
    let folder: WFDBFolder

    func record(id: RecordingID) throws(WFDBError) -> WFDBRecord {
        let file = name + ".hea"
        let frames = header.segments.reduce(0) { $0 + $1.frames }
        guard header.frames ?? frames == frames, frames > 0 else {
            throw WFDBError(
                .malformed, file: file, "its segments have \(frames) samples together, which is not what line 1 says",
                remedy: "correct the header")
        }
        guard let first = header.segments.compactMap(\.name).first else {
            throw WFDBError(
                .malformed, file: file, "all its segments are empty", remedy: "name a record that holds samples")
        }
        let isVariable = header.segments[0].frames == 0
        let layout = try segment(first)
        let leads = try WFDBLeads(layout.header, file: layout.headerFile)
        var counts = [Int32](repeating: Samples.missing, count: try leads.counts(frames: frames, file: file))
        var checksums: [WFDBRecord.ChecksumVerdict] = []
        var frame = 0
        for piece in header.segments {
            defer { frame += piece.frames }
            guard let pieceName = piece.name, piece.frames > 0 else { continue }
            let segment = try segment(pieceName)
            try check(segment, against: layout, leads, isVariable: isVariable)
            let signals: [Int?] = leads.signals.map { signal in
                guard isVariable else { return signal }
                return segment.header.signals.firstIndex { $0.label == layout.header.signals[signal].label }
            }
            checksums += try segment.fill(
                &counts, fromFrame: frame, frames: piece.frames, of: leads, signals: signals, from: folder)
        }
        return WFDBRecord(
            name: name,
            recording: Recording(
                header: RecordingHeader(
                    id: id, samplingRate: header.frameRate * Double(leads.samplesPerFrame), channels: leads.channels,
                    deviceTime: header.baseTime, patient: WFDBPatientComments.patient(in: header.comments)),
                samples: Samples(channelCount: leads.channels.count, counts: counts)),
            comments: header.comments, checksums: checksums, uncalibratedChannels: leads.uncalibrated,
            isRateAssumed: !header.statesFrameRate, omittedSignals: leads.omitted,
            samplesPerFrame: leads.samplesPerFrame)
    }

    private func segment(_ name: String) throws(WFDBError) -> WFDBSegment {
        let header = try WFDBHeader.read(name, from: folder)
        guard !header.isMultiSegment else {
            throw WFDBError(
                .unsupported, file: name + ".hea", "a segment cannot have segments of its own",
                remedy: "list all segments in one header")
        }
        return WFDBSegment(header: header, name: name)
    }

    private func check(_ segment: WFDBSegment, against layout: WFDBSegment, _ leads: WFDBLeads, isVariable: Bool)
        throws(WFDBError)
    {
        guard segment.header.frameRate == header.frameRate else {
            throw WFDBError(
                .malformed, file: segment.headerFile, at: .line(1),
                "the segment has another sampling rate than its record",
                remedy: "correct one of the headers")
        }
        guard isVariable || segment.header.signals.count == layout.header.signals.count else {
            throw WFDBError(
                .malformed, file: segment.headerFile, at: .line(1),
                "the segment has another number of signals than the first",
                remedy: "correct the headers, or add a layout header")
        }
        guard
            segment.header.signals.allSatisfy({
                $0.samplesPerFrame <= leads.samplesPerFrame || $0.nanovoltsPerUnit == nil
            })
        else {
            throw WFDBError(
                .malformed, file: segment.headerFile, "a signal has more samples in a frame than in the first segment",
                remedy: "correct the headers")
        }
    }
}
