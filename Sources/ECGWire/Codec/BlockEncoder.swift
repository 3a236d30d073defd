import CZlib
public import ECGModel
public import NIOCore

/// Writes blocks of codec version 1. Keeps its buffers and its zlib state from block to block; one encoder serves the
/// recordings of one set of leads, one after the other, from one thread at a time.
public final class BlockEncoder {
    private let candidates: [[LeadPrediction]]
    private let zlib: DeflateStream
    private var remainder: [Int32] = []
    private var unpacked: [UInt8] = []

    /// - Precondition: 1 to 16 channels.
    public init(channels: [ECGModel.Channel]) {
        precondition(AcquisitionLimits.leads.contains(channels.count), "a recording has 1 to 16 leads")
        candidates = LimbLeads(channels).predictions
        zlib = DeflateStream()
    }

    /// The payload of a block frame: header and data.
    ///
    /// - Precondition: the samples have the encoder's channels and there is at least one.
    public func encode(_ samples: Samples, firstSample: SampleIndex) -> ByteBuffer {
        precondition(samples.channelCount == candidates.count, "samples of the encoder's channels")
        precondition(!samples.isEmpty && firstSample >= 0, "a block has samples")
        transform(samples)
        var payload = ByteBuffer()
        payload.reserveCapacity(BlockHeader.byteCount + zlib.bound(unpacked.count))
        BlockHeader(firstSample: firstSample, sampleCount: samples.count, codec: BlockCodec.v1.rawValue)
            .write(into: &payload)
        zlib.deflate(unpacked, into: &payload)
        return payload
    }

    /// The bytes of a block before zlib packs them: what a device's maker compares with, since versions of zlib may
    /// pack the same bytes differently.
    public func unpackedBytes(of samples: Samples) -> [UInt8] {
        precondition(samples.channelCount == candidates.count, "samples of the encoder's channels")
        transform(samples)
        return unpacked
    }

    private func transform(_ samples: Samples) {
        let count = samples.count
        let channels = samples.channelCount
        unpacked.removeAll(keepingCapacity: true)
        unpacked.reserveCapacity(WireLimits.inflatedBytes(samples: count, channels: channels))
        if remainder.count < count { remainder = Array(repeating: 0, count: count) }
        let predictions = (0..<channels).map { choosePrediction(for: $0, of: samples) }
        for prediction in predictions { unpacked.append(contentsOf: prediction.bytes) }
        for (lead, prediction) in predictions.enumerated() {
            apply(prediction, to: lead, of: samples)
            VariableLength.append(remainder[..<count], to: &unpacked)
        }
    }

    /// The prediction that leaves the smallest numbers: fewer bytes before zlib, and fewer different ones.
    private func choosePrediction(for lead: Int, of samples: Samples) -> LeadPrediction {
        var best = candidates[lead][0]
        var smallest = UInt64.max
        for candidate in candidates[lead] {
            let size = apply(candidate, to: lead, of: samples)
            if size < smallest {
                smallest = size
                best = candidate
            }
        }
        return best
    }

    /// Leaves in `remainder` what the prediction does not explain, and returns the sum of it with the signs folded.
    @discardableResult
    private func apply(_ prediction: LeadPrediction, to lead: Int, of samples: Samples) -> UInt64 {
        let channels = samples.channelCount
        let count = samples.count
        return samples.counts.withUnsafeBufferPointer { counts in
            remainder.withUnsafeMutableBufferPointer { remainder in
                for sample in 0..<count {
                    let row = sample * channels
                    remainder[sample] =
                        counts[row + lead]
                        &- prediction.combination.predict(counts[row + prediction.a], counts[row + prediction.b])
                }
                for _ in 0..<prediction.order {
                    var previous: Int32 = 0
                    for sample in 0..<count {
                        let value = remainder[sample]
                        remainder[sample] = value &- previous
                        previous = value
                    }
                }
                var size: UInt64 = 0
                for sample in 0..<count { size &+= UInt64(VariableLength.fold(remainder[sample])) }
                return size
            }
        }
    }
}

/// Which predictions are worth trying for each lead of a set.
private struct LimbLeads {
    /// Orders that are tried where a lead stands alone.
    private static let plain = (1...LeadPrediction.maximumOrder).map { LeadPrediction(order: $0) }

    let predictions: [[LeadPrediction]]

    init(_ channels: [ECGModel.Channel]) {
        /// A lead can be foretold from others only where a count means the same in all of them.
        func index(of lead: Lead, before limit: Int) -> Int? {
            channels[..<limit].firstIndex {
                $0.lead == lead && $0.nanovoltsPerCount == channels[limit].nanovoltsPerCount
            }
        }
        predictions = channels.indices.map { position in
            guard let i = index(of: .i, before: position), let ii = index(of: .ii, before: position) else {
                return Self.plain
            }
            let combination: (LeadPrediction.Combination, a: Int, b: Int)? =
                switch channels[position].lead {
                case .iii: (.difference, i, ii)
                case .aVR: (.negativeMean, i, ii)
                case .aVL: (.lessHalf, i, ii)
                case .aVF: (.lessHalf, ii, i)
                default: nil
                }
            guard let combination else { return Self.plain }
            // The remainder is rounding noise where the device computed the lead, and needs one difference where the
            // leads' baselines differ.
            return (0...1).map {
                LeadPrediction(combination: combination.0, order: $0, a: combination.a, b: combination.b)
            } + Self.plain
        }
    }
}
