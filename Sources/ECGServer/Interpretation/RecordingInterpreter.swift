public import ECGModel
import ECGSignal
public import ECGTriage

/// From samples to verdict: the analyser and triage of one recording, fed as the samples come.
///
/// A function of the samples, and of the earlier recordings it is compared with, alone: however a recording is split into blocks, and whether it is read live, after a crash
/// or years later, the same samples under the same table give the same alerts.
public struct RecordingInterpreter: Sendable {
    private var analyzer: RecordingAnalyzer
    private var triage: Triage
    private let samplingRate: Hertz
    /// Whom the recording is judged as.
    let patient: Patient
    /// Samples that were stored and cannot be read any more, so that they are missing.
    public private(set) var damagedSamples = 0

    /// - Parameter baselines: what earlier recordings of the patient showed, newest first.
    /// - Precondition: `header` has been validated.
    public init(header: RecordingHeader, table: TriageTable, baselines: [BaselineReading] = []) {
        analyzer = RecordingAnalyzer(channels: header.channels, samplingRate: header.samplingRate)
        triage = Triage(table: table, patient: header.patient, baselines: baselines)
        samplingRate = header.samplingRate
        patient = header.patient
    }

    /// Says that samples are about to come: see ``RecordingAnalyzer/prefetch()``.
    /// Mutating, so that an object that holds the interpreter need not copy it for the call.
    public mutating func prefetch() { analyzer.prefetch() }

    /// Takes the next samples; returns the alerts that they raise or worsen.
    public mutating func process(_ samples: Samples, beat: (Beat) -> Void = { _ in }) -> [AlertProposal] {
        Self.interpret(samples, &analyzer, &triage, beat)
    }

    /// Takes missing samples in place of damaged ones; the reading will say so.
    public mutating func processDamaged(_ samples: Samples) -> [AlertProposal] {
        damagedSamples += samples.count
        return process(samples)
    }

    /// Ends the recording; returns the alerts that only its end could raise, and the reading of the whole.
    public mutating func finish(
        beat: (Beat) -> Void = { _ in }
    ) -> (raised: [AlertProposal], reading: MachineReading) {
        let raised = Self.interpret(nil, &analyzer, &triage, beat)
        let measurements = analyzer.measurements
        let reading = MachineReading(
            of: measurements, findings: triage.findings, alerts: triage.alerts,
            qualityAdvice: damageNote ?? Triage.qualityAdvice(for: measurements))
        return (raised, reading)
    }

    /// In place of electrodes that would be looked after in vain.
    private var damageNote: String? {
        guard damagedSamples > 0 else { return nil }
        let seconds = Int((Double(damagedSamples) / samplingRate.value).rounded(.up))
        return "Of the stored recording \(seconds) s cannot be read: this is a reading of the rest."
    }

    /// Static, so that the analyser can run while its events change triage: two stored properties, no copy of either.
    ///
    /// - Parameter samples: Nil at the end of the recording.
    private static func interpret(
        _ samples: Samples?, _ analyzer: inout RecordingAnalyzer, _ triage: inout Triage, _ beat: (Beat) -> Void
    ) -> [AlertProposal] {
        var proposals: [AlertProposal] = []
        func take(_ event: AnalysisEvent) {
            switch event {
            case .beat(let found): beat(found)
            case .rhythm: break
            case .measured(let measurements): proposals += triage.assess(measurements)
            }
        }
        if let samples {
            analyzer.process(samples) { take($0) }
        } else {
            analyzer.finish { take($0) }
        }
        return proposals
    }
}
