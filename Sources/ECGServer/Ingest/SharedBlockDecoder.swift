import ECGModel
import ECGWire
import NIOCore

/// Decodes the blocks of all connections of a loop, one after the other, into the same memory.
///
/// The buffers of decoding, some 60 kB, and the counts of a block, 24 kB for a second of twelve leads at 500 Hz, need not be kept
/// for each recording; and where the next recording finds them in the cache, decoding takes less time.
final class SharedBlockDecoder {
    private let decoder = BlockDecoder()
    /// One for each number of leads, since devices of different kinds come by turns.
    private var samples = AcquisitionLimits.leads.map { Samples(channelCount: $0) }

    /// Decodes a block and lends its samples.
    ///
    /// - Parameter memory: what the recording's earlier blocks left.
    func decode<Value>(
        _ header: BlockHeader, _ data: ByteBuffer, leads: Int, memory: inout CodecMemory, _ use: (Samples) -> Value
    ) throws(WireError) -> Value {
        let index = leads - AcquisitionLimits.leads.lowerBound
        try decoder.decode(header, data, memory: &memory, into: &samples[index])
        return use(samples[index])
    }
}
