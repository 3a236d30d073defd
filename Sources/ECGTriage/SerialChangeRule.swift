import ECGModel

/// ST that moves within the recording: an artery that closes or opens while the patient is being recorded.
enum SerialChangeRule {
    static func add(to verdicts: inout [Verdict], _ context: TriageContext) {
        guard !context.changes.isEmpty, !context.needsSgarbossa, !context.conduction.isPreexcited else { return }
        let criteria = context.rules.table.serialChange
        if let risen = contiguous(context, where: { $0.episode.peakDeviation >= criteria.change }) {
            let walls = StElevationRule.walls(of: risen.map(\.lead))
            let opposite = context.rules.reciprocalLeads(to: walls)
            let fallen = context.changes.filter { change in
                opposite.contains(PageLeads(at: change.position))
                    && change.episode.peakDeviation <= -criteria.reciprocalChange
                    && risen.contains { change.overlaps($0) }
            }
            let rule = fallen.isEmpty || context.isTachycardic ? criteria.elevation : criteria.confirmedElevation
            verdicts.append(described(risen, fallen, rule, "rises", "suspected acute infarction", context))
        }
        if let fallen = contiguous(context, where: { $0.episode.peakDeviation <= -criteria.change }) {
            verdicts.append(described(fallen, [], criteria.depression, "falls", "suspected acute ischaemia", context))
        }
    }

    /// The changes of one direction that a contiguous lead has at the same time.
    private static func contiguous(
        _ context: TriageContext, where isMet: (LeadChange) -> Bool
    ) -> [LeadChange]? {
        let met = context.changes.filter { $0.lead != .aVR && isMet($0) && !context.isTachycardic }
        let together = met.filter { change in
            met.contains { other in
                change.overlaps(other) && context.rules.table.stElevation.areContiguous(change.lead, other.lead)
            }
        }
        return together.isEmpty ? nil : together
    }

    private static func described(
        _ changes: [LeadChange], _ opposite: [LeadChange], _ rule: TriageRule, _ what: String, _ meaning: String,
        _ context: TriageContext
    ) -> Verdict {
        let leads = changes.map(\.lead)
        let isOver = changes.allSatisfy { $0.episode.end != nil }
        let criteria = context.rules.table.serialChange
        return Verdict(
            finding: context.finding(
                rule,
                "ST \(what) within the recording in \(Phrases.leads(leads))\(isOver ? " and comes back" : ""): "
                    + "\(meaning).",
                leads: leads,
                evidence: changes.map {
                    Evidence(
                        "Change of ST at J+80", lead: $0.lead, $0.episode.peakDeviation,
                        limit: $0.episode.peakDeviation < 0 ? -criteria.change : criteria.change)
                }
                    + opposite.map {
                        Evidence(
                            "Opposite change of ST at J+80", lead: $0.lead, $0.episode.peakDeviation,
                            limit: -criteria.reciprocalChange)
                    }),
            priority: rule.priority)
    }
}

/// A lead whose ST level has changed within the recording.
struct LeadChange {
    var lead: Lead
    var position: Int
    var episode: STEpisode

    func overlaps(_ other: LeadChange) -> Bool {
        episode.start < other.episode.end ?? .max && other.episode.start < episode.end ?? .max
    }
}
