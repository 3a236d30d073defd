import ECGModel
import ECGSimulator
import ECGWire
import NIOCore

let aMorning = Timestamp(microsecondsSince1970: 1_795_248_930_250_000)
let someServerNonce = (0..<32).map { UInt8($0) }
let someClientNonce = (0..<32).map { UInt8(0xE0 + $0 % 32) }

func twelveLeadHeader(_ low: UInt64 = 1, rate: Hertz = 500) -> RecordingHeader {
    RecordingHeader(
        id: RecordingID(seedHigh: 0x0123_4567_89AB_CDEF, seedLow: low), samplingRate: rate,
        channels: Lead.standardTwelve.map { Channel(lead: $0, nanovoltsPerCount: 5000) }, deviceTime: aMorning,
        patient: Patient(
            reference: "W-17", sex: .female, ageYears: 61, chiefComplaint: "chest pain", symptomOnset: aMorning,
            firstMedicalContact: aMorning))
}

/// A triangle in each lead with a little noise, the limb leads related as Einthoven and Goldberger relate them.
func triangles(_ count: Int, leads: Int = 12, seed: UInt64 = 7) -> Samples {
    var random = SeededGenerator(seed: seed)
    var samples = Samples(channelCount: leads, counts: Array(repeating: 0, count: count * leads))
    for sample in 0..<count {
        let phase = Int32(sample % 200)
        let wave = max(0, 30 - abs(phase - 60)) * 8
        for lead in 0..<leads {
            samples[sample, lead] = wave &* Int32(lead + 1) / 4 + Int32.random(in: -3...3, using: &random)
        }
        if leads >= 6 {
            let (i, ii) = (samples[sample, 0], samples[sample, 1])
            samples[sample, 2] = ii - i
            samples[sample, 3] = -(i + ii) / 2
            samples[sample, 4] = i - ii / 2
            samples[sample, 5] = ii - i / 2
        }
    }
    return samples
}

func frames(in bytes: ByteBuffer) throws -> [Frame] {
    var parser = FrameParser()
    parser.append(bytes)
    var frames: [Frame] = []
    while let frame = try parser.next() { frames.append(frame) }
    return frames
}

func bytes(of frames: [Frame]) -> ByteBuffer {
    frames.reduce(into: ByteBuffer()) { $0.writeFrame($1) }
}

/// Stands for an Ed25519 signature where only the order of the handshake is tested: any function of message and key.
func standInSignature(_ message: [UInt8], key: UInt8) -> [UInt8] {
    (0..<64).map { index in message.reduce(key &+ UInt8(index)) { $0 &* 31 &+ $1 } }
}
