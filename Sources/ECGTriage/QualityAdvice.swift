public import ECGModel

extension Triage {
    /// One sentence for whoever stands beside the patient: which electrode to check, or what disturbs the signal. Nil when
    /// there is nothing to mend.
    ///
    /// The worst is said first and alone: no contact, then exchanged limb electrodes, then hum, movement and muscle noise,
    /// where they make leads unusable before where they do not.
    public static func qualityAdvice(for measurements: Measurements) -> String? {
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

    static func phrase(_ electrodes: [Electrode], capitalized: Bool = false) -> String {
        (capitalized ? "E" : "e") + (electrodes.count == 1 ? "lectrode " : "lectrodes ")
            + Phrases.list(electrodes.map(\.name))
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
        // Chest leads are read against the limb electrodes together: a loose one of those takes all of them with it.
        let chest = leads.filter(Lead.precordial.contains)
        if !suspects.isEmpty, chest.count > 1, chest.allSatisfy(failed.contains) { return suspects }
        for lead in failed where bipolar[lead] == nil && augmented[lead] == nil {
            let name = lead.name
            let electrode: Electrode = name.hasPrefix("V") ? .chest(lead) : .unnamed(lead)
            if !suspects.contains(electrode) { suspects.append(electrode) }
        }
        return suspects
    }
}
