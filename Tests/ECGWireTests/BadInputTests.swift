import ECGModel
import ECGWire
import Foundation
import NIOCore
import Testing

/// What a device can do wrong, and what it is told.
@Suite struct BadInputTests {
    /// A server that has welcomed the device.
    static func welcomed(limits: WireLimits = .default, kept: [RecordingID: ServerEnd.Kept] = [:]) -> ServerEnd {
        var device = DeviceEnd(uploads: [], blockSamples: 1)
        var server = ServerEnd(kept: kept, limits: limits)
        _ = converse(&device, &server)
        return server
    }

    /// The refusals that the server sends in answer to these frames.
    static func refusals(_ server: inout ServerEnd, _ sent: [Frame]) throws -> [(
        channel: UInt32, code: WireError.Code?
    )] {
        server.receive(bytes(of: sent))
        let answers = try frames(in: server.outgoing).filter { $0.type == .refusal }
        server.outgoing.clear()
        return try answers.map {
            let message = try $0.message(WireRefusal.self)
            #expect(!message.text.isEmpty && !message.detail.isEmpty)
            return ($0.channel, WireError.Code(rawValue: message.code))
        }
    }

    static func open(_ channel: UInt32 = 1, _ change: (inout WireOpen) -> Void = { _ in }) -> Frame {
        var message = WireOpen(twelveLeadHeader())
        change(&message)
        return Frame(message, channel: channel)
    }

    static func block(_ first: Int, _ count: Int, channel: UInt32 = 1) -> Frame {
        let payload = BlockEncoder(channels: twelveLeadHeader().channels)
            .encode(triangles(count), firstSample: first)
        return Frame(.block, channel: channel, payload: payload)
    }

    static func close(_ total: UInt64, channel: UInt32 = 1) -> Frame {
        var message = WireClose()
        message.totalSamples = total
        return Frame(message, channel: channel)
    }

    @Test func badHeadersCloseTheirChannelOnly() throws {
        let cases: [(WireError.Code, (inout WireOpen) -> Void)] = [
            (.unknownLead, { $0.channels[3].mdcCode = 999 }),
            (.unknownLead, { $0.channels[3].mdcCode = .max }),
            (.impossibleRate, { $0.samplingRateHertz = 0 }),
            (.impossibleRate, { $0.samplingRateHertz = -500 }),
            (.impossibleRate, { $0.samplingRateHertz = .nan }),
            (.impossibleRate, { $0.samplingRateHertz = .infinity }),
            (.impossibleRate, { $0.samplingRateHertz = 1e9 }),
            (.badHeader, { $0.recordingID = Data([1, 2, 3]) }),
            (.badHeader, { $0.channels = [] }),
            (.badHeader, { $0.channels = Array(repeating: $0.channels[0], count: 17) }),
            (.badHeader, { $0.channels[1] = $0.channels[0] }),
            (.badHeader, { $0.channels[0].nanovoltsPerCount = 0 }),
            (.badHeader, { $0.channels[0].nanovoltsPerCount = .nan }),
            (.badHeader, { $0.channels[0].label = Data(repeating: 0x78, count: 33) }),
            (.badHeader, { $0.patient.ageYears = 4_000_000_000 }),
            (.badHeader, { $0.patient.chiefComplaint = Data(repeating: 0x78, count: 257) }),
        ]
        var server = Self.welcomed()
        for (code, change) in cases {
            let answers = try Self.refusals(&server, [Self.open(1, change)])
            #expect(answers.map(\.code) == [code] && answers.map(\.channel) == [1])
        }
        // What was under way is skipped, and the channel can be opened again.
        #expect(try Self.refusals(&server, [Self.block(0, 10), Self.close(10)]).isEmpty)
        #expect(try Self.refusals(&server, [Self.open(), Self.block(0, 10), Self.close(10)]).isEmpty)
        #expect(server.kept[twelveLeadHeader().id]?.samples == triangles(10))
        #expect(!server.hasEnded)
    }

    @Test("What a device sends blank of a patient is not said: patients without a reference are not one patient")
    func blankFields() throws {
        for blank in ["", " ", "\t\u{3000}"] {
            var message = WireOpen(twelveLeadHeader())
            message.patient.reference = Data(blank.utf8)
            message.patient.chiefComplaint = Data(blank.utf8)
            let patient = try message.header().patient
            #expect(patient.reference == nil && patient.chiefComplaint == nil)
        }
        #expect(try WireOpen(twelveLeadHeader()).header().patient.reference == "W-17")
        for (written, reference) in [("-", nil), ("0", nil), ("unknown", nil), ("无", nil), (" W-17 ", "W-17")] {
            var message = WireOpen(twelveLeadHeader())
            message.patient.reference = Data(written.utf8)
            #expect(try message.header().patient.reference == reference)
        }
    }

    /// What a text of so many bytes leaves in a field of fixed size: the last character is cut in the middle.
    private static let cutComplaint = Data(String(repeating: "胸痛", count: 50).utf8.prefix(256))

    @Test("a text that was cut inside a character costs that character, and no recording")
    func cutTexts() throws {
        var message = WireOpen(twelveLeadHeader())
        message.patient.chiefComplaint = Self.cutComplaint
        message.patient.reference = Data("W-17é".utf8.dropLast())
        message.channels[0].label = Data("Ⅰ".utf8.prefix(2))
        let header = try message.header()
        #expect(header.patient.chiefComplaint == String(String(repeating: "胸痛", count: 50).prefix(85)))
        #expect(header.patient.reference == "W-17")
        #expect(header.channels[0].label == header.channels[0].lead.name)
        for whole in ["胸痛", "é", "💔", "e\u{301}", "\u{FFFD}"] {
            message.patient.chiefComplaint = Data(whole.utf8)
            #expect(try message.header().patient.chiefComplaint == whole)
        }
    }

    @Test("a text in another encoding is replaced, within its limit; a reference in one is none")
    func textsInAnotherEncoding() throws {
        var message = WireOpen(twelveLeadHeader())
        // GBK for 胸痛, which begins characters that never end, and bytes that no text has.
        for foreign in [[0xD0, 0xD8, 0xCD, 0xB4], Array(repeating: 0xFF, count: 256)] as [[UInt8]] {
            message.patient.chiefComplaint = Data(foreign)
            message.patient.reference = Data(foreign.prefix(64))
            let patient = try message.header().patient
            #expect(patient.chiefComplaint?.isEmpty == false)
            #expect(try #require(patient.chiefComplaint).utf8.count <= AcquisitionLimits.complaintBytes)
            #expect(patient.reference == nil, "two patients must not become one by being repaired")
        }
    }

    @Test("an opening that cannot be read costs its own recording, and none that is being sent")
    func openingThatIsNoMessage() throws {
        let unreadable = Frame(.open, channel: 2, payload: ByteBuffer(bytes: [0x0A, 0x7F]))
        var server = Self.welcomed()
        let answers = try Self.refusals(&server, [Self.open(), Self.block(0, 10), unreadable, Self.block(10, 10)])
        #expect(answers.map(\.code) == [.badHeader] && answers.map(\.channel) == [2])
        #expect(server.kept[twelveLeadHeader().id]?.samples.count == 20)
        #expect(!server.hasEnded)
    }

    @Test func patientDataStaysOutOfErrors() throws {
        var server = Self.welcomed()
        server.receive(
            bytes(of: [
                Self.open(1) {
                    $0.patient.ageYears = 131; $0.patient.reference = Data("SECRET".utf8)
                }
            ]))
        let refusal = try #require(try frames(in: server.outgoing).first { $0.type == .refusal })
        let message = try refusal.message(WireRefusal.self)
        #expect(!message.detail.contains("131") && !message.detail.contains("SECRET"))
    }

    @Test func samplesOutOfOrder() throws {
        for first in [1, 9, 11, 500] {
            var server = Self.welcomed()
            let answers = try Self.refusals(&server, [Self.open(), Self.block(0, 10), Self.block(first, 20)])
            #expect(answers.map(\.code) == [.samplesOutOfOrder], "block at \(first)")
            #expect(server.kept[twelveLeadHeader().id]?.samples.count == 10)
        }
    }

    @Test func repeatedBlockIsStoredOnceAndAcknowledgedTwice() throws {
        var server = Self.welcomed()
        server.receive(bytes(of: [Self.open(), Self.block(0, 10), Self.block(0, 10), Self.block(10, 5)]))
        let stored = try frames(in: server.outgoing).filter { $0.type == .stored }
            .map { try $0.message(WireStored.self).samples }
        #expect(stored == [10, 10, 15])
        #expect(server.kept[twelveLeadHeader().id]?.blocks == 2)
    }

    @Test func badBlockClosesItsChannelOnly() throws {
        var server = Self.welcomed()
        var bad = Self.block(0, 10)
        bad.payload.setInteger(UInt8(0xFF), at: bad.payload.writerIndex - 1)
        let other = Self.open(2) { $0.recordingID = Data(twelveLeadHeader(2).id.bytes) }
        let answers = try Self.refusals(
            &server, [Self.open(), other, bad, Self.block(10, 10), Self.block(0, 10, channel: 2)])
        #expect(answers.map(\.code) == [.malformedBlock] && answers.map(\.channel) == [1])
        #expect(server.kept[twelveLeadHeader(1).id]?.samples.isEmpty == true)
        #expect(server.kept[twelveLeadHeader(2).id]?.samples.count == 10)
    }

    @Test func channelsAndClosing() throws {
        func codes(_ sent: [Frame]) throws -> [WireError.Code?] {
            var server = Self.welcomed()
            return try Self.refusals(&server, sent).map(\.code)
        }
        #expect(try codes([Self.block(0, 10)]) == [.unknownChannel])
        #expect(try codes([Self.close(0, channel: 5)]) == [.unknownChannel])
        #expect(try codes([Self.open(65)]) == [.tooManyRecordings])
        #expect(try codes([Self.open(.max)]) == [.tooManyRecordings])
        #expect(try codes([Self.open(0)]) == [.malformedMessage])
        #expect(try codes([Self.open(1), Self.open(1)]) == [.channelInUse])
        #expect(try codes([Self.open(1), Self.open(2)]) == [.channelInUse])
        #expect(try codes([Self.open(), Self.block(0, 10), Self.close(11)]) == [.wrongLength])
        #expect(try codes([Self.open(), Self.close(0), Self.block(0, 10)]) == [.unknownChannel])
    }

    /// A second Open on a channel in use must not cost the recording that is running there.
    @Test func channelInUseGoesOn() throws {
        var server = Self.welcomed()
        _ = try Self.refusals(&server, [Self.open(), Self.block(0, 10), Self.open(1), Self.block(10, 10)])
        #expect(server.kept[twelveLeadHeader().id]?.samples.count == 20)
    }

    @Test func endsWithAnErrorThatSaysWhy() throws {
        func code(_ sent: [Frame]) throws -> WireError.Code? {
            var server = Self.welcomed()
            let answers = try Self.refusals(&server, sent)
            #expect(server.hasEnded)
            #expect(answers.last?.channel == 0)
            return answers.last?.code
        }
        #expect(try code([Frame(WireHello())]) == .unexpectedMessage)
        #expect(try code([Frame(WireProof())]) == .unexpectedMessage)
        #expect(try code([Frame(WireWelcome())]) == .unknownFrameType)
        #expect(try code([Frame(FrameType(rawValue: 0x30), payload: ByteBuffer())]) == .unknownFrameType)
        #expect(try code([Frame(.ping, payload: ByteBuffer(bytes: [0xFF, 0xFF, 0xFF]))]) == .malformedMessage)
        #expect(try code([Frame(.ping, channel: 3, payload: ByteBuffer())]) == .malformedMessage)
    }

    @Test func laterVersionsMayAddWhatCanBeIgnored() throws {
        var server = Self.welcomed()
        let answers = try Self.refusals(
            &server, [Frame(FrameType(rawValue: 0x41), payload: ByteBuffer(bytes: [1, 2, 3]))])
        #expect(answers.isEmpty && !server.hasEnded)
        // A field of a later version: number 1000, a number.
        var ping = Frame(WirePing())
        ping.payload.writeBytes([0xC0, 0x3E, 0x05])
        #expect(try Self.refusals(&server, [ping]).isEmpty)
        #expect(!server.hasEnded)
    }

    @Test func storeMayRefuse() throws {
        var connection = Self.welcomed().connection
        for code in [WireError.Code.recordingOfAnotherDevice, .headerMismatch, .overloaded, .internalError] {
            guard case .open = connection.receive(Self.open(), now: aMorning, uptime: .zero) else {
                Issue.record("not opened")
                return
            }
            guard case .send(let answer) = connection.refused(channel: 1, WireError(code, "because")) else {
                Issue.record("\(code) ended the connection")
                return
            }
            #expect(answer.map(\.channel) == [1])
        }
        guard case .end(_, let error) = connection.fail(WireError(.deviceRevoked, "revoked")) else {
            Issue.record("a revoked device goes on")
            return
        }
        #expect(error?.code == .deviceRevoked)
        #expect(connection.stored(channel: 1, upTo: 5) == .none)
        #expect(connection.receive(Self.open(), now: aMorning, uptime: .zero) == .none)
    }

    @Test func drainingRefusesNewRecordingsOnly() throws {
        var server = Self.welcomed()
        _ = try Self.refusals(&server, [Self.open()])
        server.connection.drain()
        let other = Self.open(2) { $0.recordingID = Data(twelveLeadHeader(2).id.bytes) }
        #expect(try Self.refusals(&server, [other, Self.block(0, 10), Self.close(10)]).map(\.code) == [.goingAway])
        #expect(server.kept[twelveLeadHeader().id]?.isClosed == true)
    }

    /// The store may answer for a recording after its channel was refused and given to another one.
    @Test func lateAnswerIsNotTakenForAnotherRecording() throws {
        var connection = Self.welcomed().connection
        for frame in [Self.open(), Self.block(0, 1000), Self.block(5000, 10)] {
            _ = connection.receive(frame, now: aMorning, uptime: .zero)
            _ = connection.opened(channel: 1, storedSamples: 0, isClosed: false)
        }
        #expect(connection.recording(on: 1) == nil)
        #expect(connection.unacknowledgedBytes == 0)
        let other = Self.open(1) { $0.recordingID = Data(twelveLeadHeader(2).id.bytes) }
        _ = connection.receive(other, now: aMorning, uptime: .zero)
        _ = connection.opened(channel: 1, storedSamples: 0, isClosed: false)
        _ = connection.receive(Self.block(0, 10), now: aMorning, uptime: .zero)
        #expect(connection.stored(channel: 1, upTo: 1000) == .none)
        #expect(connection.recording(on: 1) == twelveLeadHeader(2).id)
    }

    @Test(
        "a time that no calendar has is no time, and the recording is taken",
        arguments: [.min, -1 << 60, .max] as [Int64])
    func impossibleTimes(microseconds: Int64) throws {
        var message = WireOpen(twelveLeadHeader())
        message.firstSampleMicroseconds = microseconds
        message.patient.symptomOnsetMicroseconds = microseconds
        message.patient.firstMedicalContactMicroseconds = microseconds
        let header = try message.header()
        #expect(header.deviceTime == nil)
        #expect(header.patient.symptomOnset == nil && header.patient.firstMedicalContact == nil)
        #expect(header.id == twelveLeadHeader().id)
    }

    @Test("Refusals have the numbers that the protocol gives them, and each a sentence")
    func codesKeepTheirNumbers() throws {
        let protocolText = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Sources/ECGWire/PROTOCOL.md"), encoding: .utf8)
        let refusals = try #require(protocolText.components(separatedBy: "\n## Refusals\n").dropFirst().first)
            .components(separatedBy: "\n## ")[0]
        var written: [String: Int] = [:]
        for row in refusals.split(separator: "\n") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count > 2, let number = Int(cells[0]) { written[cells[1]] = number }
        }
        let known = WireError.Code.allCases.map { ("\($0)", Int($0.rawValue)) }
        #expect(written == Dictionary(uniqueKeysWithValues: known))
        #expect(WireError.Code.allCases.allSatisfy { !$0.sentence.isEmpty })
    }
}
