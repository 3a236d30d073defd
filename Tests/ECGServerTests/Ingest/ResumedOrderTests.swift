import ECGDevice
import ECGModel
import ECGStore
import ECGTriage
import Testing

@testable import ECGServer

@Suite("The order in which recordings that go on are analysed")
struct ResumedOrderTests {
    /// Stores the recordings as far as they go with a server that ends then, and leaves them open.
    private func keep(_ recordings: [Recording], at site: IngestSite, as identity: DeviceIdentity) async throws {
        let server = try await site.start()
        let device = try await server.connect(identity)
        for recording in recordings {
            let channel = try await device.open(recording.header).channel
            try await device.sendBlocks(of: recording, upTo: recording.samples.count, on: channel)
            try await device.stored(recording.samples.count, on: channel)
        }
        try await server.stop()
    }

    @Test("a short one, in which an alert may still be found, goes before the long ones that wait")
    func shortOnesFirst() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let one = try Recording.simulated(seed: 1, seconds: 31)
        let other = try Recording.simulated(seed: 2, seconds: 31)
        let short = try Recording.simulated(seed: 3)
        try await keep([one, other, short], at: site, as: identity)

        let tickets = (1...3).map { _ in OpeningTicket() }
        let begun = Mutexed<[RecordingID]>([])
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let turnstile = Turnstile(places: 1, waiting: 2)
        // What a recording is compared with is asked when its analysis begins.
        let watched = WatchedStore(
            store: site.witness,
            comparing: { [held = one.id] id in
                begun.value += [id]
                guard id == held else { return }
                for await _ in gate { break }
            })
        let opening = RecordingOpening(
            store: watched, table: .countyDefault, parked: ParkedAnalyses(limit: 1, duration: .seconds(1)),
            turnstile: turnstile, now: { site.clock.now }, uptime: { site.clock.uptime })
        async let first = opening.open(one.header, device: identity.id, clockOffset: nil, ticket: tickets[0])
        try await eventually { begun.value == [one.id] }
        async let second = opening.open(
            other.header, device: identity.id, clockOffset: nil, ticket: tickets[1])
        try await eventually { turnstile.waitingCount == 1 }
        async let third = opening.open(
            short.header, device: identity.id, clockOffset: nil, ticket: tickets[2])
        try await eventually { turnstile.waitingCount == 2 }
        opener.yield()
        _ = try await (first, second, third)
        #expect(begun.value == [one.id, short.id, other.id])
    }

    @Test("what connections that are gone had asked for is not begun, and what was begun for one is there for the next")
    func comesAndGoes() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let recording = try Recording.simulated("anterior-stemi")
        try await keep([recording], at: site, as: identity)

        let begun = Mutexed(0)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let turnstile = Turnstile(places: 1, waiting: 2)
        let watched = WatchedStore(
            store: site.witness,
            comparing: { _ in
                begun.value += 1
                for await _ in gate { break }
            })
        let parked = ParkedAnalyses(limit: 1, duration: .seconds(1))
        let opening = RecordingOpening(
            store: watched, table: .countyDefault, parked: parked, turnstile: turnstile,
            now: { site.clock.now }, uptime: { site.clock.uptime })
        let tickets = (1...3).map { _ in OpeningTicket() }
        func open(_ ticket: OpeningTicket) -> Task<RecordingOpening.Opened, any Error> {
            Task { try await opening.open(recording.header, device: identity.id, clockOffset: nil, ticket: ticket) }
        }
        let first = open(tickets[0])
        try await eventually { begun.value == 1 }
        let second = open(tickets[1])
        try await eventually { turnstile.waitingCount == 1 }
        let third = open(tickets[2])
        try await eventually { turnstile.waitingCount == 2 }
        tickets[0].withdraw()
        tickets[1].withdraw()
        opener.yield()
        await #expect(throws: RecordingOpening.NobodyWaits.self) { _ = try await first.value }
        await #expect(throws: RecordingOpening.NobodyWaits.self) { _ = try await second.value }
        let opened = try await third.value
        #expect(opened.interpreter != nil && opened.recording.sampleCount == recording.samples.count)
        // The first one's: nothing was analysed again, and what it had found is not lost.
        #expect(begun.value == 1)
        #expect(!opened.found.isEmpty)
        #expect(parked.count == 0)
    }
}
