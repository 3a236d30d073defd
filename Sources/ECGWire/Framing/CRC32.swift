import CZlib

/// The CRC-32 of zlib, PNG and Ethernet (polynomial 0xEDB88320 reflected, start and end inverted).
struct CRC32 {
    private var state: uLong = 0

    var value: UInt32 { UInt32(truncatingIfNeeded: state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        state = crc32_z(state, base.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
}
