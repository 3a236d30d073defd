import ECGModel
import ECGTriage
import Testing

@Suite struct MimicTests {
    @Test("Early repolarisation by the formula is a finding and no alert; a longer QT and lower R make it an occlusion")
    func formula() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v2, .v3, .v4] { measurements.setConcaveST(lead, 0.26) }
        measurements.change(.v4) { $0.r = 2.2 }
        let young = Patient(sex: .male, ageYears: 25)
        let benign = SyntheticReading.assess(measurements, patient: young)
        #expect(benign.alerts.isEmpty)
        let found = try #require(benign.findings.first { $0.code == "early-repolarisation" })
        #expect(found.evidence.contains { $0.name == "Four-variable formula" && $0.limit == 17 && $0.value < 17 })

        // 1.062 × 3.0 + 0.052 × 440 − 0.151 × 16 − 0.268 × 8 = 21.5
        measurements.change(.v4) { $0.r = 0.8 }
        measurements.intervals.qtcBazett = 440
        let occlusion = try #require(SyntheticReading.assess(measurements, patient: young).coronary)
        #expect(occlusion.priority == .high)
        let score = try #require(occlusion.finding.evidence.first { $0.name == "Four-variable formula" })
        #expect(abs(score.value - 21.506) < 1e-9)
        #expect(score.limit == 18.2)
    }

    @Test("Between the score that excludes an occlusion and the one that says it, elevation asks for a prompt reading")
    func undecidedFormula() {
        func priority(qtc: Milliseconds) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v2, .v3, .v4] { measurements.setConcaveST(lead, 0.26) }
            measurements.change(.v4) { $0.r = 2.2 }
            measurements.intervals.qtcBazett = qtc
            return SyntheticReading.assess(measurements, patient: Patient(sex: .male, ageYears: 25)).coronary?.priority
        }
        // 1.062 × 3.0 − 0.151 × 16 − 0.268 × 22 + 0.052 × QTc reaches 17.0 at 425.5 ms and 18.2 at 448.6 ms.
        #expect(priority(qtc: 425) == nil)
        #expect(priority(qtc: 426) == .medium)
        #expect(priority(qtc: 448) == .medium)
        #expect(priority(qtc: 449) == .high)
    }

    @Test("Neighbours of V1-V4 beyond 1.3 times their limits are an infarct whatever the formula says")
    func evident() {
        func priority(_ level: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v2, .v3] { measurements.setConcaveST(lead, level) }
            measurements.change(.v4) { $0.r = 2.2 }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priority(0.25) == nil)
        #expect(priority(0.261) == .high)

        func priorityOfV3AndV4(_ v4: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            measurements.setConcaveST(.v3, 0.261)
            measurements.setConcaveST(.v4, v4)
            measurements.change(.v4) { $0.r = 2.2 }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priorityOfV3AndV4(0.129) == nil)
        #expect(priorityOfV3AndV4(0.131) == .high)
    }

    @Test("Below 60/min the formula takes the QT interval as it is")
    func slowHeart() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v2, .v3, .v4] { measurements.setConcaveST(lead, 0.26) }
        measurements.intervals.heartRate = 50
        measurements.intervals.qt = 440
        measurements.intervals.qtcBazett = 402
        measurements.change(.v4) { $0.r = 0.8 }
        let triage = SyntheticReading.assess(measurements, patient: Patient(sex: .male, ageYears: 25))
        let score = try #require(triage.coronary?.finding.evidence.first { $0.name == "Four-variable formula" })
        #expect(abs(score.value - 21.506) < 1e-9)
    }

    @Test("Without V2 the formula of three variables decides")
    func threeVariables() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v3, .v4] { measurements.setConcaveST(lead, 0.26) }
        measurements.setQuality(.v2) { $0.problems = .leadOff }
        measurements.intervals.qtcBazett = 440
        measurements.change(.v4) { $0.r = 0.8 }
        let alert = try #require(
            SyntheticReading.assess(measurements, patient: Patient(sex: .male, ageYears: 25)).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.evidence.contains { $0.name == "Three-variable formula" })
    }

    @Test("Inferior elevation that is small beside T waves is early repolarisation")
    func inferiorEarlyRepolarisation() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.ii, .aVF] {
            measurements.setConcaveST(lead, 0.12)
            measurements.change(lead) { $0.t = 0.6 }
        }
        let triage = SyntheticReading.assess(measurements)
        #expect(triage.alerts.isEmpty)
        #expect(triage.hasFinding("early-repolarisation"))
    }

    @Test("Where V2-V4 are level, lateral elevation is early repolarisation only beside tall T waves, formula or not")
    func lateralIsNotTheFormulas() {
        func assess(_ level: Millivolts, t: Millivolts, qtc: Milliseconds) -> Triage {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v5, .v6] {
                measurements.setConcaveST(lead, level)
                measurements.change(lead) { $0.t = t }
            }
            measurements.intervals.qtcBazett = qtc
            return SyntheticReading.assess(measurements)
        }
        // −0.151 × 16 − 0.268 × 12 + 0.052 × QTc is 16.2 at 420 ms, where it excludes an occlusion of the LAD, and 18.8
        // at 470 ms, where it says one.
        #expect(assess(0.3, t: 0.6, qtc: 420).coronary?.finding.rule.rule == "st-elevation")
        #expect(assess(0.12, t: 0.3, qtc: 470).coronary?.priority == .medium)
        let benign = assess(0.12, t: 0.6, qtc: 420)
        #expect(benign.alerts.isEmpty)
        #expect(benign.hasFinding("early-repolarisation"))
    }

    @Test("Beside elevated V2-V4 the formula speaks for those leads alone")
    func lateralBesideAnterior() {
        func isEarlyRepolarisation(tInV5: Millivolts) -> Bool {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v4, .v5] { measurements.setConcaveST(lead, 0.12) }
            measurements.change(.v5) { $0.t = tInV5 }
            return SyntheticReading.assess(measurements).hasFinding("early-repolarisation")
        }
        #expect(isEarlyRepolarisation(tInV5: 0.5))
        #expect(!isEarlyRepolarisation(tInV5: 0.4))
    }

    @Test("In hypertrophy an elevation below a quarter of the QRS complex in a lead with a deep S does not count")
    func hypertrophy() {
        var measurements = SyntheticReading.normal()
        measurements.change(.v1) { $0.s = -1.5 }
        measurements.change(.v2) { $0.s = -1.6 }
        measurements.change(.v3) { $0.s = -1.3 }
        measurements.change(.v5) { $0.r = 2.2 }
        for lead in [Lead.v2, .v3] { measurements.setST(lead, 0.4) }
        let kept = SyntheticReading.assess(measurements)
        #expect(kept.alerts.isEmpty)
        #expect(kept.hasFinding("lvh"))
        // A quarter of 0.4 + 1.6 mV and of 0.7 + 1.3 mV.
        for lead in [Lead.v2, .v3] { measurements.setST(lead, 0.5) }
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
    }

    @Test("Hypertrophy does not explain a run of elevated leads that reaches on to a tall R wave")
    func hypertrophyBeyondDeepS() {
        var measurements = SyntheticReading.normal()
        measurements.change(.v1) { $0.s = -1.5 }
        measurements.change(.v2) { $0.s = -1.6 }
        measurements.change(.v5) { $0.r = 2.2 }
        for lead in [Lead.v1, .v2] { measurements.setConcaveST(lead, 0.3) }
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
        measurements.change(.v3) { $0.r = 1.6 }
        measurements.setConcaveST(.v3, 0.22)
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
    }

    @Test("Noise that spoils an ST level leaves the voltages of hypertrophy readable, a loose electrode does not")
    func voltageInNoise() {
        var measurements = SyntheticReading.normal()
        measurements.change(.v1) { $0.s = -1.5 }
        measurements.change(.v5) { $0.r = 2.2 }
        measurements.setQuality(.v5) { $0.score = 0.3 }
        #expect(SyntheticReading.assess(measurements).hasFinding("lvh"))
        measurements.setQuality(.v5) { $0.problems = .leadOff }
        #expect(!SyntheticReading.assess(measurements).hasFinding("lvh"))
    }

    @Test("Strain under tall R waves is no ischaemia")
    func strain() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v5, .v6] {
            measurements.setST(lead, -0.15)
            measurements.change(lead) { $0.t = -0.3 }
        }
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
        measurements.change(.v1) { $0.s = -1.5 }
        measurements.change(.v5) { $0.r = 2.2 }
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
    }

    @Test("Depression that is deeper than strain makes it is ischaemia in hypertrophy too, and confirms what it faces")
    func beyondStrain() {
        func assess(_ depression: Millivolts, in leads: [Lead]) -> Triage {
            var measurements = SyntheticReading.normal()
            measurements.change(.v1) { $0.s = -1.5 }
            measurements.change(.v5) { $0.r = 2.2 }
            for lead in leads { measurements.setST(lead, -depression) }
            return SyntheticReading.assess(measurements)
        }
        #expect(assess(0.199, in: [.v5, .v6]).alerts.isEmpty)
        #expect(assess(0.2, in: [.v5, .v6]).coronary?.finding.rule.rule == "st-depression")

        func priorityOfInferior(facing depression: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            measurements.change(.v1) { $0.s = -1.5 }
            measurements.change(.v5) { $0.r = 2.2 }
            for lead in [Lead.ii, .aVF, .iii] { measurements.setConcaveST(lead, 0.15) }
            measurements.setST(.aVL, -depression)
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priorityOfInferior(facing: 0.1) == .medium)
        #expect(priorityOfInferior(facing: 0.2) == .high)
    }

    @Test("Cornell's limit is the patient's")
    func cornell() {
        var measurements = SyntheticReading.normal()
        measurements.change(.aVL) { $0.r = 0.9 }
        measurements.change(.v3) { $0.s = -1.2 }
        #expect(!SyntheticReading.assess(measurements, patient: Patient(sex: .male)).hasFinding("lvh"))
        #expect(!SyntheticReading.assess(measurements, patient: Patient()).hasFinding("lvh"))
        #expect(SyntheticReading.assess(measurements, patient: Patient(sex: .female)).hasFinding("lvh"))
    }

    @Test("Pericarditis is medium, and depression in aVL ends it")
    func pericarditis() throws {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.i, .ii, .aVF, .v4, .v5, .v6] { measurements.setConcaveST(lead, 0.15) }
        measurements.setST(.aVR, -0.12)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.priority == .medium)
        #expect(alert.finding.rule.rule == "pericarditis-pattern")
        measurements.setST(.aVL, -0.06)
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
    }

    @Test("A coved V1-V2 is read as Brugada, an old scar as aneurysm, both at medium")
    func brugadaAndAneurysm() {
        var brugada = SyntheticReading.normal()
        for lead in [Lead.v1, .v2] {
            brugada.setST(lead, 0.3, rise: -0.06)
            brugada.change(lead) { $0.t = -0.2 }
        }
        #expect(SyntheticReading.assess(brugada).coronary?.finding.rule.rule == "brugada-pattern")
        #expect(SyntheticReading.assess(brugada).coronary?.priority == .medium)

        var scar = Self.scar(0.22)
        #expect(SyntheticReading.assess(scar).coronary?.finding.rule.rule == "aneurysm-pattern")
        for lead in [Lead.v1, .v2, .v3, .v4] { scar.change(lead) { $0.t = 0.6 } }
        #expect(SyntheticReading.assess(scar).coronary?.priority == .high)
    }

    /// QS complexes and small T waves in V1–V4.
    private static func scar(_ level: Millivolts) -> Measurements {
        var scar = SyntheticReading.normal()
        for lead in [Lead.v1, .v2, .v3, .v4] {
            scar.setST(lead, level)
            scar.change(lead) { waves in
                waves.r = 0
                waves.q = -1.5
                waves.s = -1.5
                waves.t = 0.3
            }
        }
        return scar
    }

    @Test("What is too large for any variant is neither pericarditis nor an old scar")
    func unmistakable() {
        func pericarditis(_ level: Millivolts) -> String? {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.i, .ii, .aVF, .v4, .v5, .v6] { measurements.setConcaveST(lead, 0.15) }
            for lead in [Lead.v4, .v5] { measurements.setConcaveST(lead, level) }
            return SyntheticReading.assess(measurements).coronary?.finding.rule.rule
        }
        #expect(pericarditis(0.49) == "pericarditis-pattern")
        #expect(pericarditis(0.5) == "stemi")

        func scar(_ level: Millivolts) -> String? {
            SyntheticReading.assess(Self.scar(level)).coronary?.finding.rule.rule
        }
        #expect(scar(0.49) == "aneurysm-pattern")
        #expect(scar(0.5) == "stemi")
    }

    @Test("No early repolarisation is so large, be the formula's score as low as it may")
    func tooLargeForEarlyRepolarisation() {
        func assess(_ level: Millivolts) -> Triage {
            var measurements = SyntheticReading.normal()
            // The width of the complex leaves the size without proof of an infarct.
            measurements.conduction.isNonspecificBlock = true
            for lead in [Lead.v2, .v3, .v4] { measurements.setConcaveST(lead, level) }
            measurements.change(.v4) { $0.r = 3.5 }
            return SyntheticReading.assess(measurements)
        }
        #expect(assess(0.49).hasFinding("early-repolarisation"))
        #expect(!assess(0.5).hasFinding("early-repolarisation"))
        #expect(assess(0.5).coronary?.priority == .medium)
    }

    @Test("The T waves of V1-V4 say nothing of a scar in V5 and V6")
    func scarBeyondV4() {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v1, .v2, .v3, .v4] { measurements.change(lead) { $0.t = -0.2 } }
        for lead in [Lead.v5, .v6] {
            measurements.setConcaveST(lead, 0.3)
            measurements.change(lead) { $0.q = -0.12 }
        }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "st-elevation")
    }

    @Test("Behind a wide complex or a fast heart only reciprocal depression confirms")
    func doubtfulShapes() {
        for spoil in [
            { (m: inout Measurements) in m.conduction.isRightBundleBranchBlock = true },
            { (m: inout Measurements) in m.conduction.isNonspecificBlock = true },
            { (m: inout Measurements) in m.intervals.heartRate = 131 },
        ] {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.ii, .aVF, .iii] { measurements.setST(lead, 0.2) }
            spoil(&measurements)
            #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
            measurements.setST(.aVL, -0.1)
            #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
        }
    }

    @Test("Pre-excitation and exchanged limb electrodes never page")
    func neverHigh() {
        for spoil in [
            { (m: inout Measurements) in m.conduction.isPreexcited = true },
            { (m: inout Measurements) in m.recordingQuality.limbReversal = .leftArmLeftLeg },
        ] {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.ii, .aVF, .iii] { measurements.setST(lead, 0.3) }
            measurements.setST(.aVL, -0.1)
            spoil(&measurements)
            #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
        }
    }
}
