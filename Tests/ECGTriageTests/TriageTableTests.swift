import ECGModel
import ECGTriage
import Foundation
import Testing

@Suite struct TriageTableTests {
    @Test("The default table is valid, and every rule says what it rests on")
    func defaultTable() throws {
        try TriageTable.countyDefault.validate()
        for rule in TriageTable.countyDefault.rules {
            #expect(!rule.source.isEmpty)
            #expect(rule.id == rule.id.lowercased() && !rule.id.contains(" "))
        }
    }

    @Test("What nobody has checked is marked: all critical values of the consensus among it")
    func marks() {
        for rule in TriageTable.countyDefault.rules where rule.source.contains("consensus on critical values") {
            #expect(!rule.isVerified)
        }
        #expect(TriageTable.countyDefault.stElevation.confirmed.isVerified)
        #expect(!TriageTable.countyDefault.mimics.hypertrophy.rule.isVerified)
    }

    @Test("A table survives JSON, with units in the text")
    func roundTrip() throws {
        let json = try JSONEncoder().encode(TriageTable.countyDefault)
        #expect(try JSONDecoder().decode(TriageTable.self, from: json) == .countyDefault)
        let text = try #require(String(bytes: json, encoding: .utf8))
        #expect(text.contains(#""elevation":"0.25 mV""#))
        #expect(text.replacing("\\/", with: "/").contains(#""rate":"35.0 /min""#))
    }

    @Test(
        "A limit without its unit, or in another, is refused",
        arguments: ["0.25 uV", "0.25", "0.25mV", "mV", "0.25 mV ", "nan mV", "inf mV", ""])
    func units(_ limit: String) throws {
        let json = try JSONEncoder().encode(TriageTable.countyDefault)
        let text = try #require(String(bytes: json, encoding: .utf8)).replacing("0.25 mV", with: limit)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TriageTable.self, from: Data(text.utf8))
        }
    }

    struct Slip: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var error: TriageTableError
        var edit: @Sendable (inout TriageTable) -> Void
    }

    static let slips: [Slip] = [
        Slip(testDescription: "no version", error: .missingVersion) { $0.version = "" },
        Slip(testDescription: "no id", error: .emptyRule(position: 2)) { $0.stElevation.confirmed.id = "" },
        Slip(testDescription: "same id", error: .duplicateRule(id: "wellens")) { $0.tInversion.rule.id = "wellens" },
        Slip(testDescription: "no source", error: .missingSource(rule: "wellens")) { $0.wellens.rule.source = "" },
        Slip(
            testDescription: "microvolts",
            error: .outOfRange(entry: "stDepression.depression", value: 50, unit: "mV", allowed: 0.01...5)
        ) { $0.stDepression.depression = 50 },
        Slip(
            testDescription: "seconds",
            error: .outOfRange(entry: "criticalValues.longRR.duration", value: 5, unit: "ms", allowed: 20...60_000)
        ) { $0.criticalValues.longRR.duration = 5 },
        Slip(
            testDescription: "negative rate",
            error: .outOfRange(entry: "criticalValues.bradycardia.rate", value: -35, unit: "/min", allowed: 10...400)
        ) { $0.criticalValues.bradycardia.rate = -35 },
        Slip(
            testDescription: "no beats",
            error: .outOfRange(entry: "evidence.fewestBeats", value: 0, unit: "", allowed: 1...100)
        ) { $0.evidence.fewestBeats = 0 },
        Slip(
            testDescription: "pauses swapped",
            error: .outOfOrder(
                lower: "criticalValues.longRRWithSymptoms.duration", higher: "criticalValues.longRR.duration")
        ) { $0.criticalValues.longRRWithSymptoms.duration = 6000 },
        Slip(
            testDescription: "formula's scores swapped",
            error: .outOfOrder(
                lower: "mimics.earlyRepolarisation.fourVariableExclusion",
                higher: "mimics.earlyRepolarisation.fourVariableLimit")
        ) { $0.mimics.earlyRepolarisation.fourVariableExclusion = 19 },
        Slip(testDescription: "women forgotten", error: .noElevationLimit(lead: .v2)) { table in
            table.stElevation.limits.removeAll { $0.sex == .female && $0.leads.contains(.v2) }
        },
        Slip(testDescription: "ages reversed", error: .emptyAges(position: 0)) { table in
            table.stElevation.limits[0].belowAgeYears = 30
        },
        Slip(testDescription: "lead twice", error: .repeatedLead(entry: "stElevation.contiguous[2]", lead: .i)) {
            $0.stElevation.contiguous[2] = [.aVL, .i, .i]
        },
    ]

    @Test("A slip of the pen is refused with its entry named", arguments: slips)
    func validation(_ slip: Slip) {
        var table = TriageTable.countyDefault
        slip.edit(&table)
        #expect(throws: slip.error) { try table.validate() }
        #expect(!slip.error.description.isEmpty)
    }

    @Test("A rule without a priority is a finding that alerts nobody")
    func findingOnly() {
        var table = TriageTable.countyDefault
        table.stDepression.rule.priority = nil
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v5, .v6] { measurements.setST(lead, -0.1) }
        let triage = SyntheticReading.assess(measurements, table: table)
        #expect(triage.alerts.isEmpty)
        #expect(triage.hasFinding("st-depression"))
    }
}
