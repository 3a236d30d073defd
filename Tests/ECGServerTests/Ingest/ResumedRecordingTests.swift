import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import Foundation
import Testing

@Suite("A recording that goes on under another table")
struct ResumedRecordingTests {
    /// Nothing of the averaged beat lasts long enough for it before a recording ends.
    private static func patientTable() -> TriageTable {
        var table = TriageTable.countyDefault
        table.version = "patient 1"
        table.evidence.assessmentsToHold = 60
        return table
    }

    @Test("raises what the new table finds in the samples that are stored", arguments: [4000, 5000])
    func anotherTable(total: Int) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let recording = try Recording.simulated("anterior-stemi")
        let document = String(decoding: try JSONEncoder().encode(Self.patientTable()), as: UTF8.self)
        let table = try await site.witness.addTriageTable(
            version: "patient 1", document: document, by: "root", at: site.clock.now)
        try await site.witness.enforceTriageTable(table.edition, at: site.clock.now)
        let server = try await site.start()
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 4000, on: channel)
        try await device.stored(4000, on: channel)
        #expect(try await site.alerts(of: recording.id).isEmpty)
        try await server.stop()

        try await site.witness.enforceTriageTable(nil, at: site.clock.now)
        let restarted = try await site.start()
        // A connection that breaks before it has sent anything swallows nothing either.
        let cut = try await restarted.connect(known)
        #expect(try await cut.open(recording.header).storedSamples == 4000)
        try await cut.vanish()
        let again = try await restarted.connect(known)
        let resumed = try await again.open(recording.header).channel
        try await again.sendBlocks(of: recording, upTo: total, on: resumed)
        try await again.close(resumed)
        let reading = try #require(try await site.witness.reading(of: recording.id))
        #expect(!reading.alerts.isEmpty)
        #expect(Set(try await site.alerts(of: recording.id).map(\.code)) == Set(reading.alerts.map(\.code)))
        try await restarted.stop()
    }
}
