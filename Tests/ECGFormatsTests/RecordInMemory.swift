import ECGFormats
import ECGModel

let anyID = RecordingID(seedHigh: 1, seedLow: 2)

/// Reads a record given as the text of its header and the bytes of its other files.
func read(
    _ header: String, files: [String: [UInt8]] = [:], headers: [String: String] = [:]
) throws(WFDBError) -> WFDBRecord {
    var all = files
    all["r.hea"] = Array(header.utf8)
    for (name, text) in headers { all[name + ".hea"] = Array(text.utf8) }
    return try WFDBRecord.read("r", id: anyID, from: .memory(all))
}

/// What reading such a record is refused with.
func refusal(_ header: String, files: [String: [UInt8]] = [:], headers: [String: String] = [:]) -> WFDBError? {
    do {
        _ = try read(header, files: files, headers: headers)
        return nil
    } catch {
        return error
    }
}

/// 16-bit counts, low byte first.
func words(_ counts: Int16...) -> [UInt8] {
    counts.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
}

/// A record of leads I, II, … with the given counts, interleaved.
func record(_ counts: [Int32], leads: [Lead] = [.ii], nanovoltsPerCount: Double = 1000) -> WFDBRecord {
    WFDBRecord(
        name: "r",
        recording: Recording(
            header: RecordingHeader(
                id: anyID, samplingRate: 500,
                channels: leads.map { Channel(lead: $0, nanovoltsPerCount: nanovoltsPerCount) }),
            samples: Samples(channelCount: leads.count, counts: counts)))
}

/// Writes a record into memory and reads it back.
func written(_ record: WFDBRecord, format: WFDBSignalFormat? = nil) throws -> WFDBRecord {
    let files = try record.encoded(format: format)
    return try WFDBRecord.read(
        record.name, id: record.recording.header.id,
        from: .memory([record.name + ".hea": files.header, record.name + ".dat": files.signal]))
}
