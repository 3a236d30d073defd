import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import Foundation
import Testing

@Suite("A certificate is changed without a restart")
struct CertificateReloadTests {
    @Test("new connections are shown the new one, those that are open go on")
    func changed() async throws {
        let site = try IngestSite()
        let authority = try TestAuthority()
        let folder = site.directory.appending(path: "given")
        let files = try authority.issue(to: folder)
        var identity = try await site.addDevice("known")
        identity.server = .authorities(pem: try authority.pem)
        let server = try await site.start { $0.tls = files }
        let before = server.server.pin
        let recording = try Recording.simulated(seconds: 20)
        let device = try await server.connect(identity)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 5000, on: channel)
        try await device.stored(5000, on: channel)

        _ = try authority.issue(to: folder)
        server.server.reloadCertificate()
        #expect(server.server.pin != before)
        identity.server = .keys(sha256: [server.server.pin])
        try await server.connect(identity).upload(.simulated())
        identity.server = .keys(sha256: [before])
        await #expect(throws: (any Error).self) { try await server.connect(identity) }

        try await device.sendBlocks(of: recording, upTo: recording.samples.count, on: channel)
        try await device.close(channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("one that cannot be used changes nothing but the log, until it is mended")
    func broken() async throws {
        let site = try IngestSite()
        let authority = try TestAuthority()
        let folder = site.directory.appending(path: "given")
        let files = try authority.issue(to: folder)
        var identity = try await site.addDevice("known")
        identity.server = .authorities(pem: try authority.pem)
        let server = try await site.start { $0.tls = files }
        let before = server.server.pin

        let good = try Data(contentsOf: URL(filePath: files.certificateFile))
        // Half a file, none at all, and one that fits another key.
        let fresh = try authority.issue(to: site.directory.appending(path: "fresh"))
        let others = try Data(contentsOf: URL(filePath: fresh.certificateFile))
        for broken in [good.prefix(good.count / 2), Data(), others] {
            // The server looks by itself as well, at any moment, and somebody who sends signals may be in a hurry.
            let errors = site.log.lines.count { $0.hasPrefix("error") }
            try broken.write(to: URL(filePath: files.certificateFile), options: .atomic)
            await withTaskGroup(of: Void.self) { looks in
                for _ in 0..<8 { looks.addTask { server.server.reloadCertificate() } }
            }
            #expect(site.log.lines.count { $0.hasPrefix("error") } == errors + 1, "each change is complained of once")
            #expect(server.server.pin == before)
            try await server.connect(identity).upload(.simulated())
        }
        // The key that belongs to the new certificate comes late.
        try Data(contentsOf: URL(filePath: fresh.privateKeyFile)).write(to: URL(filePath: files.privateKeyFile))
        server.server.reloadCertificate()
        #expect(server.server.pin != before)
        try await server.connect(identity).upload(.simulated())
        try await server.stop()
    }

    @Test("a change is found by itself")
    func noticed() async throws {
        let site = try IngestSite()
        let authority = try TestAuthority()
        let folder = site.directory.appending(path: "given")
        let files = try authority.issue(to: folder)
        let server = try await site.start { $0.tls = files }
        let before = server.server.pin
        _ = try authority.issue(to: folder)
        try await eventually { server.server.pin != before }
        try await server.stop()
    }
}
