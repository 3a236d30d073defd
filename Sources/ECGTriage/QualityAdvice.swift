public import ECGModel

extension Triage {
    /// One sentence for whoever stands beside the patient: which electrode to check, or what disturbs the signal. Nil when
    /// the recording is good.
    ///
    /// The worst is said first and alone: no contact, then exchanged limb electrodes, then hum, movement and muscle noise.
    public static func qualityAdvice(for measurements: Measurements) -> String? {
        let recording = measurements.recordingQuality
        let isEveryLeadUsable = measurements.quality.allSatisfy(\.isUsable)
        if recording.verdict == .good, isEveryLeadUsable, recording.limbReversal == nil { return nil }

        let withoutContact = leads(of: measurements) { !$0.problems.isDisjoint(with: [.leadOff, .saturated]) }
        if !withoutContact.isEmpty {
            let electrodes = Electrode.behind(withoutContact, of: measurements.leads)
            return "Check \(Electrode.phrase(electrodes)): no usable contact in \(Phrases.leads(withoutContact))."
        }
        if let reversal = recording.limbReversal {
            return "Check the limb electrodes: \(Electrode.phrase(exchanged(reversal))) seem to be exchanged."
        }
        let disturbances: [(SignalProblems, String)] = [
            (.mains, "mains hum: press on electrode RL (right leg) and move cables and chargers away"),
            (.baseline, "moving baseline: let the patient lie still and press on"),
            (.muscle, "muscle noise: let the patient relax and keep warm, and press on"),
        ]
        for (problem, advice) in disturbances {
            let disturbed = leads(of: measurements) { $0.problems.contains(problem) && !$0.isUsable }
            let doubtful = disturbed.isEmpty ? leads(of: measurements) { $0.problems.contains(problem) } : disturbed
            guard !doubtful.isEmpty else { continue }
            let sentence = "Leads \(Phrases.leads(doubtful)) show \(advice)"
            guard problem != .mains else { return sentence + "." }
            return sentence + " \(Electrode.phrase(Electrode.behind(doubtful, of: measurements.leads)))."
        }
        let unusable = leads(of: measurements) { !$0.isUsable }
        let doubtful = unusable.isEmpty ? measurements.leads : unusable
        return "The signal of \(Phrases.leads(doubtful)) is poor: check "
            + "\(Electrode.phrase(Electrode.behind(doubtful, of: measurements.leads))) and record again."
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

/// What is stuck to the patient.
enum Electrode: Hashable {
    case rightArm, leftArm, leftLeg, rightLeg
    /// A chest electrode carries the name of its lead.
    case chest(Lead)
    /// Of a lead whose placement is not known.
    case unnamed(Lead)

    var name: String {
        switch self {
        case .rightArm: "RA (right arm)"
        case .leftArm: "LA (left arm)"
        case .leftLeg: "LL (left leg)"
        case .rightLeg: "RL (right leg)"
        case .chest(let lead): lead.name
        case .unnamed(let lead): "of lead \(lead.name)"
        }
    }

    static func phrase(_ electrodes: [Electrode]) -> String {
        (electrodes.count == 1 ? "electrode " : "electrodes ") + Phrases.list(electrodes.map(\.name))
    }

    /// The electrodes of a bipolar limb lead, which fails with either.
    private static let bipolar: [Lead: Set<Electrode>] = [
        .i: [.rightArm, .leftArm], .ii: [.rightArm, .leftLeg], .iii: [.leftArm, .leftLeg],
    ]
    /// The electrode that an augmented lead looks out from.
    private static let augmented: [Lead: Electrode] = [.aVR: .rightArm, .aVL: .leftArm, .aVF: .leftLeg]

    /// The electrodes that explain why `failed` of a recording's `leads` are bad and the others are not.
    ///
    /// A limb electrode is suspected where every bipolar lead it serves has failed; that leaves one electrode when two of
    /// I, II and III have failed, and all three when all have. Where only one bipolar lead has failed, either of its
    /// electrodes may be loose.
    static func behind(_ failed: [Lead], of leads: [Lead]) -> [Electrode] {
        let limbs: [Electrode] = [.rightArm, .leftArm, .leftLeg]
        let failedBipolar = failed.filter { bipolar[$0] != nil }
        var suspects = limbs.filter { electrode in
            let served = leads.filter { bipolar[$0]?.contains(electrode) ?? false }
            return served.count > 1 && served.allSatisfy(failed.contains)
        }
        if suspects.isEmpty {
            let either = failedBipolar.reduce(into: Set<Electrode>()) { $0.formUnion(bipolar[$1] ?? []) }
            suspects = limbs.filter(either.contains)
        }
        if failedBipolar.isEmpty {
            let fromAugmented = Set(failed.compactMap { augmented[$0] })
            suspects = limbs.filter(fromAugmented.contains)
        }
        for lead in failed where bipolar[lead] == nil && augmented[lead] == nil {
            let name = lead.name
            let electrode: Electrode = name.hasPrefix("V") ? .chest(lead) : .unnamed(lead)
            if !suspects.contains(electrode) { suspects.append(electrode) }
        }
        return suspects
    }
}
