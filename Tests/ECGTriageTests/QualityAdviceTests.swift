import ECGModel
import ECGTriage
import Testing

@Suite struct QualityAdviceTests {
    static func advice(
        _ problem: SignalProblems, in leads: [Lead], of all: [Lead] = Lead.standardTwelve, score: Double = 0.2
    ) -> String? {
        var measurements = SyntheticReading.normal(leads: all)
        for lead in leads {
            measurements.setQuality(lead) { quality in
                quality.problems = problem
                quality.score = score
            }
        }
        return Triage.qualityAdvice(for: measurements)
    }

    @Test("A good recording needs no advice")
    func good() {
        #expect(Triage.qualityAdvice(for: SyntheticReading.normal()) == nil)
    }

    @Test("A recording that ends as soon as it began is to be made again")
    func tooShort() {
        var measurements = SyntheticReading.normal()
        measurements.sampleCount = 200
        #expect(Triage.qualityAdvice(for: measurements) == "Too short to be read: record ten seconds.")
    }

    @Test("The electrode that all failed leads share is named")
    func limbElectrodes() {
        let augmented: [Lead] = [.aVR, .aVL, .aVF]
        #expect(
            Self.advice(.leadOff, in: [.i, .ii] + augmented)
                == "Check electrode RA (right arm): no usable contact in I, II, aVR, aVL, aVF.")
        #expect(Self.advice(.leadOff, in: [.i, .iii])?.hasPrefix("Check electrode LA (left arm):") == true)
        #expect(Self.advice(.leadOff, in: [.ii, .iii, .aVF])?.hasPrefix("Check electrode LL (left leg):") == true)
        #expect(
            Self.advice(.leadOff, in: Lead.limb)?.hasPrefix(
                "Check electrodes RA (right arm), LA (left arm) and LL (left leg):") == true)
        #expect(
            Self.advice(.leadOff, in: [.i], of: [.i, .ii] + Lead.precordial)?.hasPrefix(
                "Check electrodes RA (right arm) and LA (left arm):") == true)
    }

    @Test("A loose limb electrode is named, not the chest electrodes that are read against it")
    func centralTerminal() {
        #expect(
            Self.advice(.leadOff, in: [.i, .ii, .aVR, .aVL, .aVF] + Lead.precordial)?.hasPrefix(
                "Check electrode RA (right arm):") == true)
        #expect(
            Self.advice(.saturated, in: [.i, .iii, .v2])?.hasPrefix("Check electrodes LA (left arm) and V2:") == true)
    }

    @Test("Without any contact the right leg and the cable come first")
    func noContact() {
        #expect(
            Self.advice(.leadOff, in: Lead.standardTwelve)?.contains("RL (right leg) and the patient cable") == true)
    }

    @Test("What disturbs is said even where the leads are still usable, the unusable ones first")
    func usable() {
        #expect(Self.advice(.mains, in: [.v4], score: 0.9)?.hasPrefix("Lead V4 shows mains hum:") == true)
        var measurements = SyntheticReading.normal()
        measurements.setQuality(.v1) { $0.problems = .mains }
        measurements.setQuality(.v5) {
            $0.problems = .muscle
            $0.score = 0.3
        }
        #expect(Triage.qualityAdvice(for: measurements)?.hasPrefix("Lead V5 shows muscle noise") == true)
    }

    @Test("Chest electrodes carry their leads' names")
    func chestElectrodes() {
        #expect(Self.advice(.leadOff, in: [.v3]) == "Check electrode V3: no usable contact in V3.")
        #expect(Self.advice(.saturated, in: [.v1, .v2])?.hasPrefix("Check electrodes V1 and V2:") == true)
    }

    @Test("Hum, movement and muscle noise have their own advice")
    func disturbances() {
        #expect(Self.advice(.mains, in: Lead.standardTwelve)?.contains("electrode RL (right leg)") == true)
        #expect(Self.advice(.baseline, in: [.v5])?.hasSuffix("press on electrode V5.") == true)
        #expect(Self.advice(.muscle, in: [.v5])?.contains("relax") == true)
        #expect(Self.advice([], in: [.v5]) == "The signal of V5 is poor: check electrode V5 and record again.")
    }

    @Test("Exchanged limb electrodes are named")
    func reversal() {
        for (reversal, electrodes) in [
            (RecordingQuality.LimbReversal.armElectrodes, "LA (left arm) and RA (right arm)"),
            (.leftArmLeftLeg, "LA (left arm) and LL (left leg)"),
            (.rightArmLeftLeg, "RA (right arm) and LL (left leg)"),
            (.rightArmRightLeg, "RA (right arm) and RL (right leg)"),
        ] {
            var measurements = SyntheticReading.normal()
            measurements.recordingQuality.limbReversal = reversal
            #expect(
                Triage.qualityAdvice(for: measurements)
                    == "Electrodes \(electrodes) look swapped: check them and record again.")
        }
    }

    @Test("A flat lead II between the legs is an exchange, not a loose electrode")
    func flatLead() {
        var measurements = SyntheticReading.normal()
        measurements.recordingQuality.limbReversal = .rightArmRightLeg
        measurements.setQuality(.ii) { $0.problems = .leadOff }
        #expect(Triage.qualityAdvice(for: measurements)?.contains("look swapped") == true)
    }

    @Test("A single lead without a name gets advice too")
    func unnamed() {
        #expect(
            Self.advice(.leadOff, in: [.unspecified], of: [.unspecified])
                == "Check electrode of lead ECG: no usable contact in ECG.")
    }
}
