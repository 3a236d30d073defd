import ECGModel
import ECGSignal
import ECGSimulator
import ECGTriage

/// The triage of a simulated patient's leads, told second by second.
///
/// - Parameter change: what the device makes of a count, given its sample.
func triage(
    _ scenario: Scenario, seed: UInt64, leads: [Lead] = Lead.standardTwelve, seconds: Int, rate: Hertz = 500,
    change: (SampleIndex, Int32) -> Int32 = { $1 }
) -> Triage {
    var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: rate)
    let all = simulation.next(seconds * Int(rate.value))
    let lanes = leads.compactMap { Lead.standardTwelve.firstIndex(of: $0) }
    let counts = (0..<all.count).flatMap { sample in lanes.map { change(sample, all[sample, $0]) } }
    return triage(
        Samples(channelCount: lanes.count, counts: counts), channels: lanes.map { simulation.channels[$0] }, rate: rate,
        patient: simulation.patient)
}

func triage(_ samples: Samples, channels: [Channel], rate: Hertz, patient: Patient) -> Triage {
    var analyzer = RecordingAnalyzer(channels: channels, samplingRate: rate)
    var triage = Triage(table: .countyDefault, patient: patient)
    func take(_ event: AnalysisEvent) {
        if case .measured(let measurements) = event { _ = triage.assess(measurements) }
    }
    analyzer.process(samples, handle: take)
    analyzer.finish(handle: take)
    return triage
}
