import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import NIOCore

/// One device of a load: records one patient after the other, a block a second, and resumes after every cut. Outlives its
/// connections; confined to the event loop of its ``DeviceFleet``.
final class LoadDevice {
    let identity: DeviceIdentity
    let patient: LoadPatient
    /// Its place in the fleet.
    private let number: Int
    /// How many blocks every recording but the first has: the patient's, over and over.
    private let usualBlockCount: Int
    private var blockCount: Int
    private unowned let fleet: DeviceFleet

    /// The recording under way. It goes on over connections until it is closed.
    private var header: RecordingHeader
    private var recordings = 0
    /// When it began, by the fleet's ``SignalClock``; nil until the server has opened it for the first time.
    private var beganAt: Double? { didSet { tellDue() } }
    private var channel: UInt32? { didSet { tellDue() } }
    private var blocks: [ByteBuffer] = []
    private var firstBlock = 0
    private var sentBlocks = 0 { didSet { tellDue() } }
    /// How many of them have been sent at all, over every connection.
    private var everSentBlocks = 0
    private var storedBlocks = 0
    private var isClosing = false { didSet { tellDue() } }
    private var sentAt: [ContinuousClock.Instant] = []

    private(set) var connection: LoadConnection?
    /// When the next block is recorded, by the signal clock; infinite while there is nothing to send.
    private var nextDue: Double {
        guard channel != nil, !isClosing, let beganAt else { return .infinity }
        return beganAt + Double(sentBlocks + 1)
    }

    private func tellDue() { fleet.due(nextDue, device: number) }

    /// - Parameters:
    ///   - number: its place in the fleet.
    ///   - firstBlockCount: how many blocks the first recording has: another number for each device, so that their recordings
    ///     do not all end together.
    init(
        number: Int, identity: DeviceIdentity, patient: LoadPatient, blockCount: Int, firstBlockCount: Int,
        fleet: DeviceFleet
    ) {
        self.number = number
        self.identity = identity
        self.patient = patient
        usualBlockCount = blockCount
        self.blockCount = firstBlockCount
        self.fleet = fleet
        header = patient.header
        beginRecording()
    }

    private func beginRecording() {
        var random = SystemRandomNumberGenerator()
        header.id = RecordingID(seedHigh: random.next(), seedLow: random.next())
        // Every recording is of a patient of its own, as in a clinic.
        header.patient.reference = "\(identity.id)-\(recordings)"
        if recordings > 0 { blockCount = usualBlockCount }
        recordings += 1
        beganAt = nil
        sentBlocks = 0
        everSentBlocks = 0
        storedBlocks = 0
        isClosing = false
        sentAt = Array(repeating: fleet.clock.start, count: blockCount)
    }

    // MARK: Connections

    func connected(_ connection: LoadConnection) { self.connection = connection }

    func disconnected() {
        connection = nil
        channel = nil
        isClosing = false
        fleet.disconnected(self)
    }

    func handle(_ event: DeviceEvent) throws(WireError) {
        switch event {
        case .ready: try connection?.open(header)
        case .opened(let channel, _, let stored, let isClosed):
            if isClosed {
                acknowledge(upTo: blockCount * LoadPatient.samplesPerBlock)
                try finishRecording()
            } else {
                try resume(at: stored, on: channel)
            }
        case .stored(_, _, let upTo): acknowledge(upTo: upTo)
        case .closed(_, _, let total):
            acknowledge(upTo: total)
            try finishRecording()
        case .refused(_, _, let error):
            fleet.tally.refused(error.code.name)
            connection?.close()
        case .reading, .alert, .notice, .pong: break
        }
    }

    private func finishRecording() throws(WireError) {
        fleet.tally.recordingsClosed += 1
        channel = nil
        guard !fleet.isEnding else { return }
        beginRecording()
        try connection?.open(header)
    }

    private func resume(at stored: Int, on channel: UInt32) throws(WireError) {
        self.channel = channel
        firstBlock = stored / LoadPatient.samplesPerBlock
        blocks = try patient.blocks(from: firstBlock % patient.blocks.count)
        sentBlocks = firstBlock
        acknowledge(upTo: stored)
        beganAt = beganAt ?? fleet.clock.signalSeconds(at: .now)
        fleet.hasOpened(self)
    }

    // MARK: Blocks

    /// Sends what has been recorded by now, as far as the server lets it.
    func send(upTo signalSeconds: Double, at now: ContinuousClock.Instant) throws(WireError) {
        guard let connection, let channel else { return }
        while nextDue <= signalSeconds, sentBlocks < blockCount {
            let payload = payload(ofBlock: sentBlocks)
            guard try connection.send(payload, on: channel) else { return }
            sentAt[sentBlocks] = now
            fleet.tally.bytesSent += payload.readableBytes
            if sentBlocks == patient.decidingBlock { fleet.tally.sentDecidingBlock(of: header.id, at: now) }
            sentBlocks += 1
            if sentBlocks > everSentBlocks {
                everSentBlocks = sentBlocks
                fleet.tally.blocksSent += 1
            }
        }
        if sentBlocks == blockCount {
            connection.closeRecording(channel)
            isClosing = true
        }
    }

    /// How many blocks have been recorded by then and never been sent.
    func unsentBlocks(at signalSeconds: Double) -> Int {
        guard let beganAt else { return 0 }
        return max(0, min(blockCount, Int(signalSeconds - beganAt)) - everSentBlocks)
    }

    /// Where the patient's signal ends it begins again, and with it a run.
    private func payload(ofBlock index: Int) -> ByteBuffer {
        let period = patient.blocks.count
        let isResumed = index / period == firstBlock / period
        var payload = isResumed ? blocks[index - firstBlock] : patient.blocks[index % period]
        // A block's first field, as PROTOCOL.md has it.
        payload.setInteger(
            UInt64(index * LoadPatient.samplesPerBlock), at: payload.readerIndex, endianness: .little)
        return payload
    }

    private func acknowledge(upTo samples: Int) {
        let now = ContinuousClock.now
        while storedBlocks < samples / LoadPatient.samplesPerBlock {
            // What an earlier connection stored without having told is known only now, and waited for nothing.
            if storedBlocks >= firstBlock, storedBlocks < sentBlocks {
                fleet.tally.acknowledged(blockSentAt: sentAt[storedBlocks], at: now)
            }
            storedBlocks += 1
            fleet.tally.blocksStored += 1
        }
        fleet.tally.promises[header.id] = StoreCheck.Promise(patient: patient.number, samples: samples)
    }
}
