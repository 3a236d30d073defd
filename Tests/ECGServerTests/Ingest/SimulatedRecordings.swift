import ECGModel
import ECGServer
import ECGSimulator
import ECGTriage
import ECGWire
import Foundation
import NIOCore
import Testing

extension Recording {
    /// A simulated patient's recording under a fresh name, with patient data that must show up nowhere.
    static func simulated(
        _ scenario: String = "normal", seed: UInt64 = 1, seconds: Int = 10
    ) throws -> Recording {
        try simulated(try #require(Scenario.named(scenario)), seed: seed, seconds: seconds)
    }

    static func simulated(_ scenario: Scenario, seed: UInt64, seconds: Int = 10) throws -> Recording {
        var simulation = Simulation(scenario: scenario, seed: seed, recordsTruth: false)
        var header = simulation.header()
        header.id = RecordingID(seedHigh: .random(in: 0 ... .max), seedLow: .random(in: 0 ... .max))
        header.patient.reference = Hospital.patient.reference
        header.patient.chiefComplaint = Hospital.patient.chiefComplaint
        return Recording(header: header, samples: simulation.next(seconds * Int(header.samplingRate.value)))
    }

    var id: RecordingID { header.id }
    var samplesPerBlock: Int { Int(header.samplingRate.value) }

    /// A block frame's payload in codec 1, which stands alone.
    func payload(from first: Int, upTo end: Int) -> ByteBuffer {
        BlockEncoder(channels: header.channels).encode(samples[first..<end], firstSample: first)
    }

    func blockFrame(from first: Int, upTo end: Int, on channel: UInt32) -> Frame {
        Frame(.block, channel: channel, payload: payload(from: first, upTo: end))
    }

    /// What the recording comes to when it is read in one go: each alert's code with its highest priority.
    func expectedAlerts() -> [String: AlarmPriority] {
        var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
        let raised = interpreter.process(samples)
        return Dictionary((raised + interpreter.finish().raised).map { ($0.code, $0.priority) }, uniquingKeysWith: max)
    }

    /// The machine reading of the first samples.
    func expectedReading(upTo end: Int) -> MachineReading {
        var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
        _ = interpreter.process(samples[0..<end])
        return interpreter.finish().reading
    }

    /// The machine reading of the first samples where some of them cannot be read.
    func expectedReading(damaged: Range<Int>, upTo end: Int) -> MachineReading {
        var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
        let missing = Array(repeating: Samples.missing, count: damaged.count * samples.channelCount)
        if damaged.lowerBound > 0 { _ = interpreter.process(samples[0..<damaged.lowerBound]) }
        _ = interpreter.processDamaged(Samples(channelCount: samples.channelCount, counts: missing))
        if damaged.upperBound < end { _ = interpreter.process(samples[damaged.upperBound..<end]) }
        return interpreter.finish().reading
    }
}
