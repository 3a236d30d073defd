public import ECGModel

/// Something done to a recording whose effect on the measurements is known or asked for: a disturbance added, electrodes
/// exchanged, leads taken away.
public enum Alteration: Sendable, Hashable {
    /// A sine wave in every lead that keeps Einthoven's and Goldberger's relations: of this peak in I, II and III and in
    /// every chest lead, neighbours 60 degrees apart.
    case sineWave(peak: Millivolts, frequency: Hertz)
    /// What the leads show when two limb electrodes change places, by the algebra of the leads.
    case limbReversal(RecordingQuality.LimbReversal)
    /// The recording of one lead alone, by its place.
    case onlyLead(Int)

    /// Changes the samples in place; missing samples stay missing.
    public func apply(to recording: inout Recording) {
        switch self {
        case .sineWave(let peak, let frequency): addSineWave(peak, frequency, to: &recording)
        case .limbReversal(let reversal): exchange(reversal, in: &recording)
        case .onlyLead(let place): recording = Self.lead(place, of: recording)
        }
    }

    private static func lead(_ place: Int, of recording: Recording) -> Recording {
        var header = recording.header
        header.channels = [header.channels[place]]
        let counts = (0..<recording.samples.count).map { recording.samples[$0, place] }
        return Recording(header: header, samples: Samples(channelCount: 1, counts: counts))
    }

    // MARK: Sine wave

    private func addSineWave(_ peak: Millivolts, _ frequency: Hertz, to recording: inout Recording) {
        let channels = recording.header.channels
        for sample in 0..<recording.samples.count {
            let turns = frequency.value * Double(sample) / recording.header.samplingRate.value
            for (index, channel) in channels.enumerated() {
                let count = recording.samples[sample, index]
                guard count != Samples.missing else { continue }
                let millivolts = peak.value * Self.disturbance(of: channel.lead, channel: index, turns: turns)
                recording.samples[sample, index] =
                    count + Int32((millivolts * Self.nanovoltsPerMillivolt / channel.nanovoltsPerCount).rounded())
            }
        }
    }

    private static let nanovoltsPerMillivolt = 1e6

    /// The wave of one lead for a peak of 1. The right arm is still, and the left arm and left leg are 60 degrees apart,
    /// so that I, II and their difference III are of one size.
    private static func disturbance(of lead: Lead, channel: Int, turns: Double) -> Double {
        let i = Sine.sine(turns: turns)
        let ii = Sine.sine(turns: turns + 1.0 / 6)
        return switch lead {
        case .i: i
        case .ii: ii
        case .iii: ii - i
        case .aVR: -(i + ii) / 2
        case .aVL: i - ii / 2
        case .aVF: ii - i / 2
        default: Sine.sine(turns: turns + Double(channel) / 6)
        }
    }

    // MARK: Limb electrodes

    /// Exchanges the electrodes in recordings that have all six limb leads; others are left as they are.
    ///
    /// The potentials follow from I and II with the right arm at zero; both legs count as one potential, so that with
    /// right arm and right leg exchanged the right arm's cable reads the left leg's.
    private func exchange(_ reversal: RecordingQuality.LimbReversal, in recording: inout Recording) {
        let channels = recording.header.channels
        let places = Lead.limb.map { lead in channels.firstIndex { $0.lead == lead } }
        guard places.allSatisfy({ $0 != nil }) else { return }
        let limbs = places.compactMap { $0 }
        for sample in 0..<recording.samples.count {
            let counts = [limbs[0], limbs[1]].map { recording.samples[sample, $0] }
            guard counts.allSatisfy({ $0 != Samples.missing }) else { continue }
            let i = channels[limbs[0]].nanovolts(ofCount: counts[0])
            let ii = channels[limbs[1]].nanovolts(ofCount: counts[1])
            var (rightArm, leftArm, leftLeg) = (0.0, i, ii)
            // Wilson's terminal moves with the potentials that its resistors see.
            let terminal = (rightArm + leftArm + leftLeg) / 3
            switch reversal {
            case .armElectrodes: swap(&rightArm, &leftArm)
            case .leftArmLeftLeg: swap(&leftArm, &leftLeg)
            case .rightArmLeftLeg: swap(&rightArm, &leftLeg)
            case .rightArmRightLeg: rightArm = leftLeg
            }
            let levels = [
                leftArm - rightArm, leftLeg - rightArm, leftLeg - leftArm, rightArm - (leftArm + leftLeg) / 2,
                leftArm - (rightArm + leftLeg) / 2, leftLeg - (rightArm + leftArm) / 2,
            ]
            for (place, level) in zip(limbs, levels) {
                recording.samples[sample, place] = channels[place].count(ofNanovolts: level)
            }
            let shift = terminal - (rightArm + leftArm + leftLeg) / 3
            guard shift != 0 else { continue }
            for (place, channel) in channels.enumerated() where Lead.precordial.contains(channel.lead) {
                let count = recording.samples[sample, place]
                guard count != Samples.missing else { continue }
                recording.samples[sample, place] = channel.count(
                    ofNanovolts: channel.nanovolts(ofCount: count) + shift)
            }
        }
    }
}

extension Channel {
    fileprivate func nanovolts(ofCount count: Int32) -> Double { Double(count - baseline) * nanovoltsPerCount }
    fileprivate func count(ofNanovolts level: Double) -> Int32 {
        baseline + Int32((level / nanovoltsPerCount).rounded())
    }
}
