import ECGModel

/// What the devices of a load saw, counted on their event loop.
struct LoadTally: Sendable {
    /// Blocks handed to the socket, and those of them that the server has said are stored.
    var blocksSent = 0
    var blocksStored = 0
    var bytesSent = 0
    var recordingsClosed = 0
    /// Connections that ended before their device had done.
    var drops = 0
    /// Recordings and connections that the server refused, by the reason's name.
    var refusals: [String: Int] = [:]
    /// From the last byte of a block handed to the socket to the word that it is stored, in microseconds.
    var acknowledgements: [UInt32] = []
    /// The block that decides a recording's alert, handed to the socket.
    var decidingBlocks: [RecordingID: ContinuousClock.Instant] = [:]
    /// How far each recording is known to be stored, in samples: what the store is held to afterwards.
    var storedSamples: [RecordingID: Int] = [:]

    mutating func refused(_ reason: String) { refusals[reason, default: 0] += 1 }
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
