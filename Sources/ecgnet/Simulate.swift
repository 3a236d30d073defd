import ArgumentParser
import ECGFormats
import ECGModel
import ECGSimulator
import Foundation

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the recording of a simulated patient, with the truth as annotations.",
        discussion: """
            Writes DIR/<name>.hea and .dat in WFDB form and DIR/<name>.atr with every beat, its QRS onset and J point \
            and the rhythm. The same scenario, seed, rate and length give the same bytes everywhere.

            SCENARIOS
            \(Scenario.all.map { "  \($0.name): \($0.title)" }.joined(separator: "\n"))
            """)

    @Argument(help: "One of the scenarios listed above.", completion: .list(Scenario.all.map(\.name)))
    var scenario: String

    @Option(help: "Length of the recording.")
    var seconds: Double = 10

    @Option(help: "Another seed is another patient with the same condition.")
    var seed: UInt64 = 1

    @Option(help: "Sampling rate in Hz, from \(Self.rates).")
    var rate: Double = 500

    @Option(help: "The record's name; the scenario's name by default.")
    var name: String?

    @Option(help: ArgumentHelp("The folder to write into; made if missing.", valueName: "dir"))
    var out: String

    private static let rates =
        "\(Int(AcquisitionLimits.samplingRate.lowerBound.value)) to "
        + "\(Int(AcquisitionLimits.samplingRate.upperBound.value))"
    /// A day: longer simulations serve nobody and fill the disk.
    private static let longestSeconds = Double(Duration.days(1).components.seconds)

    func validate() throws {
        guard Scenario.named(scenario) != nil else {
            throw ValidationError(
                "there is no scenario '\(scenario)': choose one of "
                    + Scenario.all.map(\.name).joined(separator: ", "))
        }
        guard seconds > 0, seconds <= Self.longestSeconds else {
            throw ValidationError("--seconds must be above 0 and at most \(Int(Self.longestSeconds))")
        }
        guard AcquisitionLimits.samplingRate.contains(Hertz(rate)) else {
            throw ValidationError("--rate must be from \(Self.rates) Hz")
        }
    }

    func run() throws {
        guard let scenario = Scenario.named(scenario) else { preconditionFailure("validated") }
        let recordName = name ?? scenario.name
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        var simulation = Simulation(scenario: scenario, seed: seed, samplingRate: Hertz(rate))
        let total = Int((seconds * rate).rounded())
        var samples = Samples(channelCount: simulation.channels.count)
        var progress = ProgressBar("simulating", total: Int(seconds.rounded(.up)), unit: "s")
        while samples.count < total {
            samples.append(simulation.next(min(Int(rate), total - samples.count)))
            progress.advance(to: Int(Double(samples.count) / rate))
        }
        progress.finish()

        let record = WFDBRecord(
            name: recordName, recording: Recording(header: simulation.header(), samples: samples),
            comments: [
                "Age: \(scenario.ageYears)", "Sex: \(scenario.sex.rawValue)", "Simulated patient: \(scenario.title)",
                "Scenario \(scenario.name), seed \(seed)",
            ])
        try record.write(to: out)
        try AnnotationFile.write(
            Self.annotations(of: simulation.truth, before: total),
            to: URL(filePath: out).appending(path: "\(recordName).atr").path, samplingRate: Hertz(rate))
        Terminal.say("wrote \(out)/\(recordName).hea, .dat and .atr: \(seconds) s of \(scenario.name)")
    }

    private static func annotations(of truth: SimulationTruth, before end: SampleIndex) -> [Annotation] {
        var marks: [Annotation] = truth.rhythms.map {
            Annotation(sample: $0.start, rhythm: $0.rhythm)
        }
        for beat in truth.beats {
            if let onset = beat.qrsOnset { marks.append(Annotation(sample: onset, code: .waveOnset)) }
            marks.append(Annotation(sample: beat.rPeak, code: AnnotationCode(beat.beatClass)))
            if let jPoint = beat.jPoint { marks.append(Annotation(sample: jPoint, code: .waveEnd)) }
        }
        return marks.filter { (0..<end).contains($0.sample) }.sorted { $0.sample < $1.sample }
    }
}
