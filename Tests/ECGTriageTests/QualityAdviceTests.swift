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
                    == "Check the limb electrodes: electrodes \(electrodes) seem to be exchanged.")
        }
    }

    @Test("A single lead without a name gets advice too")
    func unnamed() {
        #expect(
            Self.advice(.leadOff, in: [.unspecified], of: [.unspecified])
                == "Check electrode of lead ECG: no usable contact in ECG.")
    }
}
