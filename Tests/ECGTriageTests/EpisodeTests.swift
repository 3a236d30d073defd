import ECGModel
import ECGSignal
import ECGSimulator
import ECGTriage
import Testing

/// What comes back after it was away is proposed anew, and what is over is not.
@Suite("Episodes of a condition")
struct EpisodeTests {
    /// Assesses a recording second by second.
    /// - Parameter measured: what is measured in each second, from 1 on.
    static func proposals(seconds: Int, _ measured: (Int, inout Measurements) -> Void) -> [AlertProposal] {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        return (1...seconds).flatMap { second in
            var measurements = SyntheticReading.normal(atSecond: second)
            measured(second, &measurements)
            return triage.assess(measurements)
        }
    }

    private static let sustained = CriticalValueTests.run(beats: 100, rate: 180, duration: 33_000)

    @Test("A tachycardia that returns after minutes is another episode")
    func rhythm() {
        let proposals = Self.proposals(seconds: 450) { second, measurements in
            if (20...50).contains(second) || second > 400 { Self.sustained(&measurements) }
        }
        #expect(proposals.map(\.code) == ["ventricular-tachycardia", "ventricular-tachycardia"])
        #expect(proposals.map(\.atSample) == [20 * 500, 401 * 500])
    }

    @Test("Short runs that go on do not hide the next long one")
    func milder() {
        let salvo = CriticalValueTests.run(beats: 4, rate: 130, duration: 1400)
        let proposals = Self.proposals(seconds: 450) { second, measurements in
            if second > 20 { salvo(&measurements) }
            if second == 20 || second == 420 { Self.sustained(&measurements) }
        }
        #expect(proposals.map(\.priority) == [.high, .high])
    }

    @Test("A tachycardia after a fibrillation that is over is an alert of its own; the fibrillation's end is none")
    func impliedForAWhile() {
        let proposals = Self.proposals(seconds: 300) { second, measurements in
            if (10...30).contains(second) { measurements.rhythm.recent.fibrillationDuration = 8000 }
            if (31...60).contains(second) || second > 200 { Self.sustained(&measurements) }
        }
        #expect(proposals.map(\.code) == ["ventricular-fibrillation", "ventricular-tachycardia"])
        #expect(proposals.last?.atSample == 201 * 500)
    }

    @Test("An asystole that ended by itself is one alert, however long the recording goes on")
    func asystoleThatEnded() {
        let proposals = Self.proposals(seconds: 900) { second, measurements in
            if (14...18).contains(second) {
                measurements.rhythm.timeSinceLastBeat = Milliseconds(Double(second - 10) * 1000)
            }
            if (19...28).contains(second) { measurements.rhythm.recent.longestRR = 8000 }
            if (19...38).contains(second) { measurements.rhythm.recent.sustainedLowRate = 20 }
            measurements.rhythm.worst.longestRR = second > 18 ? 8000 : 900
            measurements.rhythm.worst.sustainedLowRate = second > 18 ? 20 : 68
        }
        #expect(proposals.map(\.code) == ["asystole"])
    }

    @Test("The reading of a recording keeps what was over long before it ended")
    func reading() {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var measurements = SyntheticReading.normal(atSecond: 300)
        measurements.rhythm.worst.longestRR = 6000
        #expect(triage.assess(measurements).isEmpty)
        #expect(triage.hasFinding("ventricular-pause"))
    }

    @Test("An ST change that has come back raises nothing any more")
    func changeThatEnded() {
        let proposals = Self.proposals(seconds: 900) { second, measurements in
            guard second > 60 else { return }
            for lead in [Lead.ii, .aVF] {
                let index = measurements.leads.firstIndex(of: lead)!
                let isOver = second > 120
                measurements.stChanges[index].episode = STEpisode(
                    start: 40 * 500, end: isOver ? 105 * 500 : nil, peakDeviation: 0.3, peakSample: 80 * 500)
            }
        }
        #expect(proposals.count == 1)
        #expect(proposals.allSatisfy { $0.atSample < 70 * 500 })
    }

    @Test("A slow tachycardia that lasts asks for a prompt reading, and says how long")
    func slowTachycardia() throws {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var proposals: [AlertProposal] = []
        for second in 1...120 {
            var measurements = SyntheticReading.normal(atSecond: second)
            CriticalValueTests.run(
                beats: second * 7 / 3, rate: 140, duration: Milliseconds(Double(second) * 1000))(&measurements)
            proposals += triage.assess(measurements)
        }
        #expect(proposals.map(\.priority) == [.low, .medium])
        let worse = try #require(proposals.last)
        #expect(worse.atSample == 30 * 500)
        #expect(worse.isCriticalValue)
        #expect(worse.finding.rule.rule == "sustained-ventricular-tachycardia")
        #expect(worse.finding.evidence.contains(Evidence("Duration", Milliseconds(30_000), limit: 30_000)))
        #expect(worse.finding.evidence.contains { $0.value == 140 && $0.limit == 100 })
        let text = try #require(triage.alerts.first?.finding.text)
        #expect(text.contains("over 120.0 s"), "\(text)")
    }

    @Test("A slow tachycardia that fills a short recording asks for a prompt reading")
    func slowTachycardiaOfAWholeRecording() {
        var measurements = SyntheticReading.normal()
        measurements.rhythm.current = .wideComplexTachycardia
        measurements.rhythm.beatCount = 23
        CriticalValueTests.run(beats: 23, rate: 140, duration: 9600)(&measurements)
        measurements.rhythm.beatCount = 23
        var triage = Triage(table: .countyDefault, patient: Patient())
        #expect(triage.assess(measurements).map(\.priority) == [.medium])
    }

    @Test("What goes on is told at its worst and proposed once")
    func grows() throws {
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var proposals: [AlertProposal] = []
        for second in 1...40 {
            var measurements = SyntheticReading.normal(atSecond: second)
            if (4...9).contains(second) {
                measurements.rhythm.timeSinceLastBeat = Milliseconds(Double(second) * 1000)
            }
            if second > 12 { measurements.rhythm.recent.sustainedHighRate = second == 20 ? 225 : 210 }
            proposals += triage.assess(measurements)
        }
        #expect(proposals.map(\.code) == ["asystole", "supraventricular-tachycardia"])
        #expect(triage.alert("asystole")?.finding.text == "No heartbeat for 9.0 s: asystole.")
        #expect(triage.alert("asystole")?.atSample == 4 * 500)
        #expect(triage.alert("supraventricular-tachycardia")?.finding.evidence.first?.value == 225)
    }

    /// The whole chain, from samples to proposals.
    @Test("Tachycardia, minutes of sinus rhythm, and tachycardia again, as a signal")
    func signal() throws {
        let normal = try #require(Scenario.named("normal"))
        let tachycardia = try #require(Scenario.named("vt"))
        var analyzer: RecordingAnalyzer?
        var triage = Triage(table: .countyDefault, patient: Patient(sex: .male, ageYears: 60))
        var proposals: [AlertProposal] = []
        for (scenario, seconds) in [(normal, 20), (tachycardia, 45), (normal, 340), (tachycardia, 45), (normal, 30)] {
            var simulation = Simulation(scenario: scenario, seed: 3, samplingRate: 250)
            var now = analyzer ?? RecordingAnalyzer(channels: simulation.channels, samplingRate: 250)
            now.process(simulation.next(seconds * 250)) { event in
                if case .measured(let measurements) = event { proposals += triage.assess(measurements) }
            }
            analyzer = now
        }
        let high = proposals.filter { $0.priority == .high }
        #expect(Set(high.map(\.code)) == ["ventricular-tachycardia"], "\(proposals.map(\.code))")
        #expect(high.map { $0.atSample / 250 > 405 } == [false, true])
    }
}
