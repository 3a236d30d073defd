import ECGModel
import ECGWire
import NIOCore

/// A server without sockets: the machine, with a dictionary for a store that answers at once.
struct ServerEnd {
    struct Kept: Equatable {
        var header: RecordingHeader
        var samples: Samples
        var blocks = 0
        var isClosed = false
    }

    var connection: ServerConnection
    var parser: FrameParser
    var kept: [RecordingID: Kept]
    var outgoing = ByteBuffer()
    var error: WireError?
    var hasEnded = false
    /// Answers that the store holds back until ``answer()``.
    var holdsBack = false
    private var heldBack: [(channel: UInt32, upTo: Int)] = []
    private let key: UInt8
    private let now: Timestamp
    private let decoder = BlockDecoder()

    init(
        kept: [RecordingID: Kept] = [:], limits: WireLimits = .default, key: UInt8 = 1, now: Timestamp = aMorning,
        binding: ChannelBinding = .none
    ) {
        connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero, limits: limits)
        connection.encrypted(with: binding)
        parser = FrameParser(limits: limits)
        self.kept = kept
        self.key = key
        self.now = now
    }

    mutating func receive(_ bytes: ByteBuffer) {
        parser.append(bytes)
        do throws(WireError) {
            while !hasEnded, let frame = try parser.next() {
                perform(connection.receive(frame, now: now, uptime: .zero))
            }
        } catch {
            perform(connection.fail(error))
        }
    }

    /// Gives the answers held back.
    mutating func answer() {
        let answers = heldBack
        heldBack = []
        for answer in answers { perform(connection.stored(channel: answer.channel, upTo: answer.upTo)) }
    }

    mutating func perform(_ action: ServerAction) {
        switch action {
        case .none: break
        case .send(let frames): frames.forEach { outgoing.writeFrame($0) }
        case .verify(_, let message, let signature):
            perform(
                signature == standInSignature(message, key: key)
                    ? connection.proofAccepted() : connection.proofRejected())
        case .open(let channel, let header):
            let known = kept[header.id] ?? Kept(header: header, samples: Samples(channelCount: header.channels.count))
            kept[header.id] = known
            perform(
                connection.opened(channel: channel, storedSamples: known.samples.count, isClosed: known.isClosed))
        case .block(let channel, let recording, let header, let data):
            store(header, data, of: recording, on: channel)
        case .close(let channel, let recording, _):
            answer()
            kept[recording]?.isClosed = true
            perform(connection.closed(channel: channel))
            for frame in Self.messages(about: recording) { outgoing.writeFrame(frame) }
        case .end(let frames, let error):
            frames.forEach { outgoing.writeFrame($0) }
            self.error = error
            hasEnded = true
        }
    }

    private mutating func store(
        _ header: BlockHeader, _ data: ByteBuffer, of recording: RecordingID, on channel: UInt32
    ) {
        guard let known = kept[recording] else { return }
        var samples = Samples(channelCount: known.header.channels.count)
        do throws(WireError) {
            try decoder.decode(header, data, into: &samples)
        } catch {
            perform(connection.refused(channel: channel, error))
            return
        }
        kept[recording]?.samples.append(samples)
        kept[recording]?.blocks += 1
        if holdsBack {
            heldBack.append((channel, header.endSample))
        } else {
            perform(connection.stored(channel: channel, upTo: header.endSample))
        }
    }

    static func messages(about recording: RecordingID) -> [Frame] {
        [
            Frame(ClinicReading(recording: recording, priority: .high, lines: ["Heart rate 72/min."])),
            Frame(
                AlertStatus(
                    alert: AlertID(7), recording: recording, code: "stemi", priority: .high, state: .acknowledged,
                    by: "Dr Li", at: aMorning, text: "ST elevation")),
        ]
    }
}

/// A device without sockets that uploads recordings as fast as the window allows.
struct DeviceEnd {
    var connection: DeviceConnection
    var parser = FrameParser()
    var outgoing = ByteBuffer()
    var events: [DeviceEvent] = []
    var error: WireError?
    var hasEnded = false
    private let uploads: [Recording]
    private let blockSamples: Int
    private let key: UInt8
    private var sending: [UInt32: Int] = [:]

    init(
        uploads: [Recording], blockSamples: Int, key: UInt8 = 1, clock: Timestamp = aMorning,
        binding: ChannelBinding = .none
    ) {
        connection = DeviceConnection(
            deviceID: "clinic-3.ecg-1", software: "test 1.0", clientNonce: someClientNonce)
        connection.encrypted(with: binding)
        self.uploads = uploads
        self.blockSamples = blockSamples
        self.key = key
        perform(connection.start(now: clock))
    }

    mutating func receive(_ bytes: ByteBuffer) {
        parser.append(bytes)
        do throws(WireError) {
            while !hasEnded, let frame = try parser.next() { perform(connection.receive(frame)) }
        } catch {
            self.error = error
            hasEnded = true
        }
    }

    private mutating func perform(_ action: DeviceAction) {
        switch action {
        case .none: break
        case .send(let frames): frames.forEach { outgoing.writeFrame($0) }
        case .sign(let message): perform(connection.signed(standInSignature(message, key: key)))
        case .event(let event):
            events.append(event)
            react(to: event)
        case .end(let error):
            self.error = error
            hasEnded = true
        }
    }

    private mutating func react(to event: DeviceEvent) {
        switch event {
        case .ready:
            for (index, upload) in uploads.enumerated() {
                guard let (channel, frame) = try? connection.open(upload.header) else { continue }
                sending[channel] = index
                outgoing.writeFrame(frame)
            }
        case .opened, .stored: sendBlocks()
        default: break
        }
    }

    private mutating func sendBlocks() {
        for (channel, index) in sending.sorted(by: { $0.key < $1.key }) {
            let upload = uploads[index]
            let encoder = BlockEncoder(channels: upload.header.channels)
            while let first = connection.nextSample(on: channel) {
                let end = min(first + blockSamples, upload.samples.count)
                guard first < end else {
                    outgoing.writeFrame(connection.close(channel))
                    break
                }
                let payload = encoder.encode(upload.samples[first..<end], firstSample: first)
                guard connection.canSend(payload, on: channel), let frame = try? connection.block(payload, on: channel)
                else { break }
                outgoing.writeFrame(frame)
            }
        }
    }
}

/// Carries bytes between both ends until neither has anything to say, in pieces of `piece` bytes.
func converse(
    _ device: inout DeviceEnd, _ server: inout ServerEnd, piece: Int = .max
) -> (fromDevice: ByteBuffer, fromServer: ByteBuffer) {
    var fromDevice = ByteBuffer()
    var fromServer = ByteBuffer()
    while device.outgoing.readableBytes > 0 || server.outgoing.readableBytes > 0 {
        if let bytes = device.outgoing.readSlice(length: min(piece, device.outgoing.readableBytes)) {
            fromDevice.writeImmutableBuffer(bytes)
            server.receive(bytes)
        }
        if let bytes = server.outgoing.readSlice(length: min(piece, server.outgoing.readableBytes)) {
            fromServer.writeImmutableBuffer(bytes)
            device.receive(bytes)
        }
    }
    return (fromDevice, fromServer)
}
