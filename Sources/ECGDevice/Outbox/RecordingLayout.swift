import ECGModel
import ECGWire
import NIOCore

/// What stands where in a recording's file: the frames that a device would send for it, Open, Block … and Close, one
/// after the other.
///
/// Each frame has its length and checksum, so that a file that was cut off or damaged anywhere can be read up to there,
/// and behind there again. It says to which recording it belongs, too: behind a torn end a disk may show what stood there before,
/// and that may be frames of another patient.
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
    /// Samples before ``endSample`` that cannot be read: their blocks are damaged, or go on with one that is.
    private(set) var damagedSamples = 0
    /// The number of the channel that all frames of the file name; the one they are sent on has a number of its own.
    let channel: UInt32
    /// Whether a block before was damaged with which the next one would go on.
    private var isRunBroken = false

    /// In files of earlier versions all frames name this one, whatever the recording.
    private static let formerChannel: UInt32 = 1

    /// A number that hardly another recording has, whichever bits of its identifier a device draws at random: that of no
    /// channel that is sent on.
    private static func channel(of id: RecordingID) -> UInt32 {
        // 2^64 divided by the golden ratio: every bit moves the upper half of the product (Knuth, volume 3, section 6.4).
        let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        let mixed = (id.high &* multiplier ^ id.low) &* multiplier
        return UInt32(truncatingIfNeeded: mixed >> 32) | 0x8000_0000
    }

    static func opening(_ header: RecordingHeader) -> Frame {
        Frame(WireOpen(header), channel: channel(of: header.id))
    }

    func closing() -> Frame {
        var close = WireClose()
        close.totalSamples = UInt64(endSample)
        return Frame(close, channel: channel)
    }

    /// The layout of a new file, which holds nothing but its header.
    init(header: RecordingHeader, endOffset: Int) {
        self.init(header: header, endOffset: endOffset, channel: Self.channel(of: header.id))
    }

    private init(header: RecordingHeader, endOffset: Int, channel: UInt32) {
        self.header = header
        self.endOffset = endOffset
        self.channel = channel
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
            let header = try? opening.frame.message(WireOpen.self).header(),
            [Self.formerChannel, Self.channel(of: header.id)].contains(opening.frame.channel)
        else { return nil }
        self.init(header: header, endOffset: opening.end, channel: opening.frame.channel)
        var offset = endOffset
        while !isFinished, let (place, start) = try nextFrame(in: file, from: offset) {
            offset = place.end
            take(place, at: start)
        }
    }

    private mutating func take(_ place: StorageFile.FramePlace, at start: Int) {
        switch place.frame.type {
        case .block:
            var payload = place.frame.payload
            guard let block = try? BlockHeader.read(from: &payload), block.firstSample >= endSample else { return }
            countDamage(before: block)
            endOffset = start
            append(block, endOffset: place.end)
        case .close:
            guard let close = try? place.frame.message(WireClose.self), close.totalSamples >= UInt64(endSample),
                close.totalSamples <= UInt64(WireLimits.default.recordingSamples)
            else { return }
            damagedSamples += Int(close.totalSamples) - endSample
            endSample = Int(close.totalSamples)
            endOffset = place.end
            isFinished = true
        default: break
        }
    }

    /// Counts what cannot be read because of a block that should stand before this one.
    private mutating func countDamage(before block: BlockHeader) {
        if block.codec != BlockCodec.v2Continued.rawValue {
            isRunBroken = false
        } else if block.firstSample > endSample || isRunBroken {
            isRunBroken = true
            damagedSamples += block.sampleCount
        }
        damagedSamples += block.firstSample - endSample
    }

    /// The frame of this recording at `offset`, or where that is damaged the next one behind it.
    private func nextFrame(
        in file: StorageFile, from offset: Int
    ) throws(OutboxError) -> (StorageFile.FramePlace, start: Int)? {
        if let place = try file.frame(at: offset, on: channel) { return (place, offset) }
        let size = try file.size()
        var position = offset + 1
        while position < size {
            let bytes = try file.read(Self.searchBytes, at: position)
            for index in 0..<max(0, bytes.readableBytes - 1)
            where bytes.getInteger(at: bytes.readerIndex + index, as: UInt16.self) == Self.magic {
                if let place = try file.frame(at: position + index, on: channel) { return (place, position + index) }
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

    /// The same where it must name this channel.
    func frame(at offset: Int, on channel: UInt32) throws(OutboxError) -> FramePlace? {
        guard let place = try frame(at: offset), place.frame.channel == channel else { return nil }
        return place
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
