import ECGModel
import ECGTriage
import Testing

@Suite struct TriageTests {
    static func infarct(_ level: Millivolts) -> Measurements {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF, .iii] { measurements.setST(lead, level) }
        return measurements
    }

    @Test("A pattern alerts when three assessments agree, and is proposed once")
    func persistence() {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var measurements = Self.infarct(0.2)
        var proposedAt: [Int] = []
        for second in 1...30 {
            measurements.sampleCount = second * 500
            for proposal in triage.assess(measurements) {
                #expect(proposal.atSample == second * 500)
                proposedAt.append(second)
            }
        }
        measurements.isFinal = true
        #expect(triage.assess(measurements).isEmpty)
        #expect(proposedAt == [3])
    }

    @Test("Two assessments of three prove nothing")
    func interrupted() {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        for second in 1...30 {
            var measurements = second % 3 == 0 ? SyntheticReading.normal() : Self.infarct(0.2)
            measurements.sampleCount = second * 500
            #expect(triage.assess(measurements).isEmpty)
        }
    }

    @Test("Asking again about the same sample counts once")
    func sameSample() {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        let measurements = Self.infarct(0.2)
        for _ in 1...5 { #expect(triage.assess(measurements).isEmpty) }
    }

    @Test("The last assessment decides alone, with two averaged beats at least")
    func final() {
        for (beats, isFinal, alerts) in [(2, true, 1), (1, true, 0)] {
            var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
            var measurements = Self.infarct(0.2)
            measurements.averagedBeatCount = beats
            measurements.isFinal = isFinal
            #expect(triage.assess(measurements).count == alerts)
        }
        var live = Self.infarct(0.2)
        live.averagedBeatCount = 2
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        for second in 1...9 {
            live.sampleCount = second * 500
            #expect(triage.assess(live).isEmpty)
        }
    }

    @Test("Worsening proposes the same code again, once; getting better changes nothing")
    func worsening() throws {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var concave = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF, .iii] { concave.setConcaveST(lead, 0.15) }
        var reciprocal = concave
        reciprocal.setST(.aVL, -0.1)
        var proposals: [AlertProposal] = []
        for second in 1...40 {
            var measurements = (11...20).contains(second) ? reciprocal : concave
            measurements.sampleCount = second * 500
            proposals += triage.assess(measurements)
        }
        #expect(proposals.map(\.priority) == [.medium, .high])
        #expect(proposals.map(\.code) == ["acute-coronary-syndrome", "acute-coronary-syndrome"])
        #expect(proposals.map(\.atSample) == [3 * 500, 13 * 500])
        #expect(triage.alerts.count == 1)
        #expect(triage.alerts.first?.priority == .high)
    }

    /// An infarction's pattern of twenty seconds, its absence, and the pattern again.
    static func recurrence(
        absentSeconds: Int, meanwhile: Measurements = SyntheticReading.normal()
    ) -> [AlertProposal] {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var proposals: [AlertProposal] = []
        for second in 1...(absentSeconds + 40) {
            var measurements = (21...(20 + absentSeconds)).contains(second) ? meanwhile : infarct(0.2)
            measurements.sampleCount = second * 500
            proposals += triage.assess(measurements)
        }
        #expect(triage.alerts.count == 1)
        return proposals
    }

    @Test("What has been absent for minutes is proposed again, what flickers is not")
    func recurring() {
        #expect(Self.recurrence(absentSeconds: 299).map(\.atSample) == [3 * 500])
        #expect(Self.recurrence(absentSeconds: 300).map(\.atSample) == [3 * 500, 323 * 500])
    }

    @Test("While nothing can be read nothing is absent")
    func unreadable() {
        var meanwhile = SyntheticReading.normal()
        meanwhile.recordingQuality.verdict = .unusable
        #expect(Self.recurrence(absentSeconds: 900, meanwhile: meanwhile).count == 1)
    }

    @Test("The kept alert grows with its territory without a new proposal")
    func growing() throws {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var measurements = Self.infarct(0.2)
        var proposals = 0
        for second in 1...20 {
            if second == 10 { for lead in [Lead.v5, .v6] { measurements.setST(lead, 0.2) } }
            measurements.sampleCount = second * 500
            proposals += triage.assess(measurements).count
        }
        #expect(proposals == 1)
        let alert = try #require(triage.coronary)
        #expect(alert.finding.leads == [.ii, .iii, .aVF, .v5, .v6])
        #expect(alert.finding.text.contains("inferolateral"))
    }

    /// A linear congruential generator (Knuth's MMIX constants): reproducible disorder.
    struct Disorder {
        var state: UInt64
        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(UInt64(1) << 53)
        }
    }

    static func disorder(_ seed: UInt64) -> [Measurements] {
        var random = Disorder(state: seed)
        return (1...20).map { second in
            var measurements = SyntheticReading.normal(atSecond: second)
            for lead in measurements.leads {
                measurements.setST(lead, Millivolts(random.next() - 0.5), rise: Millivolts(random.next() - 0.5))
                measurements.change(lead) { waves in
                    waves.r = random.next() < 0.1 ? nil : Millivolts(random.next() * 3)
                    waves.s = random.next() < 0.1 ? nil : Millivolts(-random.next() * 3)
                    waves.t = random.next() < 0.1 ? nil : Millivolts(random.next() * 2 - 1)
                    if random.next() < 0.05 { waves.st40 = nil }
                    if random.next() < 0.02 { waves.stJ = Millivolts(.nan) }
                    if random.next() < 0.02 { waves.st60 = Millivolts(.infinity) }
                }
            }
            measurements.conduction.isLeftBundleBranchBlock = random.next() < 0.2
            measurements.conduction.isRightBundleBranchBlock = random.next() < 0.2
            measurements.rhythm.recent.longestRR = Milliseconds(random.next() * 6000)
            measurements.intervals.qtcBazett = random.next() < 0.1 ? Milliseconds(.nan) : 420
            measurements.averagedBeatCount = Int(random.next() * 12)
            measurements.isFinal = second == 20
            return measurements
        }
    }

    @Test("Any sequence is assessed without a crash, the same way each time, and never proposes what did not worsen")
    func determinism() {
        for seed in 1...300 as ClosedRange<UInt64> {
            let sequence = Self.disorder(seed)
            var first = Triage(table: .countyDefault, patient: Patient())
            var second = Triage(table: .countyDefault, patient: Patient())
            var highest: [String: AlarmPriority] = [:]
            for measurements in sequence {
                let proposals = first.assess(measurements)
                #expect(proposals == second.assess(measurements))
                for proposal in proposals {
                    #expect(proposal.finding.evidence.allSatisfy { $0.value.isFinite })
                    if let before = highest[proposal.code] { #expect(proposal.priority > before) }
                    highest[proposal.code] = proposal.priority
                }
            }
            #expect(first.findings == second.findings)
            #expect(highest == Dictionary(uniqueKeysWithValues: first.alerts.map { ($0.code, $0.priority) }))
        }
    }

    @Test("No text or evidence repeats what identifies the patient")
    func privacy() {
        let patient = Patient(
            reference: "REF-4711", sex: .male, ageYears: 60, chiefComplaint: "chest pain since noon")
        var measurements = Self.infarct(0.3)
        measurements.rhythm.recent.longestRR = 5500
        let triage = SyntheticReading.assess(measurements, patient: patient)
        #expect(triage.alerts.count == 2)
        for finding in triage.findings + triage.alerts.map(\.finding) {
            #expect(!finding.text.contains("4711"))
            #expect(!finding.text.contains("noon"))
        }
    }
}
