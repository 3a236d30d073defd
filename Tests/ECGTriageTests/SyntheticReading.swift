import ECGModel
import ECGTriage

/// Measurements of a healthy twelve-lead recording of ten seconds, for tests to change.
enum SyntheticReading {
    /// R and S of a normal heart in millivolts.
    private static let normalRS: [Lead: (r: Double, s: Double)] = [
        .i: (0.6, -0.1), .ii: (1.0, -0.1), .iii: (0.5, -0.1), .aVR: (0.1, -0.8), .aVL: (0.3, -0.1), .aVF: (0.8, -0.1),
        .v1: (0.2, -0.9), .v2: (0.4, -1.2), .v3: (0.7, -0.8), .v4: (1.2, -0.4), .v5: (1.2, -0.2), .v6: (1.0, -0.1),
        .v3R: (0.2, -0.5), .v4R: (0.2, -0.4), .v7: (0.8, -0.1), .v8: (0.6, -0.1), .v9: (0.4, -0.1),
    ]

    static func normal(leads: [Lead] = Lead.standardTwelve, atSecond second: Int = 10) -> Measurements {
        var measurements = Measurements(leads: leads, samplingRate: 500)
        measurements.sampleCount = second * 500
        measurements.averagedBeatCount = 9
        measurements.intervals.heartRate = 70
        measurements.intervals.pr = 160
        measurements.intervals.qrs = 90
        measurements.intervals.qt = 380
        measurements.intervals.qtcBazett = 410
        measurements.rhythm.current = .regular
        measurements.rhythm.beatCount = 11
        measurements.rhythm.recent.longestRR = 900
        measurements.rhythm.recent.shortestRR = 800
        measurements.rhythm.recent.sustainedHighRate = 72
        measurements.rhythm.recent.sustainedHighRateIsNarrow = true
        measurements.rhythm.recent.sustainedLowRate = 68
        for (index, lead) in leads.enumerated() {
            let shape = normalRS[lead] ?? (r: 0.8, s: -0.2)
            measurements.waves[index].q = 0
            measurements.waves[index].r = Millivolts(shape.r)
            measurements.waves[index].s = Millivolts(shape.s)
            measurements.waves[index].rPrime = 0
            measurements.waves[index].t = lead == .aVR ? -0.2 : 0.3
            measurements.waves[index].tSecond = 0
            measurements.waves[index].rDuration = 25
            measurements.quality[index].noise = 0
        }
        for lead in leads { measurements.setST(lead, 0) }
        return measurements
    }

    /// Assesses the same measurements once a second until the tenth second, and then finally.
    static func assess(
        _ measurements: Measurements, patient: Patient = Patient(sex: .male, ageYears: 60),
        table: TriageTable = .countyDefault
    ) -> Triage {
        var measurements = measurements
        measurements.rhythm.worst = measurements.rhythm.recent
        var triage = Triage(table: table, patient: patient)
        for second in 1...10 {
            var now = measurements
            now.sampleCount = second * 500
            _ = triage.assess(now)
        }
        var last = measurements
        last.isFinal = true
        _ = triage.assess(last)
        return triage
    }
}

extension Measurements {
    mutating func change(_ lead: Lead, _ body: (inout LeadWaves) -> Void) {
        guard let index = leads.firstIndex(of: lead) else { return }
        body(&waves[index])
    }

    /// A straight ST segment from `level` at J, rising by `rise` until J+80.
    mutating func setST(_ lead: Lead, _ level: Millivolts, rise: Millivolts = 0) {
        change(lead) { waves in
            waves.stJ = level
            waves.st20 = level + rise * 0.25
            waves.st40 = level + rise * 0.5
            waves.st60 = level + rise * 0.75
            waves.st80 = level + rise
            waves.stSlopeMillivoltsPerSecond = rise.value / 0.08
        }
    }

    /// A segment that hangs through between J and J+80, as early repolarisation and pericarditis have it.
    mutating func setConcaveST(_ lead: Lead, _ level: Millivolts) {
        setST(lead, level, rise: 0.1)
        change(lead) { waves in
            waves.st40 = level + 0.01
            waves.st60 = level + 0.04
        }
    }

    mutating func setQuality(_ lead: Lead, _ body: (inout LeadQuality) -> Void) {
        guard let index = leads.firstIndex(of: lead) else { return }
        body(&quality[index])
    }
}

extension Triage {
    var coronary: AlertProposal? { alerts.first { $0.code == "acute-coronary-syndrome" } }
    func alert(_ code: String) -> AlertProposal? { alerts.first { $0.code == code } }
    func hasFinding(_ code: String) -> Bool { findings.contains { $0.code == code } }
}
