import ECGModel
import ECGWire
import NIOCore

/// What stands where in a recording's file: the frames that a device would send for it, Open, Block … and Close, one
/// after the other.
///
/// Each frame has its length and checksum, so that a file that was cut off or damaged anywhere can be read up to there,
/// and behind there again.
struct RecordingLayout: Sendable {
    /// A block that can be read without those before it.
    struct EntryPoint: Hashable, Sendable {
        var sample: SampleIndex
        var offset: Int
    }

    var header: RecordingHeader
    /// In the order of their samples.
    var entryPoints: [EntryPoint] = []
    /// The first sample that has not been recorded.
    var endSample: SampleIndex = 0
    /// Where the next frame belongs.
    var endOffset: Int
    /// Whether Close stands at the end.
    var isFinished = false

    /// Blocks are written on this channel; the one they are sent on has a number of its own.
    static let channel: UInt32 = 1

    static func opening(_ header: RecordingHeader) -> Frame { Frame(WireOpen(header), channel: channel) }

    static func closing(at sample: SampleIndex) -> Frame {
        var close = WireClose()
        close.totalSamples = UInt64(sample)
        return Frame(close, channel: channel)
    }

    /// The layout of a file that holds nothing but its header.
    init(header: RecordingHeader, endOffset: Int) {
        self.header = header
        self.endOffset = endOffset
    }

    /// Takes note of a block that was written at the end.
    mutating func append(_ block: BlockHeader, endOffset: Int) {
        if block.codec != BlockCodec.v2Continued.rawValue {
            entryPoints.append(EntryPoint(sample: block.firstSample, offset: self.endOffset))
        }
        endSample = block.endSample
        self.endOffset = endOffset
    }

    // MARK: Reading it back

    /// Reads the file through; returns nil where its header cannot be read.
    ///
    /// What was damaged in the middle is passed over: a gap in the samples. A damaged end, which is what a loss of power
    /// leaves, is left out, and ``endOffset`` is where it begins.
    init?(of file: StorageFile) throws(OutboxError) {
        guard let opening = try file.frame(at: 0), opening.frame.type == .open,
            let header = try? opening.frame.message(WireOpen.self).header()
        else { return nil }
        self.init(header: header, endOffset: opening.end)
        var offset = endOffset
        while !isFinished, let (place, start) = try Self.nextFrame(in: file, from: offset) {
            offset = place.end
            take(place, at: start)
        }
    }

    private mutating func take(_ place: StorageFile.FramePlace, at start: Int) {
        switch place.frame.type {
        case .block:
            var payload = place.frame.payload
            guard let block = try? BlockHeader.read(from: &payload), block.firstSample >= endSample else { return }
            endOffset = start
            append(block, endOffset: place.end)
        case .close:
            guard let close = try? place.frame.message(WireClose.self), close.totalSamples >= UInt64(endSample),
                close.totalSamples <= UInt64(WireLimits.default.recordingSamples)
            else { return }
            endSample = Int(close.totalSamples)
            endOffset = place.end
            isFinished = true
        default: break
        }
    }

    /// The frame at `offset`, or where that is damaged the next one behind it.
    private static func nextFrame(
        in file: StorageFile, from offset: Int
    ) throws(OutboxError) -> (StorageFile.FramePlace, start: Int)? {
        if let place = try file.frame(at: offset) { return (place, offset) }
        let size = try file.size()
        var position = offset + 1
        while position < size {
            let bytes = try file.read(searchBytes, at: position)
            for index in 0..<max(0, bytes.readableBytes - 1)
            where bytes.getInteger(at: bytes.readerIndex + index, as: UInt16.self) == magic {
                if let place = try file.frame(at: position + index) { return (place, position + index) }
            }
            // The last byte may be the first of a frame's two.
            position += max(1, bytes.readableBytes - 1)
        }
        return nil
    }

    /// The first two bytes of every frame, and how many bytes are searched for them at a time.
    private static let magic: UInt16 = 0xEC67
    private static let searchBytes = 65_536
}

extension StorageFile {
    struct FramePlace {
        var frame: Frame
        /// Where the next one begins.
        var end: Int
    }

    /// The frame that begins at `offset`; nil where none does, or where it was cut off or damaged.
    func frame(at offset: Int) throws(OutboxError) -> FramePlace? {
        var parser = FrameParser()
        var end = offset
        while true {
            let wanted = parser.missingBytes
            let bytes = try read(wanted, at: end)
            guard bytes.readableBytes == wanted else { return nil }
            parser.append(bytes)
            end += wanted
            do throws(WireError) {
                if let frame = try parser.next() { return FramePlace(frame: frame, end: end) }
            } catch {
                return nil
            }
        }
    }
}
