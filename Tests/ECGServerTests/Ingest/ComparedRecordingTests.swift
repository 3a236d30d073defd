import ECGModel
import ECGServer
import ECGSimulator
import ECGStore
import Testing

@Suite("A recording is read beside its patient's earlier ones")
struct ComparedRecordingTests {
    /// One patient whose ST rises, by less than the limits that hold for everybody.
    private static func recording(_ infarct: Infarct?, reference: String) throws -> Recording {
        var scenario = try #require(Scenario.named("normal"))
        // Men below 40 are allowed 0.25 mV in V2 and V3: room for a rise of more than 0.1 mV.
        scenario.ageYears = 39
        scenario.infarct = infarct
        var recording = try Recording.simulated(scenario, seed: 3)
        recording.header.patient.reference = reference
        return recording
    }
    private static let subtle = Infarct(.anterior, .timesThreshold(0.99))

    private static func rules(_ site: IngestSite, _ recording: Recording) async throws -> Set<String> {
        Set(try await site.alerts(of: recording.id).map(\.finding.rule.rule))
    }

    @Test("what is new since an earlier recording alerts, and is the same after a restart")
    func newElevation() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let before = try Self.recording(nil, reference: "P-1")
        let stranger = try Self.recording(Self.subtle, reference: "P-2")
        let now = try Self.recording(Self.subtle, reference: "P-1")
        try await server.connect(known).upload(before)
        site.clock.advance(seconds: 3600)
        // The first connection has said nothing for longer than one may.
        let device = try await server.connect(known)
        try await device.upload(stranger)
        #expect(try await Self.rules(site, stranger).isDisjoint(with: ["new-st-elevation", "new-stemi"]))

        let channel = try await device.open(now.header).channel
        try await device.sendBlocks(of: now, upTo: 2000, on: channel)
        try await device.stored(2000, on: channel)
        try await server.stop()
        let restarted = try await site.start()
        let again = try await restarted.connect(known)
        #expect(try await again.open(now.header).storedSamples == 2000)
        try await again.sendBlocks(of: now, upTo: now.samples.count, on: 1)
        try await again.close(1)
        #expect(!(try await Self.rules(site, now)).isDisjoint(with: ["new-st-elevation", "new-stemi"]))
        try await restarted.stop()
    }

    @Test("elevation that a settled recording shows already is read promptly but pages nobody")
    func oldElevation() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let aneurysm = Infarct(.inferior, .timesThreshold(2))
        let before = try Self.recording(aneurysm, reference: "P-1")
        let now = try Self.recording(aneurysm, reference: "P-1")
        let device = try await server.connect(known)
        try await device.upload(before)
        #expect(try await site.onlyAlert(of: before).priority == .high)
        site.clock.advance(seconds: 90 * 86_400)
        let later = try await server.connect(known)
        try await later.upload(now)
        #expect(try await site.onlyAlert(of: now).priority == .medium)
        try await server.stop()
    }

    @Test("an infarct of this hour is not old because a device has lost its clock")
    func deadClock() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let infarct = Infarct(.inferior, .timesThreshold(2))
        var before = try Self.recording(infarct, reference: "P-1")
        before.header.deviceTime = site.clock.now - .seconds(2000 * 86_400)
        var now = try Self.recording(infarct, reference: "P-1")
        try await server.connect(known).upload(before)
        site.clock.advance(seconds: 3600)
        now.header.deviceTime = site.clock.now
        try await server.connect(known).upload(now)
        #expect(try await site.onlyAlert(of: now).priority == .high)
        try await server.stop()
    }
}
