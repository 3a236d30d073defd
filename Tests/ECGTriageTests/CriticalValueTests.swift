import ECGModel
import ECGTriage
import Testing

@Suite struct CriticalValueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: String
        var rule: String
        var priority: AlarmPriority
        var at: @Sendable (inout Measurements) -> Void
        var beyond: @Sendable (inout Measurements) -> Void
        var patient = Patient()
    }

    static func run(beats: Int, rate: BeatsPerMinute, duration: Milliseconds) -> @Sendable (inout Measurements) -> Void
    {
        { measurements in
            measurements.rhythm.beatCount = 60
            measurements.rhythm.recent.wideComplexRunBeats = beats
            measurements.rhythm.recent.wideComplexRunRate = rate
            measurements.rhythm.recent.wideComplexRunDuration = duration
        }
    }

    static let cases: [Case] = [
        Case(
            testDescription: "ventricular fibrillation", code: "ventricular-fibrillation",
            rule: "ventricular-fibrillation", priority: .high, at: { $0.rhythm.recent.fibrillationDuration = 3000 },
            beyond: { $0.rhythm.recent.fibrillationDuration = 2999 }),
        Case(
            testDescription: "asystole", code: "asystole", rule: "asystole", priority: .high,
            at: { $0.rhythm.timeSinceLastBeat = 4000 }, beyond: { $0.rhythm.timeSinceLastBeat = 3999 }),
        Case(
            testDescription: "sustained ventricular tachycardia", code: "ventricular-tachycardia",
            rule: "sustained-ventricular-tachycardia", priority: .high,
            at: run(beats: 75, rate: 150, duration: 30_000), beyond: run(beats: 2, rate: 150, duration: 30_000)),
        Case(
            testDescription: "ventricular run", code: "ventricular-tachycardia", rule: "ventricular-run",
            priority: .medium, at: run(beats: 10, rate: 150, duration: 29_999),
            beyond: run(beats: 2, rate: 150, duration: 29_999)),
        Case(
            testDescription: "ventricular salvo", code: "ventricular-tachycardia", rule: "ventricular-salvo",
            priority: .low, at: run(beats: 3, rate: 100, duration: 1200),
            beyond: run(beats: 3, rate: 99, duration: 1200)),
        Case(
            testDescription: "supraventricular tachycardia", code: "supraventricular-tachycardia",
            rule: "supraventricular-tachycardia", priority: .high, at: { $0.rhythm.recent.sustainedHighRate = 200 },
            beyond: { $0.rhythm.recent.sustainedHighRate = 199 }),
        Case(
            testDescription: "pre-excited fibrillation", code: "preexcited-fibrillation",
            rule: "preexcited-fibrillation", priority: .high,
            at: {
                $0.rhythm.current = .atrialFibrillation
                $0.conduction.isPreexcited = true
                $0.rhythm.recent.shortestRR = 250
            },
            beyond: {
                $0.rhythm.current = .atrialFibrillation
                $0.conduction.isPreexcited = true
                $0.rhythm.recent.shortestRR = 251
            }),
        Case(
            testDescription: "severe bradycardia", code: "severe-bradycardia", rule: "severe-bradycardia",
            priority: .high, at: { $0.rhythm.recent.sustainedLowRate = 35 },
            beyond: { $0.rhythm.recent.sustainedLowRate = 35.1 }),
        Case(
            testDescription: "pause without symptoms", code: "ventricular-pause", rule: "long-rr", priority: .high,
            at: { $0.rhythm.recent.longestRR = 5000 }, beyond: { $0.rhythm.recent.longestRR = 4999 }),
        Case(
            testDescription: "pause with symptoms", code: "ventricular-pause", rule: "long-rr-with-symptoms",
            priority: .medium, at: { $0.rhythm.recent.longestRR = 3000 }, beyond: { $0.rhythm.recent.longestRR = 2999 },
            patient: Patient(chiefComplaint: "syncope")),
        Case(
            testDescription: "QTc", code: "critical-qtc", rule: "critical-qtc", priority: .medium,
            at: { $0.intervals.qtcBazett = 550 }, beyond: { $0.intervals.qtcBazett = 549 }),
    ]

    @Test("Every critical value alerts at its limit and not beyond it", arguments: cases)
    func boundary(_ test: Case) throws {
        var measurements = SyntheticReading.normal()
        test.at(&measurements)
        let triage = SyntheticReading.assess(measurements, patient: test.patient)
        #expect(triage.alerts.count == 1)
        let alert = try #require(triage.alert(test.code))
        #expect(alert.priority == test.priority)
        #expect(alert.finding.rule.rule == test.rule)
        #expect(!alert.finding.rule.isVerified)
        #expect(alert.finding.evidence.first?.limit != nil)

        measurements = SyntheticReading.normal()
        test.beyond(&measurements)
        #expect(SyntheticReading.assess(measurements, patient: test.patient).alerts.isEmpty)
    }

    @Test("A healthy rhythm raises nothing")
    func healthy() {
        let triage = SyntheticReading.assess(SyntheticReading.normal())
        #expect(triage.alerts.isEmpty)
        #expect(triage.findings.isEmpty)
    }

    @Test("Ventricular tachycardia that fills a short recording is sustained")
    func wholeRecording() {
        var measurements = SyntheticReading.normal()
        measurements.rhythm.current = .wideComplexTachycardia
        measurements.rhythm.beatCount = 28
        measurements.rhythm.recent.wideComplexRunBeats = 28
        measurements.rhythm.recent.wideComplexRunRate = 170
        measurements.rhythm.recent.wideComplexRunDuration = 9600
        var triage = Triage(table: .countyDefault, patient: Patient())
        let alert = triage.assess(measurements).first
        #expect(alert?.priority == .high)
        #expect(alert?.finding.evidence.contains(Evidence("Duration", Milliseconds(9600), limit: 5000)) == true)
    }

    @Test("A wide tachycardia is not called supraventricular")
    func wide() {
        var measurements = SyntheticReading.normal()
        measurements.rhythm.recent.sustainedHighRate = 220
        measurements.rhythm.recent.sustainedHighRateIsNarrow = false
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
    }

    @Test("Asystole brings no second alert for its pause and its low mean rate")
    func implied() {
        var triage = Triage(table: .countyDefault, patient: Patient())
        var measurements = SyntheticReading.normal(atSecond: 5)
        measurements.rhythm.timeSinceLastBeat = 4200
        #expect(triage.assess(measurements).map(\.code) == ["asystole"])
        measurements = SyntheticReading.normal(atSecond: 8)
        measurements.rhythm.recent.longestRR = 5600
        measurements.rhythm.recent.sustainedLowRate = 30
        #expect(triage.assess(measurements).isEmpty)
    }

    @Test("Fibrillation after tachycardia is an alert of its own")
    func worseCondition() {
        var triage = Triage(table: .countyDefault, patient: Patient())
        var measurements = SyntheticReading.normal(atSecond: 40)
        Self.run(beats: 80, rate: 180, duration: 31_000)(&measurements)
        #expect(triage.assess(measurements).map(\.code) == ["ventricular-tachycardia"])
        measurements.sampleCount += 5 * 500
        measurements.rhythm.recent.fibrillationDuration = 4000
        #expect(triage.assess(measurements).map(\.code) == ["ventricular-fibrillation"])
    }

    @Test("A province's limits are edits of the table")
    func provincial() throws {
        var table = TriageTable.countyDefault
        table.version = "shanxi 2017"
        table.criticalValues.supraventricularTachycardia.rate = 180
        table.criticalValues.longQTc.duration = 500
        try table.validate()
        var measurements = SyntheticReading.normal()
        measurements.rhythm.recent.sustainedHighRate = 185
        measurements.intervals.qtcBazett = 510
        let triage = SyntheticReading.assess(measurements, table: table)
        #expect(Set(triage.alerts.map(\.code)) == ["supraventricular-tachycardia", "critical-qtc"])
        #expect(triage.alerts.allSatisfy { $0.finding.rule.tableVersion == "shanxi 2017" })
    }

    @Test("Asystole in a single lead may be its electrode and asks for a prompt reading only")
    func asystoleOfOneLead() {
        func priority(_ leads: [Lead]) -> AlarmPriority? {
            var measurements = SyntheticReading.normal(leads: leads)
            measurements.rhythm.timeSinceLastBeat = 4000
            return SyntheticReading.assess(measurements).alert("asystole")?.priority
        }
        #expect(priority([.ii]) == .medium)
        #expect(priority([.ii, .v5]) == .high)
    }

    @Test("A long QT interval is believed of six leads and three assessments in a row")
    func longQTNeedsEvidence() {
        var few = SyntheticReading.normal(leads: [.ii, .v1, .v2, .v3, .v4])
        few.intervals.qtcBazett = 600
        #expect(SyntheticReading.assess(few).alerts.isEmpty)

        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var measurements = SyntheticReading.normal()
        measurements.intervals.qtcBazett = 600
        for second in 1...3 {
            measurements.sampleCount = second * 500
            #expect(triage.assess(measurements).isEmpty == (second < 3))
        }
    }

    @Test("A signal that cannot be read never pages; the hospital hears of it when the recording has ended")
    func unusable() {
        var measurements = SyntheticReading.normal()
        measurements.recordingQuality.verdict = .unusable
        measurements.rhythm.recent.fibrillationDuration = 9000
        for lead in [Lead.ii, .aVF] { measurements.setST(lead, 0.4) }
        let triage = SyntheticReading.assess(measurements)
        #expect(
            Set(triage.alerts.map(\.code)) == [
                "acute-coronary-syndrome", "ventricular-fibrillation", "signal-unusable",
            ])
        #expect(triage.alerts.allSatisfy { $0.priority < .high })
        #expect(triage.alert("signal-unusable")?.priority == .low)
        #expect(triage.hasFinding("signal-unusable"))

        var live = Triage(table: .countyDefault, patient: Patient())
        var noisy = SyntheticReading.normal()
        noisy.recordingQuality.verdict = .unusable
        for second in 1...9 {
            noisy.sampleCount = second * 500
            #expect(live.assess(noisy).isEmpty)
        }
        noisy.isFinal = true
        #expect(live.assess(noisy).map(\.code) == ["signal-unusable"])
    }
}
