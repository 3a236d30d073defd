import ECGModel
import ECGWire
import NIOCore
import Testing

/// Both machines talk to each other.
@Suite struct ConversationTests {
    static let uploads = [
        Recording(header: twelveLeadHeader(1), samples: triangles(700)),
        Recording(header: twelveLeadHeader(2), samples: triangles(450, seed: 8)),
    ]

    private static func expectAllKept(_ server: ServerEnd) {
        for upload in uploads {
            #expect(server.kept[upload.header.id]?.samples == upload.samples)
            #expect(server.kept[upload.header.id]?.header == upload.header)
            #expect(server.kept[upload.header.id]?.isClosed == true)
        }
        #expect(server.connection.unacknowledgedBytes == 0)
        #expect(server.connection.unacknowledgedBlocks == 0)
    }

    @Test func wholeUpload() throws {
        var device = DeviceEnd(uploads: Self.uploads, blockSamples: 250)
        var server = ServerEnd()
        _ = converse(&device, &server)
        Self.expectAllKept(server)
        #expect(device.error == nil && server.error == nil)
        #expect(device.connection.unacknowledgedBytes == 0)
        let first = Self.uploads[0].header.id
        #expect(device.events.contains(.closed(channel: 1, first, totalSamples: 700)))
        #expect(device.events.contains(.stored(channel: 1, first, upTo: 250)))
        let alerts = device.events.compactMap { if case .alert(let status) = $0 { status } else { nil } }
        #expect(alerts.map(\.state) == [.acknowledged, .acknowledged])
        #expect(alerts.first?.by == "Dr Li" && alerts.first?.at == aMorning)
        let readings = device.events.compactMap { if case .reading(let reading) = $0 { reading } else { nil } }
        #expect(readings.first?.disclaimer == MachineReading.disclaimer)
        #expect(readings.first?.priority == .high)
        #expect(server.connection.deviceID == "clinic-3.ecg-1")
        #expect(server.connection.software == "test 1.0")
    }

    @Test(arguments: [1, 3, 17, 1000])
    func inPieces(piece: Int) {
        var device = DeviceEnd(uploads: Self.uploads, blockSamples: 250)
        var server = ServerEnd()
        _ = converse(&device, &server, piece: piece)
        Self.expectAllKept(server)
    }

    /// The same bytes come out of each end wherever the network cuts what goes in.
    @Test func cutAtEveryByte() throws {
        let upload = [Recording(header: twelveLeadHeader(1), samples: triangles(40))]
        var device = DeviceEnd(uploads: upload, blockSamples: 20)
        var server = ServerEnd()
        let (fromDevice, fromServer) = converse(&device, &server)
        for cut in 0...fromDevice.readableBytes {
            var again = ServerEnd()
            again.receive(try #require(fromDevice.getSlice(at: 0, length: cut)))
            again.receive(try #require(fromDevice.getSlice(at: cut, length: fromDevice.readableBytes - cut)))
            #expect(again.outgoing == fromServer, "device's bytes cut at \(cut)")
        }
        for cut in 0...fromServer.readableBytes {
            var again = DeviceEnd(uploads: upload, blockSamples: 20)
            again.receive(try #require(fromServer.getSlice(at: 0, length: cut)))
            again.receive(try #require(fromServer.getSlice(at: cut, length: fromServer.readableBytes - cut)))
            #expect(again.outgoing == fromDevice, "server's bytes cut at \(cut)")
            #expect(again.events == device.events)
        }
    }

    /// The link breaks after any byte; a second connection brings the rest, and nothing is stored twice.
    @Test func resumesAfterAnyByte() throws {
        let upload = [Recording(header: twelveLeadHeader(1), samples: triangles(60))]
        var device = DeviceEnd(uploads: upload, blockSamples: 20)
        var server = ServerEnd()
        let (fromDevice, _) = converse(&device, &server)
        for cut in 0...fromDevice.readableBytes {
            var broken = ServerEnd()
            broken.receive(try #require(fromDevice.getSlice(at: 0, length: cut)))
            var again = DeviceEnd(uploads: upload, blockSamples: 20)
            var healed = ServerEnd(kept: broken.kept)
            _ = converse(&again, &healed)
            let kept = try #require(healed.kept[upload[0].header.id])
            #expect(kept.samples == upload[0].samples && kept.isClosed && kept.blocks == 3, "cut at \(cut)")
        }
    }

    @Test func closedRecordingSaysSo() throws {
        let upload = Self.uploads[0]
        var device = DeviceEnd(uploads: [upload], blockSamples: 250)
        var server = ServerEnd(kept: [
            upload.header.id: .init(header: upload.header, samples: upload.samples, isClosed: true)
        ])
        _ = converse(&device, &server)
        #expect(device.events.contains(.opened(channel: 1, upload.header.id, storedSamples: 700, isClosed: true)))
        #expect(device.connection.nextSample(on: 1) == nil)
    }

    /// The device never has more under way than the server allows, and goes on when it is told that blocks are stored.
    @Test func windowIsKept() {
        var limits = WireLimits()
        limits.unacknowledgedBlocks = 2
        var device = DeviceEnd(uploads: [Self.uploads[0]], blockSamples: 50)
        var server = ServerEnd(limits: limits)
        server.holdsBack = true
        var rounds = 0
        while server.kept[Self.uploads[0].header.id]?.isClosed != true, rounds < 20 {
            _ = converse(&device, &server)
            #expect(server.connection.unacknowledgedBlocks <= 2)
            #expect(server.connection.shouldRead == (server.connection.unacknowledgedBlocks < 2))
            server.answer()
            rounds += 1
        }
        #expect(rounds >= 7)
        #expect(server.kept[Self.uploads[0].header.id]?.samples == Self.uploads[0].samples)
    }

    @Test func pingIsAnswered() {
        var device = DeviceEnd(uploads: [], blockSamples: 1)
        var server = ServerEnd()
        _ = converse(&device, &server)
        device.outgoing.writeFrame(device.connection.ping(token: 77))
        _ = converse(&device, &server)
        #expect(device.events.last == .pong(token: 77))
    }

    @Test func goodbyesEndInGoodOrder() {
        var device = DeviceEnd(uploads: [], blockSamples: 1)
        var server = ServerEnd()
        _ = converse(&device, &server)
        var other = (device, server)
        device.outgoing.writeFrame(device.connection.goodbye("done"))
        _ = converse(&device, &server)
        #expect(server.hasEnded && server.error == nil)
        other.1.perform(other.1.connection.goodbye("restart"))
        _ = converse(&other.0, &other.1)
        #expect(other.0.hasEnded && other.0.error == nil)
    }
}
