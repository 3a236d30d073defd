import Foundation

/// What one load of `ecgnet bench ingest` came to.
struct IngestReport: Encodable, Sendable {
    var devices: Int
    var isEncrypted: Bool
    /// Length of the measured while, after every device had a recording open.
    var seconds: Double
    /// Devices whose connection stood at its end, and connections lost from the load's beginning to its end.
    var connected: Int
    var drops: Int
    var refusals: [String: Int]
    var blocksPerSecond: Double
    var megabytesPerSecond: Double
    /// A device-second is one second of one device's signal, stored.
    var serverCPUMicrosecondsPerDeviceSecond: Double
    var serverCores: Double
    var loadCores: Double
    /// What plain zlib takes for a device-second's first differences, all cores at it: how fast the machine was just before the
    /// load and just after; see ``InflateReference``.
    var inflateMicrosecondsBefore: Double = .nan
    var inflateMicrosecondsAfter: Double = .nan
    /// Resident memory of the server beyond what it held before the first device came, a device.
    var memoryKibibytesPerDevice: Double
    /// From the last byte of a block that was sent in the measured while to the word that it is stored.
    var acknowledgementMilliseconds: Percentiles?
    /// From the last byte of the block that decides an alert to its event on a reader's stream.
    var alertMilliseconds: Percentiles?
    var transactionsPerSecond: Double
    /// Measured before the load.
    var disk: DiskSync?
    /// Blocks that the server had acknowledged and the store does not hold, and blocks never acknowledged.
    var blocksLost = 0
    var blocksUnacknowledged = 0
    /// Blocks that were recorded when the load ended and had never been sent, since the server granted no more to be under
    /// way: what a device keeps for later.
    var blocksUnsent = 0
    /// Recordings of which something was acknowledged, and those of them that were read back; see ``StoreCheck``.
    var recordings = 0
    var recordingsReadBack = 0
    var alertsExpected = 0
    var alertsMissing = 0
    /// See ``SurplusAlerts``.
    var alertsDoubled = 0
    var alertsUnfounded = 0
    var rush: Rush?

    /// What happened while the devices recorded faster than time, and after.
    struct Rush: Encodable, Sendable {
        var factor: Double
        var seconds: Double
        var blocksPerSecond: Double
        /// The server's largest resident memory, a device, as above.
        var memoryKibibytesPerDevice: Double
        /// Of the blocks that were sent in it, whenever they were acknowledged.
        var acknowledgementMilliseconds: Percentiles?
        var alertMilliseconds: Percentiles?
        /// From the end of the load until everything sent was acknowledged.
        var recoverySeconds: Double
        var connected: Int
    }

    /// Whether nothing was lost, missing, doubled or out of place.
    var isSound: Bool {
        blocksLost == 0 && blocksUnacknowledged == 0 && alertsMissing == 0 && alertsDoubled == 0
            && alertsUnfounded == 0
    }

    // MARK: For a person

    static func table(of reports: [IngestReport]) -> String {
        var table = TextTable(heading: [""] + reports.map { "\($0.devices) devices\($0.isEncrypted ? ", TLS" : "")" })
        func row(_ title: String, _ value: (IngestReport) -> String) {
            table.append([TextTable.Cell(title)] + reports.map { TextTable.Cell(value($0)) })
        }
        row("measured, s") { text($0.seconds, 0) }
        row("connected at the end; connections lost") { "\($0.connected); \($0.drops)" }
        row("blocks, MB per second") { "\(text($0.blocksPerSecond, 0)), \(text($0.megabytesPerSecond, 2))" }
        row("server CPU, µs per device-second") { text($0.serverCPUMicrosecondsPerDeviceSecond, 1) }
        row("plain zlib for as much, before and after the load, µs") {
            "\(text($0.inflateMicrosecondsBefore, 1)), \(text($0.inflateMicrosecondsAfter, 1))"
        }
        row("cores: server, load") { "\(text($0.serverCores, 2)), \(text($0.loadCores, 2))" }
        row("server memory, KiB a device") { text($0.memoryKibibytesPerDevice, 0) }
        row("acknowledged after p50, p99, p99.9, most, ms") { text($0.acknowledgementMilliseconds) }
        row("alert on the screen after p50, p99, p99.9, most, ms") { text($0.alertMilliseconds) }
        row("transactions synced per second") { text($0.transactionsPerSecond, 1) }
        row("a sync of the disk by itself, median, ms") { report in report.disk.map { text($0) } ?? "" }
        row("blocks lost; never acknowledged; never sent, the window being full") {
            "\($0.blocksLost); \($0.blocksUnacknowledged); \($0.blocksUnsent)"
        }
        row("recordings; read back and compared") { "\($0.recordings); \($0.recordingsReadBack)" }
        row("alerts expected; missing; doubled; that the samples do not raise") {
            "\($0.alertsExpected); \($0.alertsMissing); \($0.alertsDoubled); \($0.alertsUnfounded)"
        }
        row("refusals") { report in
            report.refusals.isEmpty
                ? "none"
                : report.refusals.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        if reports.contains(where: { $0.rush != nil }) { addRush(row) }
        return table.lines.joined(separator: "\n")
    }

    private static func addRush(_ row: (String, (IngestReport) -> String) -> Void) {
        func rushed(_ title: String, _ value: @escaping (Rush) -> String) {
            row(title) { $0.rush.map(value) ?? "" }
        }
        rushed("rush: times the pace, s") { "\(text($0.factor, 1)), \(text($0.seconds, 0))" }
        rushed("rush: blocks per second") { text($0.blocksPerSecond, 0) }
        rushed("rush: most server memory, KiB a device") { text($0.memoryKibibytesPerDevice, 0) }
        rushed("rush: acknowledged after p50, p99, p99.9, most, ms") { text($0.acknowledgementMilliseconds) }
        rushed("rush: alert on the screen after p50, p99, p99.9, most, ms") { text($0.alertMilliseconds) }
        rushed("rush: connected at the end") { "\($0.connected)" }
        rushed("rush: everything acknowledged after, s") { text($0.recoverySeconds, 1) }
    }

    private static func text(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    private static func text(_ disk: DiskSync) -> String {
        let place = disk.isInMemory ? "in memory, on no disk" : disk.fileSystem ?? "unknown"
        return "\(text(disk.medianMilliseconds, 2)) (\(place))"
    }

    private static func text(_ values: Percentiles?) -> String {
        guard let values else { return "none" }
        return [values.median, values.p99, values.p999, values.most].map { text($0, 0) }.joined(separator: ", ")
            + " (\(values.count))"
    }
}
