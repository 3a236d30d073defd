import ECGModel

/// What the devices of a load saw, counted on their event loop.
struct LoadTally: Sendable {
    /// How long the server took to say of one block that it is stored: from its last byte handed to the socket.
    struct Acknowledgement: Sendable {
        /// When the block was sent, from the tally's beginning: a load may last for weeks.
        var sentMilliseconds: UInt32
        var waitedMicroseconds: UInt32
    }

    /// Before the first device came.
    let begin: ContinuousClock.Instant
    /// Blocks handed to the socket, however often each, and those of them that the server has said are stored.
    var blocksSent = 0
    var blocksStored = 0
    /// Blocks that were recorded when the load ended and had never been sent: the server granted no more to be under way,
    /// or the connection was cut.
    var blocksUnsent = 0
    var bytesSent = 0
    var recordingsClosed = 0
    /// Connections that ended before their device had done.
    var drops = 0
    /// Recordings and connections that the server refused, by the reason's name.
    var refusals: [String: Int] = [:]
    private var acknowledgements: [Acknowledgement] = []
    /// The block that decides a recording's alert, handed to the socket for the first time.
    private(set) var decidingBlocks: [RecordingID: ContinuousClock.Instant] = [:]
    /// How far each recording is known to be stored: what the store is held to afterwards.
    var promises: [RecordingID: StoreCheck.Promise] = [:]

    init(begin: ContinuousClock.Instant) { self.begin = begin }

    mutating func refused(_ reason: String) { refusals[reason, default: 0] += 1 }

    /// A block that is sent again after a cut has been waited for since it was sent first.
    mutating func sentDecidingBlock(of recording: RecordingID, at instant: ContinuousClock.Instant) {
        if decidingBlocks[recording] == nil { decidingBlocks[recording] = instant }
    }

    mutating func acknowledged(blockSentAt sent: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        acknowledgements.append(
            Acknowledgement(
                sentMilliseconds: milliseconds(at: sent),
                waitedMicroseconds: UInt32(clamping: Int(sent.seconds(until: now) * 1e6))))
    }

    /// In milliseconds, of the blocks that were sent in between, whenever they were acknowledged: those that came back in
    /// between would leave out the ones that waited longest.
    func acknowledgementMilliseconds(
        ofBlocksSentFrom first: ContinuousClock.Instant, to last: ContinuousClock.Instant
    ) -> Percentiles? {
        let sent = milliseconds(at: first)...milliseconds(at: last)
        return Percentiles(
            acknowledgements.compactMap {
                sent.contains($0.sentMilliseconds) ? Double($0.waitedMicroseconds) / 1000 : nil
            })
    }

    private func milliseconds(at instant: ContinuousClock.Instant) -> UInt32 {
        UInt32(clamping: Int(begin.seconds(until: instant) * 1e3))
    }
}

/// Percentiles of many values.
struct Percentiles: Encodable, Sendable {
    var count: Int
    var median: Double
    var p99: Double
    var p999: Double
    var most: Double

    /// Nil of no values.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func value(at share: Double) -> Double { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
        count = sorted.count
        median = value(at: 0.5)
        p99 = value(at: 0.99)
        p999 = value(at: 0.999)
        most = sorted[sorted.count - 1]
    }
}
