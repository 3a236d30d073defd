import ECGModel
import ECGTriage
import Testing

@Suite struct OcclusionPatternTests {
    static func posterior(_ level: Millivolts) -> Measurements {
        var measurements = SyntheticReading.normal()
        for lead in [Lead.v1, .v2, .v3] {
            measurements.setST(lead, level)
            measurements.change(lead) { waves in
                waves.r = 1.0
                waves.s = -0.6
                waves.rDuration = 40
                waves.t = 0.4
            }
        }
        return measurements
    }

    @Test("Depression of V1-V3 under tall broad R waves is a posterior infarction")
    func posterior() throws {
        #expect(SyntheticReading.assess(Self.posterior(-0.049)).alerts.isEmpty)
        let alert = try #require(SyntheticReading.assess(Self.posterior(-0.05)).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.rule.rule == "posterior-infarction")
    }

    @Test("Where T is inverted or another wall is deeper it is no more than depression")
    func posteriorSigns() {
        let spoils: [(inout Measurements) -> Void] = [
            { measurements in for lead in [Lead.v2, .v3] { measurements.change(lead) { $0.t = -0.05 } } },
            { measurements in measurements.setST(.v6, -0.2) },
        ]
        for spoil in spoils {
            var measurements = Self.posterior(-0.08)
            spoil(&measurements)
            #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
        }
    }

    @Test("The depression must be level until J+40; what the T wave lifts later does not matter")
    func posteriorUnderEarlyT() {
        var measurements = Self.posterior(-0.08)
        for lead in [Lead.v1, .v2, .v3] { measurements.change(lead) { ($0.st60, $0.st80) = (0.01, 0.1) } }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "posterior-infarction")
        for lead in [Lead.v1, .v2, .v3] { measurements.change(lead) { $0.st40 = -0.059 } }
        #expect(SyntheticReading.assess(measurements).alerts.isEmpty)
    }

    @Test("In V3 and V4 alone, or behind a wide complex, it is read promptly")
    func doubtfulPosterior() throws {
        var leftward = Self.posterior(-0.08)
        for lead in [Lead.v1, .v2] { leftward.setST(lead, 0) }
        leftward.setST(.v4, -0.08)
        let alert = try #require(SyntheticReading.assess(leftward).coronary)
        #expect(alert.finding.rule.rule == "posterior-infarction")
        #expect(alert.priority == .medium)
        var wide = Self.posterior(-0.08)
        wide.conduction.isNonspecificBlock = true
        #expect(SyntheticReading.assess(wide).coronary?.priority == .medium)
    }

    @Test("A low R and a long QT make a small anterior elevation a possible occlusion")
    func anteriorFormula() throws {
        // 1.062 × 2.6 + 0.052 × QTc − 0.151 × 16 − 0.268 × 4 reaches 20.7 at 412.1 ms.
        func alert(qtc: Milliseconds, level: Millivolts = 0.12) -> AlertProposal? {
            var measurements = SyntheticReading.normal()
            measurements.setST(.v2, level)
            measurements.change(.v3) { $0.st60 = 0.26 }
            measurements.change(.v4) { $0.r = 0.4 }
            measurements.intervals.qtcBazett = qtc
            return SyntheticReading.assess(measurements).coronary
        }
        #expect(alert(qtc: 412) == nil)
        let raised = try #require(alert(qtc: 413))
        #expect(raised.priority == .medium)
        #expect(raised.finding.rule.rule == "anterior-formula")
        #expect(raised.finding.evidence.contains { $0.name == "Four-variable formula" && $0.limit == 20.7 })
        #expect(alert(qtc: 413, level: 0.099) == nil)
    }

    @Test("A Q wave in V2-V4 makes the formula's usual limit enough")
    func anteriorFormulaWithQ() throws {
        // 1.062 × 2.6 + 0.052 × QTc − 0.151 × 16 − 0.268 × 4 reaches 18.2 at 364.0 ms.
        func alert(q: Millivolts, qtc: Milliseconds = 366) -> AlertProposal? {
            var measurements = SyntheticReading.normal()
            measurements.setST(.v2, 0.12)
            measurements.change(.v3) { $0.st60 = 0.26 }
            measurements.change(.v3) { $0.q = q }
            measurements.change(.v4) { $0.r = 0.4 }
            measurements.intervals.qtcBazett = qtc
            return SyntheticReading.assess(measurements).coronary
        }
        #expect(alert(q: -0.09) == nil)
        let raised = try #require(alert(q: -0.1))
        #expect(raised.priority == .medium)
        #expect(raised.finding.evidence.contains { $0.name == "Four-variable formula" && $0.limit == 18.2 })
        #expect(raised.finding.evidence.contains(Evidence("Q", lead: .v3, -0.1 as Millivolts, limit: -0.1)))
        #expect(alert(q: -0.1, qtc: 362) == nil)
    }

    @Test("A fast heart's depression is posterior infarction only under a tall broad R wave")
    func posteriorTachycardia() {
        var measurements = Self.posterior(-0.08)
        measurements.intervals.heartRate = 140
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .high)
        measurements.change(.v2) { $0.s = -1.0 }
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
    }

    @Test("The de Winter pattern needs a depression beyond 0.1 mV that climbs into a tall T wave")
    func deWinter() throws {
        func measurements(_ level: Millivolts, t: Millivolts) -> Measurements {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v2, .v3, .v4] {
                measurements.setST(lead, level, rise: 0.12)
                measurements.change(lead) { $0.t = t }
            }
            return measurements
        }
        #expect(SyntheticReading.assess(measurements(-0.1, t: 0.8)).alerts.isEmpty)
        #expect(SyntheticReading.assess(measurements(-0.11, t: 0.4)).alerts.isEmpty)
        let alert = try #require(SyntheticReading.assess(measurements(-0.11, t: 0.5)).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.rule.rule == "de-winter")
        var deepS = measurements(-0.11, t: 0.8)
        for lead in [Lead.v2, .v3, .v4] { deepS.change(lead) { $0.st40 = -0.02 } }
        #expect(SyntheticReading.assess(deepS).coronary == nil)
        var fast = measurements(-0.11, t: 0.8)
        fast.intervals.heartRate = 140
        #expect(SyntheticReading.assess(fast).coronary == nil)
    }

    @Test("aVR with six depressed leads is high; five are depression; a fast heart is medium")
    func diffuse() throws {
        var measurements = SyntheticReading.normal()
        measurements.setST(.aVR, 0.1)
        for lead in [Lead.i, .ii, .v3, .v4, .v5] { measurements.setST(lead, -0.1) }
        #expect(SyntheticReading.assess(measurements).coronary?.finding.rule.rule == "st-depression")
        measurements.setST(.v6, -0.1)
        let alert = try #require(SyntheticReading.assess(measurements).coronary)
        #expect(alert.priority == .high)
        #expect(alert.finding.rule.rule == "left-main-pattern")
        #expect(!alert.finding.rule.isVerified)
        measurements.intervals.heartRate = 150
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
        measurements.intervals.heartRate = 70
        measurements.setST(.aVR, 0.099)
        #expect(SyntheticReading.assess(measurements).coronary?.priority == .medium)
    }

    @Test("In hypertrophy the left main pattern is high only where the depression exceeds strain")
    func diffuseInHypertrophy() {
        func priority(_ level: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            measurements.change(.v1) { $0.s = -1.5 }
            measurements.change(.v5) { $0.r = 2.2 }
            measurements.setST(.aVR, 0.15)
            for lead in [Lead.i, .ii, .v3, .v4, .v5, .v6] { measurements.setST(lead, level) }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priority(-0.199) == .medium)
        #expect(priority(-0.2) == .high)
    }

    @Test("High lateral and Aslanger's infarctions are found without contiguous leads")
    func noncontiguous() {
        var flag = SyntheticReading.normal()
        flag.setST(.v2, 0.12)
        flag.setST(.aVL, 0.12)
        #expect(SyntheticReading.assess(flag).alerts.isEmpty)
        flag.setST(.iii, -0.08)
        #expect(SyntheticReading.assess(flag).coronary?.finding.rule.rule == "high-lateral-infarction")
        #expect(SyntheticReading.assess(flag).coronary?.priority == .high)

        var aslanger = SyntheticReading.normal()
        aslanger.setST(.iii, 0.12)
        aslanger.setST(.v1, 0.05)
        aslanger.setST(.v6, -0.08)
        #expect(SyntheticReading.assess(aslanger).coronary?.finding.rule.rule == "aslanger")
        #expect(SyntheticReading.assess(aslanger).coronary?.priority == .medium)
    }

    @Test("Horizontal depression of 0.05 mV in two contiguous leads is medium; rising or single it is nothing")
    func depression() {
        func priority(_ leads: [Lead], _ level: Millivolts, rise: Millivolts = 0) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in leads { measurements.setST(lead, level, rise: rise) }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priority([.v5, .v6], -0.05) == .medium)
        #expect(priority([.v5, .v6], -0.049) == nil)
        #expect(priority([.v5, .v6], -0.08, rise: -0.02) == .medium)
        #expect(priority([.v5, .v6], -0.08, rise: 0.06) == nil)
        #expect(priority([.v4, .v6], -0.1) == nil)
        #expect(priority([.aVR], -0.3) == nil)
    }

    @Test("T waves inverted beyond 0.1 mV under prominent R waves are medium")
    func tInversion() {
        func priority(_ lead: [Lead], _ t: Millivolts) -> AlarmPriority? {
            var measurements = SyntheticReading.normal()
            for lead in lead { measurements.change(lead) { $0.t = t } }
            return SyntheticReading.assess(measurements).coronary?.priority
        }
        #expect(priority([.v5, .v6], -0.11) == .medium)
        #expect(priority([.v5, .v6], -0.1) == nil)
        #expect(priority([.v1, .v2], -0.2) == nil)
        #expect(priority([.v5], -0.3) == nil)
    }

    @Test("Wellens: biphasic or deep T waves in V2-V3 with a quiet ST segment")
    func wellens() throws {
        for (t, second) in [(Millivolts(-0.3), Millivolts(0)), (0.2, -0.12), (-0.12, 0.1)] {
            var measurements = SyntheticReading.normal()
            for lead in [Lead.v2, .v3] {
                measurements.change(lead) { waves in
                    waves.t = t
                    waves.tSecond = second
                }
            }
            let alert = try #require(SyntheticReading.assess(measurements).coronary)
            #expect(alert.finding.rule.rule == "wellens")
            #expect(alert.priority == .medium)
            #expect(alert.finding.evidence.count == 2)
            #expect(alert.finding.evidence.allSatisfy { $0.value <= $0.limit ?? -.infinity })
            measurements.change(.v3) { $0.q = -0.2 }
            #expect(SyntheticReading.assess(measurements).coronary == nil)
        }
    }
}
