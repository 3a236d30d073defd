import CZlib

/// Bytes that zlib packed at its default level, and the reference that any server of compressed ECG pays: inflating them.
struct ZlibBlock: Sendable {
    let compressed: [UInt8]
    fileprivate let size: Int

    init(_ bytes: [UInt8]) throws {
        size = bytes.count
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&output, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION) == Z_OK else {
            throw CommandError("zlib cannot compress the reference")
        }
        compressed = Array(output.prefix(Int(length)))
    }
}

/// Inflates one block after the other. It is reset for each, as the decoder of the device protocol resets its own, so that the
/// reference does not pay for starting and ending zlib, and for a window of 32 KiB, with every block.
final class ZlibInflater {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Kept from block to block, as large as the largest.
    private var room = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard ecgnet_inflate_init(stream) == Z_OK else { throw CommandError("zlib cannot be started") }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        room.deallocate()
    }

    func inflate(_ block: ZlibBlock) throws {
        if room.count < block.size {
            room.deallocate()
            room = .allocate(capacity: block.size)
        }
        inflateReset(stream)
        let status = block.compressed.withUnsafeBufferPointer { compressed in
            // zlib reads through this pointer and never writes, though its type does not say so.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: compressed.baseAddress)
            stream.pointee.avail_in = UInt32(compressed.count)
            stream.pointee.next_out = room.baseAddress
            stream.pointee.avail_out = UInt32(block.size)
            return CZlib.inflate(stream, Z_FINISH)
        }
        guard status == Z_STREAM_END, stream.pointee.avail_out == 0 else {
            throw CommandError("zlib cannot inflate the reference")
        }
    }
}
