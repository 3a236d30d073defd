import ECGModel
import ECGTriage
import Testing

@Suite struct StElevationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var leads: [Lead]
        var sex: Patient.Sex
        var age: Int
        var limit: Millivolts
        var testDescription: String { "\(leads) \(sex) \(age): \(limit)" }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        let others: [[Lead]] = [[.v4, .v5], [.v5, .v6], [.ii, .aVF], [.aVF, .iii], [.i, .aVL]]
        for (sex, age, v2v3, right, posterior): (Patient.Sex, Int, Millivolts, Millivolts, Millivolts) in [
            (.male, 29, 0.25, 0.10, 0.10), (.male, 30, 0.25, 0.05, 0.10), (.male, 39, 0.25, 0.05, 0.10),
            (.male, 40, 0.20, 0.05, 0.05), (.female, 29, 0.15, 0.05, 0.05), (.female, 70, 0.15, 0.05, 0.05),
        ] {
            cases.append(Case(leads: [.v2, .v3], sex: sex, age: age, limit: v2v3))
            for leads in others { cases.append(Case(leads: leads, sex: sex, age: age, limit: 0.10)) }
            cases.append(Case(leads: [.v3R, .v4R], sex: sex, age: age, limit: right))
            cases.append(Case(leads: [.v8, .v9], sex: sex, age: age, limit: posterior))
        }
        return cases
    }()

    static let extended = Lead.standardTwelve + [.v3R, .v4R, .v8, .v9]

    @Test("A straight elevation at the limit of lead, sex and age is high", arguments: cases)
    func atLimit(_ test: Case) throws {
        var measurements = SyntheticReading.normal(leads: Self.extended)
        for lead in test.leads { measurements.setST(lead, test.limit) }
        let triage = SyntheticReading.assess(measurements, patient: Patient(sex: test.sex, ageYears: test.age))
        let alert = try #require(triage.coronary)
        #expect(alert.priority == .high)
        #expect(Set(alert.finding.leads) == Set(test.leads))
        #expect(alert.finding.rule.rule == "stemi")
        #expect(alert.finding.rule.tableVersion == TriageTable.countyDefault.version)
        for lead in test.leads {
            #expect(
                alert.finding.evidence.contains(Evidence("ST at J", lead: lead, test.limit, limit: test.limit)))
        }
    }

    @Test("Just below the limit nobody is alerted", arguments: cases)
    func belowLimit(_ test: Case) {
        var measurements = SyntheticReading.normal(leads: Self.extended)
        for lead in test.leads { measurements.setST(lead, test.limit - 0.001) }
        let triage = SyntheticReading.assess(measurements, patient: Patient(sex: test.sex, ageYears: test.age))
        #expect(triage.alerts.isEmpty)
    }

    @Test(
        "Leads that are not neighbours are no pair",
        arguments: [[Lead.v1, .v3], [.ii, .iii], [.i, .v6], [.aVL, .ii], [.v6, .i], [.v3]])
    func notContiguous(_ leads: [Lead]) {
        var measurements = SyntheticReading.normal()
        for lead in leads { measurements.setST(lead, 0.3) }
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }

    @Test("An unknown sex or age takes the highest limit for high and the lowest for medium")
    func unknownPatient() {
        func priority(_ level: Millivolts, _ patient: Patient) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            measurements.setST(.v2, level)
            measurements.setST(.v3, level)
            return SyntheticReading.assess(measurements, patient: patient).coronary?.priority
        }
        #expect(priority(0.149, Patient()) == nil)
        #expect(priority(0.15, Patient()) == .medium)
        #expect(priority(0.249, Patient()) == .medium)
        #expect(priority(0.25, Patient()) == .high)
        #expect(priority(0.20, Patient(ageYears: 60)) == .high)
        #expect(priority(0.19, Patient(sex: .male)) == nil)
        #expect(priority(0.20, Patient(sex: .male)) == .medium)
        #expect(priority(0.15, Patient(sex: .female)) == .high)
    }

    @Test("Evidence names the limit that was passed, and every number is beyond its limit", arguments: [0.167, 0.26])
    func limitInEvidence(_ level: Double) throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v2, .v3] { measurements.setST(lead, Millivolts(level)) }
        let alert = try #require(SyntheticReading.assess(measurements, patient: Patient()).coronary)
        let levels = alert.finding.evidence.filter { $0.name == "ST at J" }
        #expect(levels.count == 2)
        #expect(levels.allSatisfy { $0.limit == (alert.priority == .high ? 0.25 : 0.15) })
        #expect(levels.allSatisfy { $0.value >= $0.limit ?? .infinity })
    }

    @Test("A notch that reaches the limit only at J is no elevation")
    func notch() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF] {
            measurements.setST(lead, 0.2)
            measurements.change(lead) { $0.st40 = 0.07 }
        }
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }

    @Test("Concave elevation without a confirming sign is medium, with reciprocal depression high")
    func reciprocal() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF, .iii] { measurements.setConcaveST(lead, 0.15) }
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
        measurements.setST(.aVL, -0.05)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.evidence.contains { $0.name == "Reciprocal ST at J" && $0.lead == .aVL })
        #expect(
            alert.finding.text
                == "ST elevation in II, III, aVF (up to 0.15 mV at J in II): suspected acute inferior infarction.")
    }

    @Test("A straight segment on its steep way into the T wave confirms nothing")
    func steep() {
        func priority(rise: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v4, .v5] { measurements.setST(lead, 0.12, rise: rise) }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priority(rise: 0.08) == .high)
        #expect(priority(rise: 0.1) == .medium)
    }

    @Test("One infarct is one alert, however many rules speak")
    func oneAlert() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF, .iii] { measurements.setST(lead, 0.2) }
        for lead in [Lead.i, .aVL, .v1, .v2, .v3] { measurements.setST(lead, -0.12) }
        let triage = SyntheticReading.assess(measurements)
        #expect(triage.alerts.count == 1)
        let alert = try #require(triage.coronary)
        #expect(alert.finding.rule.rule == "stemi")
        #expect(alert.finding.evidence.contains { $0.lead == .v2 && $0.value == -0.12 })
        #expect(triage.hasFinding("st-depression"))
    }

    @Test("A right ventricle that takes part is named in the evidence")
    func rightVentricle() throws {
        var measurements = SyntheticReading.normal()
        measurements.setST(.ii, 0.15)
        measurements.setST(.iii, 0.25)
        measurements.setST(.aVF, 0.2)
        measurements.setST(.v1, 0.08)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.finding.evidence.contains { $0.name.contains("right ventricle") })
    }

    @Test("The noise of a lead widens its limit by one standard error")
    func noiseMargin() {
        func priority(noise: Microvolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.ii, .aVF] {
                measurements.setST(lead, 0.115)
                measurements.setQuality(lead) { $0.noise = noise }
            }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        // Nine averaged beats: the standard error is a third of the noise.
        #expect(priority(noise: 40) == .high)
        #expect(priority(noise: 50) == .medium)
    }

    @Test("Unusable leads are no evidence")
    func unusableLeads() {
        for spoil in [SignalProblems.leadOff, .saturated] {
            var measurements = SyntheticReading.normal()
            measurements.setST(.ii, 0.4)
            measurements.setST(.aVF, 0.4)
            measurements.setQuality(.aVF) { $0.problems = spoil }
            #expect(SyntheticReading.assess(measurements).coronary == nil)
        }
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .iii, .aVF] {
            measurements.setST(lead, 0.4)
            measurements.setQuality(lead) { $0.score = 0.49 }
        }
        #expect(SyntheticReading.assess(measurements).coronary == nil)
    }

    @Test("Missing limb leads follow from I and II")
    func eightLeads() throws {
        var measurements = SyntheticReading.normal(leads: [.i, .ii] + Lead.precordial)
        measurements.setST(.i, -0.1)
        measurements.setST(.ii, 0.15)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.leads == [.ii, .iii, .aVF])
    }

    @Test("Recordings of few leads never speak of ST", arguments: [[Lead.ii], [.v5, .ii], [.ii, .aVF, .iii]])
    func fewLeads(_ leads: [Lead]) {
        var measurements = SyntheticReading.normal(leads: leads)
        for lead in leads { measurements.setST(lead, 0.5) }
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
        measurements.conduction.isPaced = true
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
    }
}
