import ECGModel
import NIOCore

/// A stretch of a recording in binary, for scripts that draw it: a header of 16 bytes and then the counts, lead after lead.
///
/// All numbers are little-endian. The header: first sample (UInt32), samples (UInt32), samples that the recording has by now
/// (UInt32), leads (UInt16), bytes a count (UInt16). Counts are Int16 where all of them fit, else Int32; a missing sample
/// is the type's least value.
struct SampleWindow {
    private let samples: Samples
    private let firstSample: SampleIndex
    private let availableSamples: Int

    init(_ samples: Samples, firstSample: SampleIndex, availableSamples: Int) {
        self.samples = samples
        self.firstSample = firstSample
        self.availableSamples = availableSamples
    }

    func encoded() -> ByteBuffer {
        // Int16's least value stands for a missing sample and is none.
        let fits = samples.counts.allSatisfy {
            $0 == Samples.missing || (Int32(Int16.min) + 1...Int32(Int16.max)).contains($0)
        }
        let bytesPerCount = fits ? 2 : 4
        var bytes = ByteBuffer()
        bytes.reserveCapacity(16 + samples.counts.count * bytesPerCount)
        for number in [firstSample, samples.count, availableSamples] {
            bytes.writeInteger(UInt32(number), endianness: .little)
        }
        bytes.writeInteger(UInt16(samples.channelCount), endianness: .little)
        bytes.writeInteger(UInt16(bytesPerCount), endianness: .little)
        for channel in 0..<samples.channelCount {
            // A lead at a time, not a number at a time: a console that scrolls asks for pages by the second.
            if fits {
                Self.append(
                    to: &bytes,
                    (0..<samples.count).map { sample in
                        let count = samples[sample, channel]
                        return count == Samples.missing ? Int16.min : Int16(count)
                    })
            } else {
                Self.append(to: &bytes, (0..<samples.count).map { samples[$0, channel] })
            }
        }
        return bytes
    }

    private static func append<Count: FixedWidthInteger>(to bytes: inout ByteBuffer, _ counts: [Count]) {
        counts.map(\.littleEndian).withUnsafeBytes { _ = bytes.writeBytes($0) }
    }
}
