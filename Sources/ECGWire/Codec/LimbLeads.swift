import ECGModel

/// Which leads of a set Einthoven and Goldberger foretell, and from which.
struct LimbLeads {
    struct Derivation {
        var combination: LeadPrediction.Combination
        var a: Int
        var b: Int

        func prediction(order: Int) -> LeadPrediction {
            LeadPrediction(combination: combination, order: order, a: a, b: b)
        }
    }

    /// For each lead how it follows from two leads before it, or nil where it stands alone.
    let derivations: [Derivation?]

    init(_ channels: [ECGModel.Channel]) {
        /// A lead can be foretold from others only where a count means the same in all of them.
        func index(of lead: Lead, before limit: Int) -> Int? {
            channels[..<limit].firstIndex {
                $0.lead == lead && $0.nanovoltsPerCount == channels[limit].nanovoltsPerCount
            }
        }
        derivations = channels.indices.map { position in
            guard let i = index(of: .i, before: position), let ii = index(of: .ii, before: position) else { return nil }
            return switch channels[position].lead {
            case .iii: Derivation(combination: .difference, a: i, b: ii)
            case .aVR: Derivation(combination: .negativeMean, a: i, b: ii)
            case .aVL: Derivation(combination: .lessHalf, a: i, b: ii)
            case .aVF: Derivation(combination: .lessHalf, a: ii, b: i)
            default: nil
            }
        }
    }

    /// What codec 1 tries for each lead.
    ///
    /// The remainder of a derived lead is rounding noise where the device computed it, and needs one difference where
    /// the leads' baselines differ.
    var standaloneCandidates: [[LeadPrediction]] {
        let alone = (1...3).map { LeadPrediction(order: $0) }
        return derivations.map { derivation in
            guard let derivation else { return alone }
            return (0...1).map(derivation.prediction) + alone
        }
    }
}
