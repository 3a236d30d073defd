import ECGModel
import ECGServer
import ECGSimulator
import ECGTriage
import ECGWire
import NIOCore

/// A simulated patient before a device: one recording, in blocks as the device sends them.
struct LoadPatient: Sendable {
    static let samplingRate = Hertz(500)
    static let samplesPerBlock = 500

    /// The header but for the recording's name and the patient's reference, which every recording has of its own.
    let header: RecordingHeader
    /// Payloads of consecutive blocks of a second, the first of which begins a run.
    let blocks: [ByteBuffer]
    /// What the heart did in each of them, told before it was encoded.
    let digests: [UInt64]
    /// Tells the patients of one load apart.
    let number: Int
    /// The block with whose samples the analysis raises a high-priority alert; nil where it raises none. Known in advance,
    /// since the analysis is a function of the samples.
    let decidingBlock: Int?

    /// - Parameters:
    ///   - number: tells the patients of one load apart; the same number and seed make the same patient.
    ///   - isInfarct: one with an infarction that raises an alert, else one without.
    init(number: Int, seed: UInt64, isInfarct: Bool, seconds: Int) {
        self.number = number
        let own = seed &* 1_000_003 &+ UInt64(number)
        let scenario =
            isInfarct
            ? Self.infarcts[number % Self.infarcts.count] : Scenario.normalVariant(seed: own)
        var simulation = Simulation(
            scenario: scenario, seed: own, samplingRate: Self.samplingRate, recordsTruth: false)
        header = simulation.header()
        let encoder = BlockEncoder(channels: header.channels)
        var memory = CodecMemory()
        var interpreter = isInfarct ? RecordingInterpreter(header: header, table: .countyDefault) : nil
        var samples = Samples(channelCount: header.channels.count)
        var deciding: Int?
        // One buffer for all blocks: ten thousand patients of sixty blocks are too many allocations to be kept apart.
        var bytes = ByteBuffer()
        var lengths: [Int] = []
        var digests: [UInt64] = []
        for block in 0..<seconds {
            samples.counts.removeAll(keepingCapacity: true)
            simulation.append(Self.samplesPerBlock, to: &samples)
            digests.append(samples.digest)
            var payload = encoder.encode(samples, firstSample: block * Self.samplesPerBlock, memory: &memory)
            lengths.append(bytes.writeBuffer(&payload))
            if deciding == nil, let raised = interpreter?.process(samples), raised.contains(where: \.isHigh) {
                deciding = block
            }
        }
        blocks = lengths.compactMap { bytes.readSlice(length: $0) }
        decidingBlock = deciding
        self.digests = digests
    }

    /// Infarctions of an even level, whose alert does not depend on when the recording began.
    private static let infarcts = Scenario.all.filter { $0.infarct?.evolution == .constant }

    /// Everything that the analysis raises of a recording of so many blocks, in which the signal begins again where it ends.
    func alarms(within blockCount: Int) throws(WireError) -> Set<SurplusAlerts.Alarm> {
        let decoder = BlockDecoder()
        var memory = CodecMemory()
        var samples = Samples(channelCount: header.channels.count)
        var signal: [Samples] = []
        for block in blocks {
            var data = block
            let header = try BlockHeader.read(from: &data)
            try decoder.decode(header, data, memory: &memory, into: &samples)
            signal.append(samples)
        }
        var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
        var raised: [AlertProposal] = []
        for index in 0..<blockCount { raised += interpreter.process(signal[index % signal.count]) }
        raised += interpreter.finish().raised
        return Set(raised.map { SurplusAlerts.Alarm(code: $0.code, priority: $0.priority) })
    }

    /// The blocks from one on, encoded as a device does that resumes there: the first begins a run.
    func blocks(from first: Int) throws(WireError) -> [ByteBuffer] {
        guard first > 0 else { return blocks }
        let decoder = BlockDecoder()
        let encoder = BlockEncoder(channels: header.channels)
        var samples = Samples(channelCount: header.channels.count)
        var past = CodecMemory()
        var memory = CodecMemory()
        var resumed: [ByteBuffer] = []
        for (index, block) in blocks.enumerated() {
            var data = block
            let header = try BlockHeader.read(from: &data)
            try decoder.decode(header, data, memory: &past, into: &samples)
            if index >= first {
                resumed.append(encoder.encode(samples, firstSample: header.firstSample, memory: &memory))
            }
        }
        return resumed
    }
}

extension AlertProposal {
    fileprivate var isHigh: Bool { priority == .high }
}
