import ECGModel
import ECGServer
import ECGStore
import ECGWire
import NIOCore
import NIOPosix
import Testing

@Suite("Many devices at once")
struct BusyServerTests {
    private static let scenarios = [
        "normal", "anterior-stemi", "normal-old-woman", "inferior-stemi", "lbbb", "normal-young-man",
    ]

    @Test("while the disk is stuck devices are slowed down, not cut off, and everything is stored once it goes on")
    func stuckDisk() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        var limits = IngestLimits.default
        limits.queue.queuedChanges = 64
        // Its patience with the lock outlasts the test's.
        let server = try await site.start(limits: limits)
        let recording = try Recording.simulated()
        let device = try await server.connect(identity)
        let channel = try await device.open(recording.header).channel
        // The day's file is there once something is stored.
        let shortBlock = 20
        func sendBlock(from first: Int) async throws {
            let payload = recording.payload(from: first, upTo: first + shortBlock)
            try await device.send(device.connection.block(payload, on: channel))
        }
        try await sendBlock(from: 0)
        try await device.stored(shortBlock, on: channel)

        let lock = try WriteLock(onWaveformsOf: site)
        for first in stride(from: shortBlock, to: recording.samples.count, by: shortBlock) {
            try await sendBlock(from: first)
        }
        try await eventually {
            // Twice where the batch that is stuck had taken a whole queue of blocks with it.
            let text = try await server.get("/metrics")
            return !device.channel.isActive || text.contains(/ecgnet_ingest_waits_for_disk_total [1-9]/)
        }
        try lock.release()
        try await device.stored(recording.samples.count, on: channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("what a device sent before it went is kept, though it fills many turns")
    func manyTurns() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let server = try await site.start()
        let header = try Recording.simulated().header
        let device = try await server.connect(identity)
        let channel = try await device.open(header).channel
        // A flat line is small enough for all of it to come with one read of the socket.
        let blocks = 12
        let samplesPerBlock = 10_000
        let flat = Samples(
            channelCount: header.channels.count,
            counts: Array(repeating: 7, count: samplesPerBlock * header.channels.count))
        let encoder = BlockEncoder(channels: header.channels)
        var frames: [Frame] = []
        for number in 0..<blocks {
            frames.append(
                try device.connection.block(
                    encoder.encode(flat, firstSample: number * samplesPerBlock), on: channel))
        }
        try await device.send(frames)
        try await device.vanish()
        try await eventually { try await site.storedSamples(of: header.id) == blocks * samplesPerBlock }
        try await server.stop()
    }

    @Test("fifty clinics at once: every sample is kept, the alerts are the expected ones, the metrics agree")
    func fiftyDevices() async throws {
        let site = try IngestSite()
        let server = try await site.start()
        let recordings = try await withThrowingTaskGroup(of: Recording.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let identity = try await site.addDevice("clinic-\(number)")
                    let recording = try Recording.simulated(
                        Self.scenarios[number % Self.scenarios.count], seed: UInt64(number))
                    let device = try await server.connect(identity)
                    try await device.upload(recording)
                    try await device.send(device.connection.goodbye())
                    #expect(try await device.end() == nil)
                    #expect(device.acknowledgedSamples(of: recording.id) == recording.samples.count)
                    return recording
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        var bytes = 0
        var raised: [AlarmPriority: Int] = [:]
        for recording in recordings {
            #expect(try await site.waveform(of: recording.id) == recording.samples)
            #expect(try await site.witness.recording(recording.id)?.status == .closed)
            let alerts = try await site.alerts(of: recording.id)
            #expect(
                Dictionary(alerts.map { ($0.code, $0.priority) }, uniquingKeysWith: max)
                    == recording.expectedAlerts())
            #expect(alerts.count == recording.expectedAlerts().count)
            for event in try await site.witness.alertEvents(ofRecording: recording.id) where event.kind == .raised {
                raised[event.priority, default: 0] += 1
            }
            bytes += recording.runBytes
        }
        #expect(raised[.high, default: 0] > 10)

        let blocks = recordings.count * 10
        // Gauges are set and events counted a moment after the devices have their answers.
        var expected = [
            "ecgnet_blocks_stored_total \(blocks)", "ecgnet_waveform_received_bytes_total \(bytes)",
            "ecgnet_acknowledgement_latency_seconds_count \(blocks)", "ecgnet_device_connections 0",
            "ecgnet_commit_changes_sum \(blocks + recordings.count)",
        ]
        for (priority, count) in raised {
            expected.append("ecgnet_alerts_raised_total{priority=\"\(priority.rawValue)\"} \(count)")
        }
        try await eventually { try await server.get("/metrics").contains("ecgnet_device_connections 0") }
        for line in expected {
            try await eventually {
                let text = try await server.get("/metrics")
                let name = line.prefix { $0 != " " }
                let found = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + " ") }
                return found.map { $0 == line } ?? false
            }
        }
        try await server.stop()
    }
}

extension Recording {
    /// The bytes of compressed waveform that a device sends for it, in blocks of a second that go on over each other.
    fileprivate var runBytes: Int {
        let encoder = BlockEncoder(channels: header.channels)
        var memory = CodecMemory()
        return stride(from: 0, to: samples.count, by: samplesPerBlock).reduce(0) { bytes, first in
            let block = samples[first..<first + samplesPerBlock]
            let payload = encoder.encode(block, firstSample: first, memory: &memory)
            return bytes + payload.readableBytes - BlockHeader.byteCount
        }
    }
}

extension RunningServer {
    /// The body of the answer to a GET on the API's address.
    func get(_ path: String) async throws -> String {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { $0.pipeline.addHandler(Collector(continuation: continuation)) }
            .connect(host: api.host, port: api.port).get()
        try await channel.writeAndFlush(
            ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: \(api)\r\nConnection: close\r\n\r\n"))
        var answer = ""
        for await bytes in stream { answer += String(buffer: bytes) }
        return answer
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation
        init(continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }
}
