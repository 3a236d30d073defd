import ECGModel

/// Writes the bytes of a block of codec 1, which stands alone.
final class StandaloneWriter {
    private let candidates: [[LeadPrediction]]
    private var remainder: [Int32] = []
    private var unpacked: [UInt8] = []

    init(_ limbLeads: LimbLeads) {
        candidates = limbLeads.standaloneCandidates
    }

    /// The bytes before zlib packs them.
    func write(_ samples: Samples) -> [UInt8] {
        precondition(samples.channelCount == candidates.count, "samples of the encoder's channels")
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
        return unpacked
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
