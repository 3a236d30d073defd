public import NIOCore

/// What a frame's payload is. Numbers below 0x80 come from the device, the others from the server.
public struct FrameType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let hello = FrameType(rawValue: 0x01)
    public static let proof = FrameType(rawValue: 0x02)
    public static let open = FrameType(rawValue: 0x03)
    public static let block = FrameType(rawValue: 0x04)
    public static let close = FrameType(rawValue: 0x05)
    public static let ping = FrameType(rawValue: 0x06)
    /// The device's farewell; ``serverGoodbye`` is the server's.
    public static let goodbye = FrameType(rawValue: 0x07)
    public static let challenge = FrameType(rawValue: 0x81)
    public static let welcome = FrameType(rawValue: 0x82)
    public static let opened = FrameType(rawValue: 0x83)
    public static let stored = FrameType(rawValue: 0x84)
    public static let closed = FrameType(rawValue: 0x85)
    public static let pong = FrameType(rawValue: 0x86)
    public static let serverGoodbye = FrameType(rawValue: 0x87)
    public static let reading = FrameType(rawValue: 0x88)
    public static let alertProgress = FrameType(rawValue: 0x89)
    public static let notice = FrameType(rawValue: 0x8A)
    public static let refusal = FrameType(rawValue: 0x8B)

    private static let ignorableBit: UInt8 = 0x40

    /// Whether a receiver that does not know the type skips the frame. Later versions of the protocol give this bit to
    /// what an older peer can do without; everything else unknown is an error.
    public var isIgnorable: Bool { rawValue & Self.ignorableBit != 0 }
}

/// The sixteen bytes in front of every payload, little-endian.
///
///     0  2  magic 0xEC 0x67
///     2  1  version, 1
///     3  1  type
///     4  4  channel
///     8  4  payload length in bytes
///     12 4  CRC-32 of bytes 0 to 11 and the payload
struct FrameHeader: Hashable {
    static let byteCount = 16
    /// Read little-endian; no text protocol's first two characters.
    static let magic: UInt16 = 0x67EC

    var type: FrameType
    var channel: UInt32
    var payloadLength: Int
    var checksum: UInt32
}

/// One message on the wire.
public struct Frame: Hashable, Sendable {
    public var type: FrameType
    /// 0 for the connection itself, else the number the device gave to one of its open recordings.
    public var channel: UInt32
    public var payload: ByteBuffer

    public init(_ type: FrameType, channel: UInt32 = 0, payload: ByteBuffer) {
        self.type = type
        self.channel = channel
        self.payload = payload
    }

    /// Bytes on the wire.
    public var byteCount: Int { FrameHeader.byteCount + payload.readableBytes }
}

extension ByteBuffer {
    /// Appends the frame with its header and checksum.
    public mutating func writeFrame(_ frame: Frame) {
        let start = writerIndex
        reserveCapacity(minimumWritableBytes: frame.byteCount)
        writeInteger(FrameHeader.magic, endianness: .little)
        writeInteger(WireProtocol.version)
        writeInteger(frame.type.rawValue)
        writeInteger(frame.channel, endianness: .little)
        writeInteger(UInt32(frame.payload.readableBytes), endianness: .little)
        var checksum = CRC32()
        withUnsafeReadableBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[(start - readerIndex)...])) }
        frame.payload.withUnsafeReadableBytes { checksum.update($0) }
        writeInteger(checksum.value, endianness: .little)
        writeImmutableBuffer(frame.payload)
    }
}
