import ECGModel
import ECGWire
import NIOCore

/// Reads a recording of an outbox from any sample on, while it may still be growing. Confined to one thread at a time.
///
/// Where the file was damaged it reads missing samples up to the next block that can be read without those before it.
final class RecordingReader {
    /// What comes next.
    enum Piece {
        /// A block as it stands on the disk.
        case stored(BlockHeader, payload: ByteBuffer, data: ByteBuffer)
        case missing(Range<SampleIndex>)
    }

    let channels: [ECGModel.Channel]
    private let outbox: Outbox
    private let recording: RecordingID
    private let file: StorageFile
    private let missingBlockSamples: Int
    /// The first sample of the next piece.
    private(set) var nextSample: SampleIndex
    /// Where the block with ``nextSample`` is looked for; nil where the file is damaged.
    private var offset: Int?
    /// Where a block should be that was damaged since the outbox was opened.
    private var passedOver: Int?
    private let decoder = BlockDecoder()
    private var memory = CodecMemory()
    /// Samples that it had to leave out.
    private var damagedSamples = 0

    /// Begins at the last block before `sample` that can be read by itself.
    init(
        _ outbox: Outbox, _ recording: RecordingID, _ file: StorageFile, from sample: SampleIndex
    ) throws(OutboxError) {
        let layout = try outbox.layout(of: recording)
        let entry = layout.entryPoints.last { $0.sample <= sample }
        self.outbox = outbox
        self.recording = recording
        self.file = file
        channels = layout.header.channels
        missingBlockSamples = Int((RecordingWriter.blockSeconds * layout.header.samplingRate.value).rounded())
        nextSample = entry?.sample ?? 0
        offset = entry?.offset
    }

    /// The next piece, or nil when all that is on the disk has been read.
    func next() throws(OutboxError) -> Piece? {
        let layout = try outbox.layout(of: recording)
        while nextSample < layout.endSample {
            guard let offset else {
                guard let entry = layout.entryPoints.first(where: { $0.sample == nextSample }),
                    entry.offset != passedOver
                else { return skip(in: layout) }
                self.offset = entry.offset
                continue
            }
            guard let place = try file.frame(at: offset, on: layout.channel), place.frame.type == .block,
                let piece = Self.block(in: place.frame, from: nextSample)
            else {
                passedOver = offset
                self.offset = nil
                continue
            }
            nextSample = piece.endSample
            self.offset = place.end
            return piece
        }
        return nil
    }

    /// The samples of a piece. A block that goes on with a run can be read only after the one before it, in order.
    func decode(_ piece: Piece) -> Samples {
        var samples = Samples(channelCount: channels.count)
        if case .stored(let header, _, let data) = piece {
            do throws(WireError) {
                try decoder.decode(header, data, memory: &memory, into: &samples)
                return samples
            } catch {
                // The block its run began with was damaged.
                memory.beginAnew()
            }
        }
        let count = (piece.endSample - piece.firstSample) * channels.count
        return Samples(channelCount: channels.count, counts: Array(repeating: Samples.missing, count: count))
    }

    private func skip(in layout: RecordingLayout) -> Piece {
        let entry = layout.entryPoints.first { $0.sample > nextSample }
        let start = nextSample
        nextSample = min(start + missingBlockSamples, entry?.sample ?? layout.endSample)
        damagedSamples += nextSample - start
        outbox.found(damagedSamples, damagedIn: recording)
        return .missing(start..<nextSample)
    }

    private static func block(in frame: Frame, from sample: SampleIndex) -> Piece? {
        var data = frame.payload
        guard let header = try? BlockHeader.read(from: &data), header.firstSample == sample else { return nil }
        return .stored(header, payload: frame.payload, data: data)
    }
}

extension RecordingReader.Piece {
    var firstSample: SampleIndex {
        switch self {
        case .stored(let header, _, _): header.firstSample
        case .missing(let range): range.lowerBound
        }
    }

    /// The first sample behind it.
    var endSample: SampleIndex {
        switch self {
        case .stored(let header, _, _): header.endSample
        case .missing(let range): range.upperBound
        }
    }
}
