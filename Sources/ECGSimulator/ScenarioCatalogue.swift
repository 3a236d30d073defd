import ECGModel

extension Scenario {
    /// Every named scenario, in the order in which the command line lists them.
    public static let all: [Scenario] = normals + infarcts + mimics + rhythms + recordings

    /// The scenario of a name, or nil.
    public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }

    private static let normals: [Scenario] = [
        Scenario(
            name: "normal", title: "Healthy man of 48, sinus rhythm 68/min", ageYears: 48, rhythm: .sinus(rate: 68)),
        Scenario(
            name: "normal-young-man", title: "Healthy man of 22 with the high ST take-off of his age", ageYears: 22,
            rhythm: .sinus(rate: 62)),
        Scenario(
            name: "normal-old-woman", title: "Healthy woman of 79", sex: .female, ageYears: 79, rhythm: .sinus(rate: 74)
        ),
    ]

    private static func infarct(
        _ name: String, _ title: String, _ wall: Infarct.Wall, level: Infarct.Level = .timesThreshold(2),
        evolution: Infarct.Evolution = .constant, sex: Patient.Sex = .male, ageYears: Int = 61,
        rate: BeatsPerMinute = 78
    ) -> Scenario {
        Scenario(
            name: name, title: title, sex: sex, ageYears: ageYears, chiefComplaint: "chest pain",
            rhythm: .sinus(rate: rate), infarct: Infarct(wall, level, evolution: evolution))
    }

    private static let infarcts: [Scenario] = [
        infarct("inferior-stemi", "Inferior infarction: ST up in II, III, aVF, down in aVL", .inferior, rate: 62),
        infarct("anterior-stemi", "Anterior infarction: ST up in V1 to V4", .anterior, rate: 86),
        infarct("septal-stemi", "Septal infarction: ST up in V1 to V3", .septal),
        infarct("lateral-stemi", "Lateral infarction: ST up in I, aVL, V5, V6", .lateral, sex: .female, ageYears: 67),
        infarct(
            "posterior-stemi", "Posterior infarction: horizontal ST depression in V1 to V3", .posterior,
            level: .timesThreshold(3)),
        infarct(
            "right-ventricular-stemi", "Inferior and right ventricular infarction: ST up in III more than II, and V1",
            .rightVentricular, rate: 56),
        infarct(
            "left-main", "Left main pattern: ST up in aVR, down in six leads and more", .leftMain,
            level: .timesThreshold(1.5), ageYears: 70, rate: 98),
        infarct(
            "de-winter", "De Winter pattern: up-sloping ST depression into tall T waves in V2 to V5", .deWinter,
            level: .timesThreshold(1.6)),
        infarct(
            "developing-anterior-stemi", "Anterior infarction that begins after 30 s and is whole after 150 s",
            .anterior,
            evolution: .developing(from: 30, over: 120)),
        infarct(
            "resolving-inferior-stemi", "Inferior infarction, reperfused from 30 s to 150 s", .inferior,
            evolution: .resolving(from: 30, over: 120)),
    ]

    private static let mimics: [Scenario] = [
        Scenario(
            name: "lbbb", title: "Left bundle branch block with discordant ST", sex: .female, ageYears: 71,
            rhythm: .sinus(rate: 72), conduction: .leftBundleBranchBlock),
        Scenario(
            name: "rbbb", title: "Right bundle branch block", ageYears: 66, rhythm: .sinus(rate: 70),
            conduction: .rightBundleBranchBlock),
        Scenario(
            name: "lvh", title: "Left ventricular hypertrophy with strain", ageYears: 63, rhythm: .sinus(rate: 76),
            conduction: .leftVentricularHypertrophy),
        Scenario(
            name: "early-repolarisation", title: "Early repolarisation in a man of 27", ageYears: 27,
            rhythm: .sinus(rate: 58), repolarisation: .earlyRepolarisation(jMillivolts: 0.2)),
        Scenario(
            name: "pericarditis", title: "Pericarditis: diffuse concave ST elevation, PR depression", ageYears: 33,
            chiefComplaint: "chest pain", rhythm: .sinus(rate: 96), repolarisation: .pericarditis(jMillivolts: 0.2)),
        Scenario(
            name: "paced", title: "Ventricular pacing from the right apex, 70/min", sex: .female, ageYears: 81,
            rhythm: .paced(rate: 70)),
    ]

    private static let rhythms: [Scenario] = [
        Scenario(
            name: "afib", title: "Atrial fibrillation, mean 96/min", ageYears: 74,
            rhythm: .atrialFibrillation(rate: 96)),
        Scenario(
            name: "svt", title: "Supraventricular tachycardia, 182/min", sex: .female, ageYears: 34,
            chiefComplaint: "palpitations", rhythm: .supraventricularTachycardia(rate: 182)),
        Scenario(name: "bradycardia", title: "Sinus bradycardia, 38/min", ageYears: 69, rhythm: .sinus(rate: 38)),
        Scenario(name: "tachycardia", title: "Sinus tachycardia, 128/min", ageYears: 40, rhythm: .sinus(rate: 128)),
        Scenario(
            name: "pvc", title: "Premature ventricular beats, every fifth beat", ageYears: 58,
            rhythm: .ventricularEctopy(rate: 72, everyBeats: 5)),
        Scenario(
            name: "vt-runs", title: "Runs of six ventricular beats at 165/min", ageYears: 64,
            rhythm: .ventricularRuns(rate: 78, runRate: 165, runBeats: 6, sinusBeats: 8)),
        Scenario(
            name: "vt", title: "Monomorphic ventricular tachycardia at 175/min from the sixth second on", ageYears: 66,
            rhythm: .ventricularTachycardia(rate: 175, onset: 6)),
        Scenario(
            name: "vf", title: "Ventricular fibrillation from the sixth second on", ageYears: 59,
            rhythm: .ventricularFibrillation(onset: 6)),
        Scenario(
            name: "asystole", title: "Asystole from the sixth second on", ageYears: 78, rhythm: .asystole(onset: 6)),
        Scenario(
            name: "standstill", title: "P waves without ventricular complexes from the sixth second on", ageYears: 81,
            rhythm: .ventricularStandstill(atrialRate: 80, escapeRate: nil, onset: 6)),
        Scenario(
            name: "pause", title: "Sinus arrest of 3.6 s after every sixth beat", ageYears: 76,
            rhythm: .pauses(rate: 64, seconds: 3.6, everyBeats: 6)),
        Scenario(
            name: "av-block-1", title: "First-degree AV block, PR 280 ms", ageYears: 68,
            rhythm: .firstDegreeBlock(rate: 66, pr: 280)),
        Scenario(
            name: "av-block-2", title: "Second-degree AV block, Wenckebach 4:3", ageYears: 70,
            rhythm: .wenckebach(rate: 80, cycle: 4)),
        Scenario(
            name: "av-block-2-to-1", title: "Second-degree AV block, 2:1", ageYears: 75,
            rhythm: .twoToOneBlock(atrialRate: 84)),
        Scenario(
            name: "av-block-3", title: "Complete AV block, escape 34/min", ageYears: 80,
            rhythm: .completeBlock(atrialRate: 86, escapeRate: 34)),
    ]

    private static let recordings: [Scenario] = [
        Scenario(
            name: "noisy-normal", title: "Healthy man of 52, restless: drift, 50 Hz, muscle, electrode motion",
            ageYears: 52, rhythm: .sinus(rate: 84), noise: .restless),
        Scenario(
            name: "mains", title: "Healthy woman of 45 with 0.2 mV of 50 Hz", sex: .female, ageYears: 45,
            rhythm: .sinus(rate: 71), noise: NoiseProfile(baselineWander: 40, mains: 200, muscle: 6, amplifier: 3)),
        Scenario(
            name: "lead-off", title: "Healthy man of 60: V3 without contact, the left arm's electrode off from 4 s on",
            ageYears: 60,
            faults: [ElectrodeFault(.v3, .flat), ElectrodeFault(.leftArm, .saturated, from: 4)]),
        Scenario(
            name: "arm-reversal", title: "Healthy man of 50, arm electrodes exchanged", ageYears: 50,
            limbReversal: .armElectrodes),
        Scenario(
            name: "left-arm-leg-reversal", title: "Healthy man of 50, left arm and left leg exchanged", ageYears: 50,
            limbReversal: .leftArmLeftLeg),
        Scenario(
            name: "right-arm-leg-reversal", title: "Healthy man of 50, right arm and right leg exchanged", ageYears: 50,
            limbReversal: .rightArmRightLeg),
    ]
}
