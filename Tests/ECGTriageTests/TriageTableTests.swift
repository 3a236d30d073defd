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

    @Test("Every number of the table that ships says where it comes from and whether that was checked")
    func origins() {
        let table = TriageTable.countyDefault
        #expect(table.criteria.count > 100)
        #expect(Set(table.criteria.map(\.name)).count == table.criteria.count)
        for criterion in table.criteria {
            #expect(table.origin(of: criterion) != nil, "\(criterion.name) has no origin")
        }
        // Nobody has checked a paper from memory, nor what somebody chose.
        for origin in table.origins where origin.source.contains("memory") || origin.source.contains("chosen") {
            #expect(!origin.isVerified, "\(origin.criterion)")
        }
        func isVerified(_ name: String) -> Bool? {
            table.criteria.first { $0.name == name }.flatMap(table.origin)?.isVerified
        }
        #expect(isVerified("stElevation.limits[0].elevation") == true)
        #expect(isVerified("posterior.broadR") == true)
        #expect(isVerified("posterior.depression") == false)
        #expect(isVerified("wellens.deepInversion") == false)
        #expect(isVerified("criticalValues.bradycardia.rate") == false)
    }

    /// A rule's mark speaks of the digits that its source prints; what the table chose beside them the source admits.
    @Test("A rule is marked as checked where its printed digits were, and admits what was chosen beside them")
    func marksOfRules() throws {
        let table = TriageTable.countyDefault
        var judged = 0
        func judge(_ row: [String: Any], _ place: String) throws {
            for (name, value) in row {
                guard let object = value as? [String: Any] else { continue }
                guard let id = object["id"] as? String else {
                    try judge(object, place.isEmpty ? name : "\(place).\(name)")
                    continue
                }
                let rule = try #require(table.rules.first { $0.id == id })
                let origins = table.criteria.filter { $0.name.hasPrefix("\(place).") }.compactMap(table.origin)
                guard !origins.isEmpty else { continue }
                let isPrintedAndChecked =
                    origins.contains(where: \.isVerified) && !origins.contains { $0.source.contains("memory") }
                #expect(rule.isVerified == isPrintedAndChecked, "\(id)")
                if rule.isVerified, !origins.allSatisfy(\.isVerified) {
                    #expect(rule.source.contains("chosen by this table"), "\(id)")
                }
                judged += 1
            }
        }
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(table))
        try judge(#require(json as? [String: Any]), "")
        #expect(judged > 40)
    }

    @Test("Every number in the table's JSON is among its criteria")
    func complete() throws {
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(TriageTable.countyDefault))
        func numbers(_ value: Any, _ name: String) -> [String] {
            if let object = value as? [String: Any] {
                return object.flatMap { numbers($0.value, name.isEmpty ? $0.key : "\(name).\($0.key)") }
            }
            if let list = value as? [Any] { return list.enumerated().flatMap { numbers($1, "\(name)[\($0)]") } }
            if let text = value as? String {
                return Double(text.split(separator: " ").first ?? "") == nil ? [] : [name]
            }
            return name.hasSuffix("isVerified") || name.hasSuffix("AgeYears") ? [] : [name]
        }
        let listed = Set(TriageTable.countyDefault.criteria.map(\.name))
        #expect(Set(numbers(json, "")) == listed)
    }

    @Test("A table from before a section was added is filled from the default; a section that always was is asked for")
    func olderTable() throws {
        var fields = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(TriageTable.countyDefault)) as? [String: Any])
        for added in [
            "shape", "formulas", "evolvingInfarction", "hyperacuteT", "comparison", "serialChange", "origins",
        ] {
            #expect(fields.removeValue(forKey: added) != nil)
        }
        var evidence = try #require(fields["evidence"] as? [String: Any])
        #expect(evidence.removeValue(forKey: "unjudgedWalls") != nil)
        fields["evidence"] = evidence
        fields["version"] = "our-county 2026.1"
        let older = try JSONDecoder().decode(
            TriageTable.self, from: JSONSerialization.data(withJSONObject: fields))
        try older.validate()
        #expect(older.version == "our-county 2026.1")
        #expect(older.comparison == TriageTable.countyDefault.comparison)
        #expect(older.evidence == TriageTable.countyDefault.evidence)
        #expect(older.origins.isEmpty)

        fields["wellens"] = nil
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TriageTable.self, from: JSONSerialization.data(withJSONObject: fields))
        }
    }

    @Test("At another operating point the limits of ST deviation move and nothing else")
    func operatingPoint() throws {
        let table = TriageTable.countyDefault
        let scaled = table.scalingSTLimits(by: 2)
        #expect(scaled.stElevation.limits.map(\.elevation) == table.stElevation.limits.map { $0.elevation * 2 })
        #expect(scaled.stDepression.depression == table.stDepression.depression * 2)
        #expect(scaled.mimics == table.mimics && scaled.criticalValues == table.criticalValues)
        #expect(scaled.tInversion == table.tInversion && scaled.wellens == table.wellens)
        #expect(table.scalingSTLimits(by: 1) == table)
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
        Slip(testDescription: "no id", error: .emptyRule(position: 3)) { $0.stElevation.confirmed.id = "" },
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
        Slip(testDescription: "origin of nothing", error: .unknownCriterion(name: "posterior.broad")) {
            $0.origins[0].criterion = "posterior.broad"
        },
        Slip(
            testDescription: "settled at once",
            error: .outOfRange(entry: "comparison.settledAfterDays", value: 0, unit: "", allowed: 1...3650)
        ) { $0.comparison.settledAfterDays = 0 },
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

    static let silencing: [Slip] = [
        Slip(testDescription: "no contiguous leads", error: .noNeighbour(lead: .i)) { $0.stElevation.contiguous = [] },
        Slip(testDescription: "a row of contiguous leads forgotten", error: .noNeighbour(lead: .ii)) { table in
            table.stElevation.contiguous.removeAll { $0.contains(.aVF) }
        },
        Slip(testDescription: "no opposite leads", error: .emptyList(entry: "stElevation.reciprocal of inferior")) {
            $0.stElevation.reciprocal = []
        },
        Slip(
            testDescription: "no leads in pacing", error: .emptyList(entry: "sgarbossa.depressionLeadsInPacing")
        ) { $0.sgarbossa.depressionLeadsInPacing = [] },
        Slip(testDescription: "infarct low", error: .priorityTooLow(entry: "rule stemi", least: .high)) {
            $0.stElevation.confirmed.priority = .low
        },
        Slip(
            testDescription: "fibrillation low",
            error: .priorityTooLow(entry: "rule ventricular-fibrillation", least: .high)
        ) { $0.criticalValues.ventricularFibrillation.rule.priority = .low },
        Slip(testDescription: "asystole without", error: .priorityTooLow(entry: "rule asystole", least: .high)) {
            $0.criticalValues.asystole.rule.priority = nil
        },
        Slip(testDescription: "unconfirmed low", error: .priorityTooLow(entry: "rule st-elevation", least: .medium)) {
            $0.stElevation.unconfirmed.priority = .low
        },
        Slip(
            testDescription: "all low in a poor signal",
            error: .priorityTooLow(entry: "evidence.priorityOnUnusableSignal", least: .medium)
        ) { $0.evidence.priorityOnUnusableSignal = .low },
        Slip(
            testDescription: "more leads than there are",
            error: .outOfRange(entry: "evidence.fewestLeads", value: 13, unit: "", allowed: 1...12)
        ) { $0.evidence.fewestLeads = 13 },
        Slip(
            testDescription: "no infarct is so high",
            error: .outOfRange(entry: "stElevation.limits[3].elevation", value: 2, unit: "mV", allowed: 0.01...0.5)
        ) { $0.stElevation.limits[3].elevation = 2 },
    ]

    @Test("What would leave an infarction or a fibrillation unalerted is not put into force", arguments: silencing)
    func enforcing(_ slip: Slip) throws {
        try TriageTable.countyDefault.validateForEnforcing()
        var table = TriageTable.countyDefault
        slip.edit(&table)
        // What a site has in force already it keeps.
        try table.validate()
        #expect(throws: slip.error) { try table.validateForEnforcing() }
        #expect(!slip.error.description.isEmpty)
    }

    @Test("Higher priorities than the floor, and none where no life hangs on it, are the site's to choose")
    func choices() throws {
        var table = TriageTable.countyDefault
        table.stElevation.unconfirmed.priority = .high
        table.posterior.rule.priority = .medium
        table.stDepression.rule.priority = nil
        table.criticalValues.ventricularSalvo.rule.priority = nil
        try table.validateForEnforcing()
    }

    @Test("A field that no table has is found at every depth, with its place")
    func unknownFields() throws {
        let json = try JSONEncoder().encode(TriageTable.countyDefault)
        let known = try JSONDecoder().decode(WrittenFields.self, from: json)
        let text = try #require(String(bytes: json, encoding: .utf8))
        func firstUnknown(_ old: String, _ new: String) throws -> String? {
            #expect(text.contains(old), "\(old)")
            return try JSONDecoder().decode(WrittenFields.self, from: Data(text.replacing(old, with: new).utf8))
                .firstUnknown(knowing: known)
        }
        #expect(try firstUnknown("\"sex\"", "\"sex\"") == nil)
        #expect(try firstUnknown("\"sex\"", "\"Sex\"") == "stElevation.limits[0].Sex")
        #expect(try firstUnknown("\"belowAgeYears\"", "\"belowAge\"") == "stElevation.limits[1].belowAge")
        #expect(try firstUnknown("\"wellens\"", "\"welens\"") == "welens")
        #expect(try firstUnknown("\"priority\"", "\"Priority\"")?.hasSuffix(".Priority") == true)
        // Nothing that is named is nothing.
        #expect(try firstUnknown("\"sex\":\"male\"", "\"Sex\":null") == nil)
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
