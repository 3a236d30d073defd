public import NIOCore

/// Cuts a stream of bytes into frames, however the network cut it.
///
/// Append what arrives, then take frames until there is none. A header that cannot be right is refused as soon as its
/// sixteen bytes are there, before any of its payload is waited for, so the parser never holds more than the largest
/// allowed frame and what came with the last read. After an error of the connection the stream has no frame boundaries any
/// more: every later call throws the same error. A block that was damaged between boundaries that hold costs its channel
/// only, and the frames after it can be taken.
public struct FrameParser: Sendable {
    private let limits: WireLimits
    private var buffer = ByteBuffer()
    private var failure: WireError?
    /// Where the current frame begins in the stream, for error texts.
    private var streamOffset = 0
    private var isHandshaking: Bool

    /// - Parameter isHandshaking: Whether the peer has still to prove who it is. It may send small frames only, until
    ///   ``handshakeCompleted()``.
    public init(limits: WireLimits = .default, isHandshaking: Bool = false) {
        self.limits = limits
        self.isHandshaking = isHandshaking
    }

    /// Lets the peer send frames of all sizes from now on.
    public mutating func handshakeCompleted() { isHandshaking = false }

    /// Bytes held until a frame is complete.
    public var bufferedBytes: Int { buffer.readableBytes }

    /// Memory held, in bytes, frames that were taken and not let go of yet included.
    public var heldBytes: Int { buffer.capacity }

    /// How many bytes the next frame still needs, once ``next()`` has returned nil: those of its header first, then those
    /// of its payload. For who reads frames from a file.
    public var missingBytes: Int {
        guard buffer.readableBytes >= FrameHeader.byteCount,
            let length = buffer.getInteger(at: buffer.readerIndex + 8, endianness: .little, as: UInt32.self)
        else { return FrameHeader.byteCount - buffer.readableBytes }
        return FrameHeader.byteCount + Int(length) - buffer.readableBytes
    }

    /// Takes over what arrived. Copies only what an incomplete frame of an earlier read needs to be joined with.
    public mutating func append(_ bytes: ByteBuffer) {
        guard failure == nil else { return }
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            // What was taken would stay before the rest for as long as no read ends with a frame.
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole frame, or nil until more bytes come. Its payload shares memory with what was appended.
    public mutating func next() throws(WireError) -> Frame? {
        if let failure { throw failure }
        do throws(WireError) {
            return try parse()
        } catch {
            if error.endsConnection {
                failure = error
                buffer = ByteBuffer()
            }
            throw error
        }
    }

    private mutating func parse() throws(WireError) -> Frame? {
        guard let header = try peekHeader() else { return nil }
        let frameBytes = FrameHeader.byteCount + header.payloadLength
        guard buffer.readableBytes >= frameBytes else {
            // A frame larger than one read would else be copied again and again as the buffer grows.
            buffer.reserveCapacity(minimumWritableBytes: frameBytes - buffer.readableBytes)
            return nil
        }
        let start = buffer.readerIndex
        let payloadStart = start + FrameHeader.byteCount
        guard let payload = buffer.getSlice(at: payloadStart, length: header.payloadLength) else { return nil }
        var checksum = CRC32()
        buffer.withUnsafeReadableBytes {
            checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<Self.checkedHeaderBytes]))
            checksum.update(UnsafeRawBufferPointer(rebasing: $0[FrameHeader.byteCount..<frameBytes]))
        }
        guard checksum.value == header.checksum else {
            let detail =
                "the frame at byte \(streamOffset) has checksum \(header.checksum), its bytes give \(checksum.value)"
            guard header.type == .block, header.channel != 0, isBoundary(at: start + frameBytes) else {
                throw WireError(.badChecksum, detail)
            }
            consume(frameBytes)
            throw WireError(.malformedBlock, detail, channel: header.channel)
        }
        consume(frameBytes)
        return Frame(header.type, channel: header.channel, payload: payload)
    }

    private mutating func consume(_ count: Int) {
        buffer.moveReaderIndex(forwardBy: count)
        streamOffset += count
        releaseConsumedBytes()
    }

    /// Whether a frame may begin at the index, as far as bytes are there: the length that led there was then not damaged.
    private func isBoundary(at index: Int) -> Bool {
        guard let magic = buffer.getInteger(at: index, endianness: .little, as: UInt16.self) else { return true }
        return magic == FrameHeader.magic
    }

    /// Bytes of the header that the checksum covers: all before the checksum itself.
    private static let checkedHeaderBytes = 12

    /// Reads the header and checks what can be checked without the payload. The magic and the version are refused as
    /// soon as they are there, so that somebody else's protocol is answered at once.
    private func peekHeader() throws(WireError) -> FrameHeader? {
        let start = buffer.readerIndex
        if let magic = buffer.getInteger(at: start, endianness: .little, as: UInt16.self), magic != FrameHeader.magic {
            throw WireError(.badMagic, "byte \(streamOffset) does not begin a frame")
        }
        if let version = buffer.getInteger(at: start + 2, as: UInt8.self), version != WireProtocol.version {
            throw WireError(
                .unsupportedVersion,
                "the frame at byte \(streamOffset) is of version \(version), this end speaks \(WireProtocol.version)")
        }
        guard let type = buffer.getInteger(at: start + 3, as: UInt8.self),
            let channel = buffer.getInteger(at: start + 4, endianness: .little, as: UInt32.self),
            let length = buffer.getInteger(at: start + 8, endianness: .little, as: UInt32.self),
            let checksum = buffer.getInteger(at: start + 12, endianness: .little, as: UInt32.self)
        else { return nil }
        let limit = limits.payloadBytes(of: FrameType(rawValue: type), isHandshaking: isHandshaking)
        guard length <= limit else {
            throw WireError(
                .frameTooLarge,
                "the frame at byte \(streamOffset) of type \(type) announces \(length) bytes, at most \(limit) are taken"
            )
        }
        return FrameHeader(
            type: FrameType(rawValue: type), channel: channel, payloadLength: Int(length), checksum: checksum)
    }

    /// Lets go of memory that later frames do not need, so that one long read does not stay for ever.
    private mutating func releaseConsumedBytes() {
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    }
}
