import CZlib
import ECGModel

/// The reference that any server of compressed ECG pays: zlib inflating the samples' first differences.
struct ReferenceDeflate {
    private let compressed: [UInt8]
    private let size: Int

    /// Sixteen-bit differences of each channel's neighbouring samples, as a plain device would send them.
    init(firstDifferencesOf samples: Samples) throws {
        var bytes: [UInt8] = []
        for channel in 0..<samples.channelCount {
            var previous: Int32 = 0
            for sample in 0..<samples.count {
                let difference = Int16(truncatingIfNeeded: samples[sample, channel] &- previous)
                previous = samples[sample, channel]
                withUnsafeBytes(of: difference.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
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
