import ECGModel
import ECGStore
import ECGTriage
import ECGWire
import NIOCore
import NIOEmbedded
import Testing

@testable import ECGServer

@Suite("The order in which a loop takes what devices have sent")
struct TurnOrderTests {
    private static let blocks = 12

    @Test("what is urgent goes first, and of the rest each device has a turn's worth before the next one")
    func order() throws {
        let turn = DeviceConnectionHandler.countsATurn / CrowdedLoop.countsOfBlock
        try #require(turn > 1 && turn < Self.blocks, "several blocks a turn, and several turns")
        let loop = try CrowdedLoop()
        defer { loop.close() }
        for (name, isLive) in [("a", false), ("b", false), ("u", true)] {
            try loop.connect(name, isLive: isLive)
        }
        // All before the loop comes to any of it: those that can wait were there first.
        for name in ["a", "b", "u"] { try loop.send(Self.blocks, from: name) }
        loop.run(until: 3 * Self.blocks)

        var expected = String(repeating: "u", count: Self.blocks)
        for taken in stride(from: 0, to: Self.blocks, by: turn) {
            for name in ["a", "b"] { expected += String(repeating: name, count: min(turn, Self.blocks - taken)) }
        }
        #expect(loop.progress.order == expected)
    }
}

/// An event loop of a server with devices that have opened a recording each, without sockets and before a disk that takes
/// nothing. Confined to the test's thread.
private final class CrowdedLoop {
    private static let blockSamples = 1_000
    private static let leads = 12
    static let countsOfBlock = blockSamples * leads

    private struct Peer {
        var connection: DeviceConnection
        var channel: UInt32
        let encoder: BlockEncoder
        let pipe: EmbeddedChannel
    }
    private struct Unexpected: Error { var action: ServerAction }

    /// Whose block was taken when. The server asks for the time after each, since each costs more than its bytes.
    final class Progress: @unchecked Sendable {
        private var sessions: [(name: String, session: IngestSession, end: SampleIndex)] = []
        private(set) var order = ""

        func watch(_ session: IngestSession, of name: String) { sessions.append((name, session, session.endSample)) }

        func note() {
            for index in sessions.indices {
                let (name, session, end) = sessions[index]
                order += String(repeating: name, count: (session.endSample - end) / CrowdedLoop.blockSamples)
                sessions[index].end = session.endSample
            }
        }
    }

    let progress = Progress()
    private let site: IngestSite
    private let loop = EmbeddedEventLoop()
    private let desk: IngestDesk
    private let services: IngestServices
    private var peers: [String: Peer] = [:]

    init() throws {
        let site = try IngestSite()
        self.site = site
        desk = IngestDesk(
            loop: loop, uptime: { site.clock.uptime }, isCongested: { _ in false }, fellBehind: {})
        let progress = progress
        services = IngestServices(
            store: site.witness, committer: GroupCommitter(store: site.witness, now: { site.clock.now }),
            register: RecordingRegister(), devices: ConnectedDevices(), traffic: Traffic(limits: .default),
            parked: ParkedAnalyses(limit: 1, duration: .seconds(1)), turnstile: Turnstile(places: 1, waiting: 1),
            tables: TriageTableBook(own: .countyDefault), limits: .default,
            metrics: ServerMetrics(factory: PrometheusMetrics(catalogue: ServerMetrics.catalogue)),
            now: {
                progress.note()
                return site.clock.now
            }, uptime: { site.clock.uptime }, logger: site.log.logger)
    }

    /// A device that has introduced itself and opened a recording.
    ///
    /// - Parameter isLive: it is being taken now, and not a day ago.
    func connect(_ name: String, isLive: Bool) throws {
        var header = try Recording.simulated(seconds: 1).header
        header.deviceTime = site.clock.now + .days(isLive ? 0 : -1)
        let handler = DeviceConnectionHandler(
            id: ConnectionID(rawValue: UInt32(peers.count + 1)), desk: desk, services: services)
        var device = DeviceConnection(
            deviceID: name, software: "test 1", clientNonce: Array(repeating: 1, count: WireProtocol.nonceBytes))
        device.encrypted(with: .none)
        guard case .send(let hello) = device.start(now: site.clock.now) else {
            preconditionFailure("a connection begins with Hello")
        }
        try tell(hello, of: &device, to: &handler.connection)
        let (channel, open) = try device.open(header)
        try tell([open], of: &device, to: &handler.connection)
        try #require(device.nextSample(on: channel) == 0)

        handler.device = name
        handler.parser.handshakeCompleted()
        let session = IngestSession(
            serial: 1,
            recording: StoredRecording(
                header: header, device: name, clinic: name, openedAt: site.clock.now, closedAt: nil, status: .open,
                sampleCount: 0, hasWaveform: true, hasReading: false),
            interpreter: RecordingInterpreter(header: header, table: .countyDefault), found: [], now: site.clock.now)
        handler.sessions[channel] = session
        progress.watch(session, of: name)
        peers[name] = Peer(
            connection: device, channel: channel, encoder: BlockEncoder(channels: header.channels),
            pipe: EmbeddedChannel(handler: handler, loop: loop))
    }

    /// Hands frames to the server's machine, and what it answers to the device's, until both are done.
    private func tell(_ frames: [Frame], of device: inout DeviceConnection, to server: inout ServerConnection) throws {
        for frame in frames {
            var action = server.receive(frame, now: site.clock.now, uptime: .zero)
            // Whatever is asked of the store is granted.
            switch action {
            case .verify: action = server.proofAccepted()
            case .open(let channel, _): action = server.opened(channel: channel, storedSamples: 0, isClosed: false)
            default: break
            }
            guard case .send(let answers) = action else { throw Unexpected(action: action) }
            for answer in answers {
                guard case .sign = device.receive(answer) else { continue }
                let signature = [UInt8](repeating: 1, count: WireProtocol.signatureBytes)
                guard case .send(let proof) = device.signed(signature) else { continue }
                try tell(proof, of: &device, to: &server)
            }
        }
    }

    /// Blocks of a flat line, all with one read of the socket.
    func send(_ blocks: Int, from name: String) throws {
        var peer = try #require(peers[name])
        let flat = Samples(channelCount: Self.leads, counts: Array(repeating: 7, count: Self.countsOfBlock))
        var bytes = ByteBuffer()
        for _ in 0..<blocks {
            let first = try #require(peer.connection.nextSample(on: peer.channel))
            let payload = peer.encoder.encode(flat, firstSample: first)
            bytes.writeFrame(try peer.connection.block(payload, on: peer.channel))
        }
        peers[name] = peer
        try peer.pipe.writeInbound(bytes)
    }

    /// Lets the loop go on, some milliseconds of its own time, until so many blocks have been taken.
    func run(until blocks: Int) {
        for _ in 0..<100 * blocks where progress.order.count < blocks {
            loop.advanceTime(by: .milliseconds(1))
            progress.note()
        }
    }

    func close() {
        for (name, peer) in peers {
            do {
                _ = try peer.pipe.finish()
            } catch {
                Issue.record(error, "\(name) is not closed")
            }
        }
    }
}
