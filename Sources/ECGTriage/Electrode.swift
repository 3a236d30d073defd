import ECGModel

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
