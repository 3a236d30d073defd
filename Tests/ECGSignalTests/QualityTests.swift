import ECGModel
import ECGSignal
import ECGSimulator
import Testing

@Suite("Quality")
struct QualityTests {
    static func measure(
        _ scenario: Scenario, seed: UInt64 = 5, rate: Hertz = 500, seconds: Int = 10
    ) -> Measurements {
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: rate)
        let samples = simulation.next(seconds * Int(rate.value))
        var analyzer = RecordingAnalyzer(channels: simulation.channels, samplingRate: rate)
        analyzer.process(samples) { _ in }
        analyzer.finish { _ in }
        return analyzer.measurements
    }

    static func measure(_ name: String, rate: Hertz = 500, seconds: Int = 10) throws -> Measurements {
        measure(try #require(Scenario.named(name)), rate: rate, seconds: seconds)
    }

    static func leads(_ problem: SignalProblems, _ measurements: Measurements) -> [Lead] {
        zip(measurements.leads, measurements.quality).filter { $1.problems.contains(problem) }.map(\.0)
    }

    @Test("A patient who lies still has nothing but usable leads, at any rate", arguments: [100.0, 250, 500, 1000])
    func clean(rate: Double) throws {
        for name in ["normal", "lvh", "lbbb", "anterior-stemi", "tachycardia", "svt", "pvc", "bradycardia"] {
            let measurements = try Self.measure(name, rate: Hertz(rate))
            #expect(measurements.quality.allSatisfy { $0.problems.isEmpty && $0.isUsable }, "\(name)")
            #expect(measurements.recordingQuality.verdict == .good, "\(name)")
        }
    }

    @Test("A chest electrode without contact and a limb electrode at the rail are told apart from the others")
    func contact() throws {
        let measurements = try Self.measure("lead-off")
        #expect(Self.leads(.leadOff, measurements) == [.v3])
        #expect(Self.leads(.saturated, measurements) == [.i, .iii, .aVR, .aVL, .aVF])
        #expect(measurements.quality(of: .v2)?.isUsable == true)
    }

    @Test("Hum is told, and the leads stay usable as long as it can be taken off the averaged beat")
    func hum() throws {
        let measurements = try Self.measure("mains")
        #expect(Self.leads(.mains, measurements).contains(.ii))
        #expect(measurements.quality.allSatisfy { $0.isUsable })
        #expect(Self.leads(.muscle, measurements).isEmpty)
        var scenario = try #require(Scenario.named("normal"))
        scenario.noise = NoiseProfile(mains: 3000)
        #expect(Self.measure(scenario).quality(of: .ii)?.isUsable == false)
    }

    /// At these rates 50 or 60 Hz are a quarter of what is looked at, where the filter's coefficient is 0.
    @Test("Hum is no muscle noise, at any rate", arguments: [200.0, 240, 400, 480, 500], [50.0, 60])
    func humAtAQuarter(rate: Double, hertz: Double) throws {
        var simulation = Simulation(
            scenario: try #require(Scenario.named("normal")), seed: 5, samplingRate: Hertz(rate))
        var samples = simulation.next(10 * Int(rate))
        let channels = simulation.channels
        for index in 0..<samples.count {
            let millivolts = 0.3 * wave(hertz * Double(index) / rate)
            for channel in channels.indices {
                samples[index, channel] += Int32(
                    (millivolts * 1_000_000 / channels[channel].nanovoltsPerCount).rounded())
            }
        }
        var analyzer = RecordingAnalyzer(channels: channels, samplingRate: Hertz(rate))
        analyzer.process(samples) { _ in }
        analyzer.finish { _ in }
        #expect(Self.leads(.mains, analyzer.measurements).count == 12)
        #expect(Self.leads(.muscle, analyzer.measurements).isEmpty)
    }

    @Test("Less than half a second is worth nothing", arguments: [0, 1, 200])
    func tooShort(samples: Int) throws {
        var simulation = Simulation(
            scenario: try #require(Scenario.named("normal")), seed: 5, samplingRate: 500)
        var analyzer = RecordingAnalyzer(channels: simulation.channels, samplingRate: 500)
        if samples > 0 { analyzer.process(simulation.next(samples)) { _ in } }
        analyzer.finish { _ in }
        #expect(analyzer.measurements.recordingQuality.verdict == .unusable)
        #expect(analyzer.measurements.quality.allSatisfy { !$0.isUsable })
    }

    @Test("Muscle noise in which an ST level is lost makes leads unusable")
    func muscle() throws {
        var scenario = try #require(Scenario.named("normal"))
        scenario.noise = NoiseProfile(muscle: 400)
        let measurements = Self.measure(scenario)
        #expect(Self.leads(.muscle, measurements).count == 12)
        #expect(measurements.recordingQuality.verdict == .unusable)
    }

    /// An infarction's ECG that is disturbed for a part.
    static func disturbed(
        _ seconds: Range<Double>, of length: Int = 10, by change: (_ sample: Int, _ count: Int32) -> Int32
    ) throws -> Measurements {
        var simulation = Simulation(
            scenario: try #require(Scenario.named("anterior-stemi")), seed: 5, samplingRate: 500)
        var samples = simulation.next(length * 500)
        for sample in Int(seconds.lowerBound * 500)..<Int(seconds.upperBound * 500) {
            for channel in 0..<samples.channelCount {
                samples[sample, channel] = change(sample, samples[sample, channel])
            }
        }
        var analyzer = RecordingAnalyzer(channels: simulation.channels, samplingRate: 500)
        analyzer.process(samples) { _ in }
        analyzer.finish { _ in }
        return analyzer.measurements
    }

    @Test("Electrodes that come off before somebody presses stop do not spoil the recording")
    func takenOff() throws {
        let whole = try Self.measure("anterior-stemi")
        let cut = try Self.disturbed(8.5..<10) { _, _ in 0 }
        #expect(cut.recordingQuality.verdict == .good)
        #expect(cut.quality.allSatisfy { $0.problems.isEmpty && $0.isUsable })
        for lead in [Lead.v2, .v3, .v4] {
            let lane = try #require(cut.leads.firstIndex(of: lead))
            let (level, expected) = (try #require(cut.waves[lane].stJ), try #require(whole.waves[lane].stJ))
            #expect((level - expected).magnitude < 0.03, "\(lead)")
        }
    }

    @Test("Ten good seconds count, however long it took until the electrodes were on", arguments: [0.0, 15])
    func putOnLate(from start: Double) throws {
        let late = try Self.disturbed(start..<start + 15, of: 25 + Int(start)) { _, _ in 0 }
        #expect(late.recordingQuality.verdict == .good)
        #expect(late.quality.allSatisfy { $0.problems.isEmpty && $0.isUsable })
    }

    @Test("A glimpse of an ECG between electrodes that hang loose is none")
    func glimpse() throws {
        let loose = try Self.disturbed(3..<15, of: 15) { _, _ in 0 }
        #expect(loose.recordingQuality.verdict == .unusable)
        #expect(Self.leads(.leadOff, loose).count == 12)
    }

    @Test("A quiet last second does not make a recording readable")
    func quietEnd() throws {
        var random = SeededGenerator(seed: 7)
        let shivering = try Self.disturbed(0..<9) { _, count in
            count + Int32.random(in: -300...300, using: &random)
        }
        #expect(shivering.recordingQuality.verdict == .unusable)
        #expect(shivering.quality.allSatisfy { !$0.isUsable })
        #expect(Self.leads(.muscle, shivering).count == 12)
    }

    @Test("No asystole is called in a signal that is not connected", arguments: [0, 0.006])
    func unconnected(noise: Double) {
        var heart = SyntheticHeart(leads: 1, seconds: 20)
        _ = heart.rhythm(from: 0.5, to: 8, interval: 0.8)
        heart.set(lead: 0, from: 8.5, to: 20) { $0 % 2 == 0 ? noise / 2 : -noise / 2 }
        let run = AnalysisRun(heart)
        #expect(run.measurements.allSatisfy { $0.rhythm.current != .asystole })
    }

    @Test("A heart that stands still in a connected patient is asystole")
    func asystole() throws {
        let measurements = try Self.measure("asystole", seconds: 14)
        #expect(measurements.rhythm.current == .asystole)
    }

    @Test("Exchanged limb electrodes are named, in most patients")
    func reversal() throws {
        let kinds = [nil] + RecordingQuality.LimbReversal.allCases.map(Optional.some)
        for kind in kinds {
            var named = 0
            for seed in 1...10 as ClosedRange<UInt64> {
                var scenario = Scenario.normalVariant(seed: seed)
                scenario.limbReversal = kind
                if Self.measure(scenario, seed: seed).recordingQuality.limbReversal == kind { named += 1 }
            }
            #expect(named >= 9, "\(kind?.rawValue ?? "none")")
        }
    }
}
