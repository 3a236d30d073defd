import ECGModel

/// A site's table made ready for one patient. What no measurement changes is looked up once, so that assessing a recording
/// second by second searches no list and allocates nothing.
final class PatientRules: Sendable {
    let table: TriageTable
    let patient: Patient
    /// The limits of ST elevation by the lead's position on the page: the lowest and the highest that may be the
    /// patient's; nil where the table does not judge the lead.
    private let elevationLimits: [StElevationCriteria.PatientLimits?]
    /// The contiguous leads of each lead by its position on the page.
    private let neighbours: [PageLeads]
    /// The leads that look at a wall from behind, in the order of ``Wall/allCases``.
    private let reciprocal: [PageLeads]

    /// The patient's earlier recordings, newest first, their levels by the leads' positions on the page.
    let baselines: [Baseline]

    /// An earlier recording, ready to be compared with.
    struct Baseline: Sendable {
        var levels: [BaselineReading.Levels?]
        var qrs: Milliseconds?
        var conduction: Conduction
        var ageDays: Int
    }

    init(table: TriageTable, patient: Patient, baselines: [BaselineReading] = []) {
        self.table = table
        self.patient = patient
        elevationLimits = PageLeads.order.map { table.stElevation.limits(for: $0, of: patient) }
        neighbours = PageLeads.order.map { lead in
            PageLeads(PageLeads.order.filter { table.stElevation.areContiguous(lead, $0) })
        }
        self.baselines = baselines.sorted { $0.age < $1.age }.map { baseline in
            Baseline(
                levels: PageLeads.order.map { baseline.levels[$0] }, qrs: baseline.qrs,
                conduction: baseline.conduction, ageDays: baseline.ageDays)
        }
        reciprocal = Wall.allCases.map { wall in
            PageLeads(table.stElevation.reciprocal.filter { $0.wall == wall }.flatMap(\.leads))
        }
    }

    func elevationLimits(of reading: LeadReading) -> StElevationCriteria.PatientLimits? {
        elevationLimits[reading.position]
    }

    func neighbours(of reading: LeadReading) -> PageLeads { neighbours[reading.position] }

    /// The leads whose depression confirms an elevation of these walls.
    func reciprocalLeads(to walls: [Wall]) -> PageLeads {
        var leads: PageLeads = []
        for (index, wall) in Wall.allCases.enumerated() where walls.contains(wall) {
            leads.formUnion(reciprocal[index])
        }
        return leads
    }

    /// Whether two of the readings are of contiguous leads.
    func haveNeighbours(_ readings: [LeadReading]) -> Bool {
        let leads = readings.positions
        return readings.contains { !neighbours(of: $0).isDisjoint(with: leads) }
    }

    /// Whether two of the leads are contiguous.
    func haveNeighbours(_ leads: PageLeads) -> Bool {
        neighbours.indices.contains { leads.contains(PageLeads(at: $0)) && !neighbours[$0].isDisjoint(with: leads) }
    }

    /// Those of the readings that have a contiguous lead among them.
    func withNeighbours(_ readings: [LeadReading]) -> [LeadReading] {
        let leads = readings.positions
        return readings.filter { !neighbours(of: $0).isDisjoint(with: leads) }
    }
}

extension [LeadReading] {
    var positions: PageLeads {
        var leads: PageLeads = []
        for reading in self { leads.formUnion(PageLeads(at: reading.position)) }
        return leads
    }
    var leads: [Lead] { map(\.lead) }
}
