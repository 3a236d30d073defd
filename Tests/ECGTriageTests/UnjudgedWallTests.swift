import ECGModel
import ECGSignal
import ECGSimulator
import ECGTriage
import Testing

@Suite("A wall that cannot be judged is told")
struct UnjudgedWallTests {
    private static func sentences(_ triage: Triage) -> [String] {
        triage.findings.filter { $0.code == "infarction-not-judged" }.map(\.text)
    }

    struct Recorded: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var leads: [Lead]
        var sentence: String?
    }

    static let recorded: [Recorded] = [
        Recorded(testDescription: "twelve", leads: Lead.standardTwelve, sentence: nil),
        Recorded(
            testDescription: "eight, from which the others follow", leads: [.i, .ii] + Lead.precordial, sentence: nil),
        Recorded(
            testDescription: "no chest leads", leads: Lead.limb,
            sentence: "Infarction of the anterior wall cannot be judged, of the lateral wall only in part: V1-V6 were "
                + "not recorded or not named."),
        Recorded(
            testDescription: "limb leads and V5 and V6", leads: Lead.limb + [.v5, .v6],
            sentence: "Infarction of the anterior wall cannot be judged: V1-V4 were not recorded or not named."),
        Recorded(
            testDescription: "chest leads alone", leads: Lead.precordial,
            sentence: "Infarction of the inferior wall cannot be judged, of the lateral wall only in part: I, II, III, "
                + "aVL and aVF were not recorded or not named."),
        Recorded(
            testDescription: "all but V6", leads: Lead.standardTwelve.filter { $0 != .v6 },
            sentence: "Infarction of the lateral wall can be judged only in part: V6 was not recorded or not named."),
        Recorded(
            testDescription: "II", leads: [.ii],
            sentence: "Infarction cannot be judged: I, III, aVL, aVF and V1-V6 were not recorded or not named."),
        Recorded(
            testDescription: "fewer leads than are judged", leads: [.ii, .iii, .aVF, .v2, .v4],
            sentence: "Infarction cannot be judged: I, aVL, V1, V3, V5 and V6 were not recorded or not named."),
        Recorded(
            testDescription: "twelve without a name", leads: Array(repeating: .unspecified, count: 12),
            sentence: "Infarction cannot be judged: I, II, III, aVL, aVF and V1-V6 were not recorded or not named."),
    ]

    @Test("Which leads a reading lacks, and which wall it does not see, without an alert", arguments: recorded)
    func missingLeads(_ test: Recorded) throws {
        let triage = SyntheticReading.assess(SyntheticReading.normal(leads: test.leads))
        #expect(Self.sentences(triage) == [test.sentence].compactMap { $0 })
        #expect(triage.alerts.isEmpty)
        if let sentence = test.sentence {
            let leads = try #require(triage.findings.first { $0.text == sentence }).leads
            #expect(!leads.isEmpty && Set(leads).isDisjoint(with: test.leads) && !leads.contains(.aVR))
        }
    }

    @Test("Leads that were recorded and cannot be read are told apart from those that were not recorded")
    func unreadable() {
        var measurements = SyntheticReading.normal(leads: Lead.standardTwelve.filter { $0 != .v1 })
        for lead in [Lead.v3, .v4] { measurements.setQuality(lead) { ($0.problems, $0.score) = (.leadOff, 0) } }
        #expect(
            Self.sentences(SyntheticReading.assess(measurements)) == [
                "Infarction of the anterior wall cannot be judged: V1 was not recorded or not named; V3 and V4 could "
                    + "not be read."
            ])
        // An arm's electrode is off: what follows from I cannot be read either.
        measurements = SyntheticReading.normal(leads: [.i, .ii] + Lead.precordial)
        measurements.setQuality(.i) { ($0.problems, $0.score) = (.leadOff, 0) }
        #expect(
            Self.sentences(SyntheticReading.assess(measurements)) == [
                "Infarction of the inferior wall cannot be judged, of the lateral wall only in part: I, III, aVL and "
                    + "aVF could not be read."
            ])
    }

    @Test("Of a signal that as a whole cannot be read only what was never recorded is told beside")
    func unusable() {
        var measurements = SyntheticReading.normal()
        for lead in measurements.leads { measurements.setQuality(lead) { ($0.problems, $0.score) = (.muscle, 0) } }
        measurements.recordingQuality.verdict = .unusable
        #expect(Self.sentences(SyntheticReading.assess(measurements)) == [])
        measurements = SyntheticReading.normal(leads: Lead.limb)
        measurements.recordingQuality.verdict = .unusable
        #expect(Self.sentences(SyntheticReading.assess(measurements)).count == 1)
    }

    @Test("Too few beats of one shape judge no wall")
    func beats() {
        var measurements = SyntheticReading.normal()
        measurements.averagedBeatCount = 1
        #expect(
            Self.sentences(SyntheticReading.assess(measurements)) == [
                "Infarction cannot be judged: too few beats are alike."
            ])
    }

    @Test("A site that wants to be alerted of it is when the recording has ended, not while beats are still to come")
    func alerting() {
        var table = TriageTable.countyDefault
        table.evidence.unjudgedWalls.priority = .low
        var triage = Triage(table: table, patient: Patient())
        var measurements = SyntheticReading.normal(leads: Lead.limb)
        for second in 1...10 {
            measurements.sampleCount = second * 500
            #expect(triage.assess(measurements).isEmpty)
        }
        measurements.isFinal = true
        #expect(triage.assess(measurements).map(\.code) == ["infarction-not-judged"])
    }

    @Test("A simulated infarct is alerted where its leads are named, and never silent where they are not")
    func simulated() throws {
        var simulation = Simulation(
            scenario: try #require(Scenario.named("anterior-stemi")), seed: 1, samplingRate: 500)
        let samples = simulation.next(12 * 500)
        let named = triage(samples, channels: simulation.channels, rate: 500, patient: simulation.patient)
        #expect(named.coronary != nil && Self.sentences(named) == [])
        let unnamed = simulation.channels.map {
            Channel(lead: .unspecified, label: $0.label, nanovoltsPerCount: $0.nanovoltsPerCount, baseline: $0.baseline)
        }
        let blind = triage(samples, channels: unnamed, rate: 500, patient: simulation.patient)
        #expect(blind.coronary == nil && Self.sentences(blind).count == 1)
    }
}
