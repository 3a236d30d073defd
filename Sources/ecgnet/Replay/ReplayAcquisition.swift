import ECGDevice
import ECGFormats
import ECGModel

/// Records files as a device records a patient: sample by sample into the outbox, as fast as time passes or faster.
struct ReplayAcquisition: Sendable {
    /// How fast samples become available.
    enum Speed: Hashable, Sendable {
        /// This many times as fast as they were recorded.
        case times(Double)
        case unlimited
    }

    struct Record: Sendable {
        var name: String
        var recording: Recording
        /// Samples that an earlier replay left in the outbox.
        var recordedSamples = 0
        var isRecorded = false
    }

    /// Where nothing paces it: a minute at a time, so that the disk is synchronised once for all of it.
    private static let unpacedSeconds = 60.0
    /// So many recordings wait in the outbox at the most, each of which may be an open file.
    private static let waiting = 16

    let records: [Record]
    /// What earlier replays left in the outbox, besides those of ``records``.
    let leftOver: [OutboxRecording]
    private let outbox: Outbox
    private let speed: Speed

    /// Finds in the outbox what an earlier replay of the same records has left there: that is gone on with.
    ///
    /// - Precondition: the recordings' headers have been validated.
    init(_ recordings: [(name: String, recording: Recording)], into outbox: Outbox, speed: Speed) throws {
        var leftOver = outbox.recordings
        records = try recordings.map { name, recording in
            var record = Record(name: name, recording: recording)
            let beginnings = try leftOver.indices.filter { try recording.begins(as: leftOver[$0], in: outbox) }
            // One that was finished before the record's end has been ended for good: nothing can be added to it.
            guard
                let index = beginnings.first(where: {
                    !leftOver[$0].isFinished || leftOver[$0].recordedSamples == recording.samples.count
                })
            else {
                guard outbox[recording.header.id] == nil else {
                    throw CommandError(
                        "\(name) is not what the outbox holds as recording \(recording.header.id): give another "
                            + "--recording-id")
                }
                for shorter in beginnings {
                    Terminal.say(
                        "\(name): recording \(leftOver[shorter].id) in the outbox was ended after "
                            + "\(leftOver[shorter].recordedSamples) of \(recording.samples.count) samples; it is sent as it "
                            + "is, and the record as another one")
                }
                return record
            }
            let found = leftOver.remove(at: index)
            record.recording.header = found.header
            record.recordedSamples = found.recordedSamples
            record.isRecorded = found.isFinished
            return record
        }
        self.leftOver = leftOver
        self.outbox = outbox
        self.speed = speed
    }

    /// Everything that is to be stored.
    var subjects: [RecordingID: ReplayLog.Subject] {
        let own = records.map { ($0.recording.header.id, $0.name, $0.recording.samples.count) }
        let others = leftOver.map { ($0.id, "recording \($0.id)", $0.recordedSamples) }
        return Dictionary(
            uniqueKeysWithValues: (own + others).map { ($0, ReplayLog.Subject(name: $1, sampleCount: $2)) })
    }

    /// Records one after the other.
    ///
    /// - Parameter settled: An element whenever a recording has been stored or refused.
    func run(settled: AsyncStream<Void>) async throws {
        // Nobody will go on with these: their devices were switched off in the middle.
        for recording in leftOver where !recording.isFinished {
            try outbox.resume(recording.id, isLive: false).finish()
        }
        var underWay = 0
        var settlements = settled.makeAsyncIterator()
        for record in records where !record.isRecorded {
            if underWay == Self.waiting {
                guard await settlements.next() != nil else { return }
                underWay -= 1
            }
            underWay += 1
            do {
                try await run(record)
            } catch is CancellationError {
                return
            }
        }
    }

    private func run(_ record: Record) async throws {
        let header = record.recording.header
        let isLive = speed != .unlimited
        let writer =
            outbox[header.id] == nil
            ? try outbox.begin(header, isLive: isLive) : try outbox.resume(header.id, isLive: isLive)
        let samples = record.recording.samples
        let start = ContinuousClock.now
        while writer.endSample < samples.count {
            let end: Int
            switch speed {
            case .unlimited:
                end = writer.endSample + Int(Self.unpacedSeconds * header.samplingRate.value)
            case .times(let factor):
                end = writer.endSample + Int(header.samplingRate.value.rounded())
                let recorded = Double(min(end, samples.count) - record.recordedSamples)
                try await Task.sleep(until: start + .seconds(recorded / header.samplingRate.value / factor))
            }
            try writer.append(samples[writer.endSample..<min(end, samples.count)])
        }
        try writer.finish()
    }
}

extension Recording {
    /// Whether what the outbox holds of a recording is the beginning of this one.
    fileprivate func begins(as recorded: OutboxRecording, in outbox: Outbox) throws -> Bool {
        let known = recorded.header
        guard known.samplingRate == header.samplingRate, known.channels == header.channels,
            known.patient == header.patient, recorded.recordedSamples <= samples.count
        else { return false }
        return try outbox.samples(of: recorded.id) == samples[0..<recorded.recordedSamples]
    }
}
