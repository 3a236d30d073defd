import ECGModel

/// The walls in which an infarction would not be seen, and why: the reading of a recording that shows less than the whole
/// heart must not pass for one that found nothing.
///
/// The walls are those of the conventional twelve leads; what looks at the back and the right heart is seldom recorded.
/// aVR looks at none of them.
struct UnjudgedWalls {
    private static let walls: [Wall] = [.inferior, .anterior, .lateral]

    /// Walls without two contiguous leads to read, and walls of which some lead is missing.
    private let unseen: [Wall]
    private let seenInPart: [Wall]
    private let notRecorded: [Lead]
    /// Recorded, and too poor or never measured.
    private let unreadable: [Lead]
    private let hasTooFewBeats: Bool

    /// Nothing that the reading says already: of a signal that cannot be read as a whole only the leads that it never had.
    init(_ context: TriageContext) {
        let isUnusable = context.recordingQuality.verdict == .unusable
        let hasTooFewBeats = !context.hasEnoughBeats && !isUnusable
        let saysWhatIsUnreadable = !isUnusable && !hasTooFewBeats
        var seen = PageLeads.all
        var notRecorded: [Lead] = []
        var unreadable: [Lead] = []
        for lead in Self.walls.flatMap(\.leads) {
            if !context.beat.isRecorded(lead) {
                notRecorded.append(lead)
                seen.subtract(PageLeads([lead]))
            } else if saysWhatIsUnreadable, context.beat[lead] == nil {
                unreadable.append(lead)
                seen.subtract(PageLeads([lead]))
            }
        }
        let isTooFew =
            hasTooFewBeats || saysWhatIsUnreadable && context.beat.count < context.rules.table.evidence.fewestLeads
        let unseen = Self.walls.filter { wall in
            isTooFew || !context.rules.haveNeighbours(seen.intersection(PageLeads(wall.leads)))
        }
        self.unseen = unseen
        seenInPart = Self.walls.filter { !unseen.contains($0) && !seen.isSuperset(of: PageLeads($0.leads)) }
        self.notRecorded = Self.ordered(notRecorded)
        self.unreadable = Self.ordered(unreadable)
        self.hasTooFewBeats = hasTooFewBeats
    }

    var isEmpty: Bool { unseen.isEmpty && seenInPart.isEmpty }

    /// The leads that are wanting, in the order of the page.
    var leads: [Lead] { Self.ordered(notRecorded + unreadable) }

    /// One sentence; the console knows its parts.
    var text: String {
        var reasons: [String] = []
        if !notRecorded.isEmpty {
            let verb = notRecorded.count == 1 ? "was" : "were"
            reasons.append("\(Phrases.page(notRecorded)) \(verb) not recorded or not named")
        }
        if !unreadable.isEmpty { reasons.append("\(Phrases.page(unreadable)) could not be read") }
        if hasTooFewBeats { reasons.append("too few beats are alike") }
        return "\(judgement): \(reasons.joined(separator: "; "))."
    }

    private var judgement: String {
        if unseen.count == Self.walls.count { return "Infarction cannot be judged" }
        if unseen.isEmpty { return "Infarction \(Self.phrase(seenInPart)) can be judged only in part" }
        let whole = "Infarction \(Self.phrase(unseen)) cannot be judged"
        return seenInPart.isEmpty ? whole : whole + ", \(Self.phrase(seenInPart)) only in part"
    }

    private static func phrase(_ walls: [Wall]) -> String {
        "of the \(Phrases.list(walls.map(\.rawValue))) \(walls.count == 1 ? "wall" : "walls")"
    }

    private static func ordered(_ leads: [Lead]) -> [Lead] { Lead.standardTwelve.filter(leads.contains) }
}
