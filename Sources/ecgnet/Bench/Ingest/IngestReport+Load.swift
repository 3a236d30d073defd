import ECGModel

extension IngestReport {
    /// The figures of the while between two looks.
    /// - Parameter idle: the server before the first device came.
    init(
        devices: Int, isEncrypted: Bool, from begin: LoadProbe.Look, to end: LoadProbe.Look, idle: LoadProbe.Look
    ) {
        let seconds = begin.seconds(until: end)
        let blocks = Double(end.tally.blocksStored - begin.tally.blocksStored)
        let serverSeconds = end.server.cpuSeconds - begin.server.cpuSeconds
        self.init(
            devices: devices, isEncrypted: isEncrypted, seconds: seconds, connected: end.standing,
            drops: end.tally.drops,
            refusals: end.tally.refusals, blocksPerSecond: begin.blocksPerSecond(until: end),
            megabytesPerSecond: Double(end.tally.bytesSent - begin.tally.bytesSent) / 1e6 / seconds,
            serverCPUMicrosecondsPerDeviceSecond: blocks > 0 ? serverSeconds * 1e6 / blocks : .nan,
            serverCores: serverSeconds / seconds,
            loadCores: (end.load.cpuSeconds - begin.load.cpuSeconds) / seconds,
            memoryKibibytesPerDevice:
                Double(end.server.residentBytes - idle.server.residentBytes) / 1024 / Double(devices),
            transactionsPerSecond: Double(end.transactions - begin.transactions) / seconds)
    }

    /// Adds what is known only when the load has ended.
    mutating func complete(
        _ tally: LoadTally, _ reader: QueueReader, measuredFrom begin: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        let seen = reader.firstHigh
        drops = tally.drops
        refusals = tally.refusals
        blocksUnacknowledged = max(0, tally.blocksSent - tally.blocksStored)
        blocksUnsent = tally.blocksUnsent
        alertsExpected = tally.decidingBlocks.count
        alertsMissing = tally.decidingBlocks.keys.count { seen[$0] == nil }
        acknowledgementMilliseconds = tally.acknowledgementMilliseconds(ofBlocksSentFrom: begin, to: end)
        alertMilliseconds = Self.alertLatencies(tally, reader, from: begin, to: end)
    }

    /// In milliseconds, of the alerts whose deciding block was sent in between.
    static func alertLatencies(
        _ tally: LoadTally, _ reader: QueueReader, from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant
    ) -> Percentiles? {
        let seen = reader.firstHigh
        return Percentiles(
            tally.decidingBlocks.compactMap { recording, sent in
                guard (begin...end).contains(sent), let arrival = seen[recording] else { return nil }
                return sent.seconds(until: arrival) * 1000
            })
    }
}
