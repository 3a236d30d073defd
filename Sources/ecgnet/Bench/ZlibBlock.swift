import CZlib

/// Bytes that zlib packed at its default level, and the reference that any server of compressed ECG pays: inflating them.
struct ZlibBlock {
    let compressed: [UInt8]
    private let size: Int

    init(_ bytes: [UInt8]) throws {
        size = bytes.count
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&output, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION) == Z_OK else {
            throw CommandError("zlib cannot compress the reference")
        }
        compressed = Array(output.prefix(Int(length)))
    }

    func inflate() throws {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { output in
            var length = uLong(size)
            guard uncompress(output.baseAddress, &length, compressed, uLong(compressed.count)) == Z_OK else {
                throw CommandError("zlib cannot inflate the reference")
            }
        }
    }
}
