public import ECGModel

extension Triage {
    /// One sentence for whoever stands beside the patient: which electrode to check, or what disturbs the signal. Nil when
    /// there is nothing to mend.
    ///
    /// The worst is said first and alone: no contact, then exchanged limb electrodes, then hum, movement and muscle noise,
    /// where they make leads unusable before where they do not.
    public static func qualityAdvice(for measurements: Measurements) -> String? {
        let length = Double(measurements.sampleCount) / measurements.samplingRate.value
        if length < shortestJudgedSeconds { return "Too short to be read: record ten seconds." }
        let reversal = measurements.recordingQuality.limbReversal
        var withoutContact = leads(of: measurements) { !$0.problems.isDisjoint(with: [.leadOff, .saturated]) }
        // With the right arm's electrode on the right leg, lead II lies between the legs and is flat by rights.
        if reversal == .rightArmRightLeg { withoutContact.removeAll { $0 == .ii } }
        if !withoutContact.isEmpty { return contactAdvice(withoutContact, of: measurements.leads) }
        if let reversal {
            return
                "\(Electrode.phrase(exchanged(reversal), capitalized: true)) look swapped: check them and record again."
        }
        let disturbances: [(SignalProblems, String)] = [
            (.mains, "mains hum: press on electrode RL (right leg) and move cables and chargers away"),
            (.baseline, "moving baseline: let the patient lie still and press on"),
            (.muscle, "muscle noise: let the patient relax and keep warm, and press on"),
        ]
        let unusable = leads(of: measurements) { !$0.isUsable }
        for (problem, advice) in disturbances {
            let disturbed = leads(of: measurements) {
                $0.problems.contains(problem) && (unusable.isEmpty || !$0.isUsable)
            }
            guard !disturbed.isEmpty else { continue }
            let sentence =
                "\(disturbed.count == 1 ? "Lead" : "Leads") \(Phrases.leads(disturbed)) "
                + "\(disturbed.count == 1 ? "shows" : "show") \(advice)"
            guard problem != .mains else { return sentence + "." }
            return sentence + " \(Electrode.phrase(Electrode.behind(disturbed, of: measurements.leads)))."
        }
        guard !unusable.isEmpty || measurements.recordingQuality.verdict != .good else { return nil }
        let doubtful = unusable.isEmpty ? measurements.leads : unusable
        return "The signal of \(Phrases.leads(doubtful)) is poor: check "
            + "\(Electrode.phrase(Electrode.behind(doubtful, of: measurements.leads))) and record again."
    }

    /// Less signal than this says nothing of its quality (the analyser looks at half a second at least).
    private static let shortestJudgedSeconds = 0.5

    private static func contactAdvice(_ failed: [Lead], of leads: [Lead]) -> String {
        if failed.count == leads.count, leads.count > 1 {
            return "No lead has contact: check electrode RL (right leg) and the patient cable, then every electrode."
        }
        return
            "Check \(Electrode.phrase(Electrode.behind(failed, of: leads))): no usable contact in \(Phrases.leads(failed))."
    }

    private static func leads(of measurements: Measurements, where holds: (LeadQuality) -> Bool) -> [Lead] {
        zip(measurements.leads, measurements.quality).filter { holds($0.1) }.map(\.0)
    }

    private static func exchanged(_ reversal: RecordingQuality.LimbReversal) -> [Electrode] {
        switch reversal {
        case .armElectrodes: [.leftArm, .rightArm]
        case .leftArmLeftLeg: [.leftArm, .leftLeg]
        case .rightArmLeftLeg: [.rightArm, .leftLeg]
        case .rightArmRightLeg: [.rightArm, .rightLeg]
        }
    }
}
