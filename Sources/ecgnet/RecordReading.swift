import ECGFormats
import ECGModel
import ECGServer
import ECGTriage

/// A recording read from a file as the server reads it from a device: in blocks of one second.
struct RecordReading {
    var record: WFDBRecord
    var reading: MachineReading
    var beats: [Beat]

    static func read(_ path: String, table: TriageTable) throws -> RecordReading {
        // A file has no identifier of its own, and none is needed where nothing is stored.
        let record = try WFDBRecord.read(path, id: RecordingID(high: 0, low: 0))
        let recording = record.recording
        try recording.header.validate()
        var interpreter = RecordingInterpreter(header: recording.header, table: table)
        var beats: [Beat] = []
        let second = Int(recording.header.samplingRate.value.rounded())
        for start in stride(from: 0, to: recording.samples.count, by: second) {
            let end = min(start + second, recording.samples.count)
            _ = interpreter.process(recording.samples[start..<end]) { beats.append($0) }
        }
        let reading = interpreter.finish { beats.append($0) }.reading
        return RecordReading(record: record, reading: reading, beats: beats)
    }
}
