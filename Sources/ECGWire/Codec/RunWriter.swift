import ECGModel

/// Writes the bytes of a block of codec 2, which begins a run or goes on with one.
final class RunWriter {
    /// How many times as large as the best the numbers of a lead have to be for the run to end: a new run costs what
    /// the predictors have learnt.
    private static let outdatedFactor: UInt64 = 2

    private let limbLeads: LimbLeads
    private let scratch = PredictorScratch()
    /// A lead's remainder after its combination.
    private var remainder: [Int32] = []
    /// A lead's folded numbers.
    private var folded: [UInt32] = []
    private var quiet: [UInt8] = []
    private var busy: [UInt8] = []

    /// The bytes that ``write(_:firstSample:memory:)`` wrote last.
    private(set) var unpacked: [UInt8] = []
    /// Where in them the half of the quiet groups ends.
    private(set) var quietEnd = 0

    init(_ limbLeads: LimbLeads) {
        self.limbLeads = limbLeads
    }

    func write(_ samples: Samples, firstSample: SampleIndex, memory: inout CodecMemory) -> BlockCodec {
        precondition(samples.channelCount == limbLeads.derivations.count, "samples of the encoder's channels")
        let count = samples.count
        if remainder.count < count {
            remainder = Array(repeating: 0, count: count)
            folded = Array(repeating: 0, count: count)
        }
        unpacked.removeAll(keepingCapacity: true)
        let continues =
            memory.continues(at: firstSample, channels: samples.channelCount)
            && !isOutdated(memory.predictions, for: samples)
        if !continues {
            memory.begin((0..<samples.channelCount).map { choosePrediction(for: $0, of: samples) })
            for prediction in memory.predictions { unpacked.append(contentsOf: prediction.bytes) }
        }
        let check = samples.counts.withUnsafeBufferPointer { BlockCheck.hash($0, channels: samples.channelCount) }
        withUnsafeBytes(of: check.littleEndian) { unpacked.append(contentsOf: $0) }
        writeNumbers(of: samples, &memory)
        VariableLength.append(folded: UInt32(quiet.count), to: &unpacked)
        unpacked += quiet
        quietEnd = unpacked.count
        unpacked += busy
        memory.finishBlock(endSample: firstSample + count)
        return continues ? .v2Continued : .v2
    }

    // MARK: Which prediction

    /// A derived lead's, if that leaves smaller numbers than the lead's own first differences; else the lead is foretold
    /// adaptively.
    private func choosePrediction(for lead: Int, of samples: Samples) -> LeadPrediction {
        let alone = LeadPrediction(order: LeadPrediction.adaptive)
        guard let derivation = limbLeads.derivations[lead] else { return alone }
        var best = alone
        var smallest = UInt64.max
        for candidate in [derivation.prediction(order: 0), derivation.prediction(order: 1), alone] {
            let size = size(of: candidate, for: lead, of: samples)
            if size < smallest {
                smallest = size
                best = candidate
            }
        }
        return best
    }

    private func isOutdated(_ predictions: [LeadPrediction], for samples: Samples) -> Bool {
        predictions.indices.contains { lead in
            guard limbLeads.derivations[lead] != nil else { return false }
            let best = size(of: choosePrediction(for: lead, of: samples), for: lead, of: samples)
            // One more a sample, so that numbers near 0 do not end a run.
            let allowed = Self.outdatedFactor * best + UInt64(samples.count)
            return size(of: predictions[lead], for: lead, of: samples) > allowed
        }
    }

    /// The sum of the folded numbers that a prediction leaves after the first sample; an adaptive one counts as first
    /// differences, which come near it and need no memory.
    private func size(of prediction: LeadPrediction, for lead: Int, of samples: Samples) -> UInt64 {
        takeRemainder(of: prediction, for: lead, of: samples)
        var size: UInt64 = 0
        for sample in 1..<max(1, samples.count) {
            let number = prediction.order == 0 ? remainder[sample] : remainder[sample] &- remainder[sample - 1]
            size &+= UInt64(VariableLength.fold(number))
        }
        return size
    }

    private func takeRemainder(of prediction: LeadPrediction, for lead: Int, of samples: Samples) {
        let channels = samples.channelCount
        samples.counts.withUnsafeBufferPointer { counts in
            for sample in 0..<samples.count {
                let row = sample * channels
                remainder[sample] =
                    counts[row + lead]
                    &- prediction.combination.predict(counts[row + prediction.a], counts[row + prediction.b])
            }
        }
    }

    // MARK: The numbers

    private func writeNumbers(of samples: Samples, _ memory: inout CodecMemory) {
        quiet.removeAll(keepingCapacity: true)
        busy.removeAll(keepingCapacity: true)
        reduceAdaptiveLeads(of: samples, &memory)
        var adaptive = 0
        for (lead, prediction) in memory.predictions.enumerated() {
            if prediction.order == LeadPrediction.adaptive {
                let rows = scratch.rows(ofPredictor: adaptive / AdaptivePredictor.laneCount)
                let lane = adaptive % AdaptivePredictor.laneCount
                for sample in 0..<samples.count { folded[sample] = UInt32(bitPattern: rows[sample, lane]) }
                adaptive += 1
            } else {
                takeRemainder(of: prediction, for: lead, of: samples)
                var previous = memory.remainders[lead]
                for sample in 0..<samples.count {
                    folded[sample] = VariableLength.fold(remainder[sample] &- previous)
                    if prediction.order == 1 { previous = remainder[sample] }
                }
                memory.remainders[lead] = previous
            }
            writeGroups(folded[..<samples.count])
        }
    }

    private func reduceAdaptiveLeads(of samples: Samples, _ memory: inout CodecMemory) {
        scratch.clear(predictors: memory.predictors.count, samples: samples.count)
        for (position, lead) in memory.adaptiveLeads.enumerated() {
            takeRemainder(of: memory.predictions[lead], for: lead, of: samples)
            let rows = scratch.rows(ofPredictor: position / AdaptivePredictor.laneCount)
            for sample in 0..<samples.count { rows[sample, position % AdaptivePredictor.laneCount] = remainder[sample] }
        }
        for predictor in memory.predictors.indices {
            memory.predictors[predictor].reduce(
                scratch.rows(ofPredictor: predictor), count: samples.count, history: scratch.history)
        }
    }

    private func writeGroups(_ numbers: ArraySlice<UInt32>) {
        var isQuiet = false
        for start in stride(from: 0, to: numbers.count, by: QuietGroups.size) {
            let group = numbers[start..<min(start + QuietGroups.size, numbers.count)]
            if isQuiet {
                writeQuiet(group)
            } else {
                for number in group { VariableLength.append(folded: number, to: &busy) }
            }
            isQuiet = group.reduce(0) { $0 + UInt64($1) } < QuietGroups.bound
        }
    }

    private func writeQuiet(_ group: ArraySlice<UInt32>) {
        for (offset, number) in group.enumerated() {
            let half = min(number, QuietGroups.escape)
            if half == QuietGroups.escape { VariableLength.append(folded: number - half, to: &busy) }
            if offset % 2 == 0 {
                quiet.append(UInt8(half))
            } else {
                quiet[quiet.count - 1] |= UInt8(half) << 4
            }
        }
    }
}
