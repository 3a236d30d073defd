import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@Suite("Devices connect by TLS, and know their server")
struct EncryptedDeviceTests {
    /// A device that knows the key that the site's server makes for itself.
    private static func pinned(_ id: String, of site: IngestSite) async throws -> DeviceIdentity {
        var identity = try await site.addDevice(id)
        let own = try OwnCertificate.find(inDataFolder: site.directory.path, now: site.clock.now)
        identity.server = .keys(sha256: [try ServerCertificate.pin(ofCertificateFile: own.certificateFile)])
        return identity
    }

    @Test("a server that is given no certificate makes its own, keeps it, and keeps its key to itself")
    func ownCertificate() async throws {
        let site = try IngestSite()
        let identity = try await Self.pinned("known", of: site)
        for _ in 0..<2 {
            let server = try await site.start()
            let device = try await server.connect(identity)
            try await device.upload(.simulated())
            #expect(identity.server == .keys(sha256: [server.server.pin]))
            try await server.stop()
        }
        let own = try OwnCertificate.find(inDataFolder: site.directory.path, now: site.clock.now)
        let rights = try FileManager.default.attributesOfItem(atPath: own.privateKeyFile)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        let inFolder = try FileManager.default.contentsOfDirectory(atPath: site.directory.path)
        #expect(inFolder.filter { $0.contains("tls") } == ["tls"], "nothing half made is left behind")
    }

    @Test("ten processes that find no certificate come to the same one")
    func madeOnce() async throws {
        let site = try IngestSite()
        let pins = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let own = try OwnCertificate.find(inDataFolder: site.directory.path, now: site.clock.now)
                    return try ServerCertificate(
                        certificateFile: own.certificateFile, privateKeyFile: own.privateKeyFile
                    ).pin
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(pins.count == 1)
    }

    @Test("a device that knows another key sends nothing")
    func otherKey() async throws {
        let site = try IngestSite()
        var identity = try await site.addDevice("known")
        identity.server = .keys(sha256: [Array(repeating: 7, count: ChannelBinding.hashBytes)])
        let server = try await site.start()
        await #expect(throws: NIOSSLError.self) { try await server.connect(identity) }
        #expect(try await site.witness.device("known")?.lastContactAt == nil)
        try await server.stop()
    }

    @Test("a device that trusts an authority takes its certificates, for the right host only, and no others")
    func authority() async throws {
        let site = try IngestSite()
        var identity = try await site.addDevice("known")
        let authority = try TestAuthority()
        let other = try TestAuthority()
        for (signer, host, isTrusted) in [
            (authority, TestAuthority.SubjectName.loopback, true), (other, .loopback, false),
            (authority, .named("elsewhere.example"), false),
        ] {
            let files = try signer.issue(for: host, to: site.directory.appending(path: "given"))
            let server = try await site.start { $0.tls = files }
            identity.server = .authorities(pem: try authority.pem)
            if isTrusted {
                try await server.connect(identity).upload(.simulated())
            } else {
                await #expect(throws: (any Error).self) { try await server.connect(identity) }
            }
            // The key is known whoever signed it, for whatever host.
            identity.server = .keys(sha256: [try ServerCertificate.pin(ofCertificateFile: files.certificateFile)])
            try await server.connect(identity).upload(.simulated())
            try await server.stop()
        }
    }

    @Test("TLS before 1.3 is refused")
    func oldTLS() async throws {
        let site = try IngestSite()
        let server = try await site.start()
        for version in [TLSVersion.tlsv12, .tlsv13] {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.certificateVerification = .none
            tls.maximumTLSVersion = version
            let context = try NIOSSLContext(configuration: tls)
            let handshake = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            NIOSSLClientHandler(context: context, serverHostname: nil), HandshakeWatch(handshake))
                    }
                }.connect(host: server.devices.host, port: server.devices.port).get()
            if version == .tlsv12 {
                await #expect(throws: (any Error).self) { try await handshake.futureResult.get() }
            } else {
                try await handshake.futureResult.get()
            }
            try? await channel.close()
        }
        try await server.stop()
    }

    @Test("on an address that others can reach devices are taken encrypted only")
    func reachableAddress() async throws {
        let site = try IngestSite()
        var identity = try await Self.pinned("known", of: site)
        let server = try await site.start {
            $0.listen.host = "0.0.0.0"
            $0.usesOwnCertificate = true
        }
        let address = NetworkAddress(host: "127.0.0.1", port: server.devices.port)
        let encrypted = try await TestDevice.connect(to: address, as: identity, clock: site.clock)
        try await encrypted.introduce()
        try await encrypted.upload(.simulated())

        identity.server = nil
        let plain = try await TestDevice.connect(to: address, as: identity, clock: site.clock)
        guard case .send(let hello) = plain.connection.start(now: site.clock.now) else { return }
        try await plain.send(hello)
        // What comes back, if anything, is a TLS alert and no frame.
        await #expect(throws: (any Error).self) {
            guard try await plain.nextFrame() != nil else { throw ChannelError.eof }
        }
        try await server.stop()
    }

    @Test("beyond loopback nothing is served without a certificate, unless that is wanted")
    func reachableWithoutCertificate() throws {
        var configuration = ServerConfiguration()
        configuration.listen.host = "0.0.0.0"
        #expect(throws: ServerConfigurationError.plaintextDevices("0.0.0.0:7700")) { try configuration.validate() }
        configuration.usesOwnCertificate = true
        try configuration.validate()
        // No browser trusts the server's own.
        configuration.http.host = "0.0.0.0"
        #expect(throws: ServerConfigurationError.plaintext("0.0.0.0:7780")) { try configuration.validate() }
        configuration.allowsPlaintext = true
        try configuration.validate()
    }

    @Test("inside TLS a proof that is bound to nothing is refused, and so is a bound one outside")
    func unbound() async throws {
        let site = try IngestSite()
        var identity = try await Self.pinned("known", of: site)
        let server = try await site.start()
        for isEncrypted in [true, false] {
            if !isEncrypted { identity.server = nil }
            let device = try await TestDevice.connect(to: server.devices, as: identity, clock: site.clock)
            device.connection.encrypted(
                with: isEncrypted
                    ? .none : .serverCertificate(sha256: Array(repeating: 1, count: ChannelBinding.hashBytes)))
            await #expect(throws: TestDevice.Ended.self) { try await device.introduce() }
            #expect(device.finalError?.code == .wrongChannelBinding)
        }
        try await server.stop()
    }

    /// The device trusts an authority; somebody in between has tricked it into signing for them.
    @Test("a proof that somebody passes on through a connection of their own is worth nothing")
    func relayedProof() async throws {
        let site = try IngestSite()
        var identity = try await site.addDevice("known")
        let authority = try TestAuthority()
        let files = try authority.issue(to: site.directory.appending(path: "given"))
        let stolen = try authority.issue(to: site.directory.appending(path: "attacker"))
        let server = try await site.start { $0.tls = files }
        let trust = ServerTrust.authorities(pem: try authority.pem)
        identity.server = trust

        let attacker = try await Relay(showing: stolen, to: server.devices, trusting: trust)
        let tricked = try await TestDevice.connect(to: attacker.address, as: identity, clock: site.clock)
        await #expect(throws: TestDevice.Ended.self) { try await tricked.introduce() }
        #expect(tricked.finalError?.code == .authenticationFailed)
        #expect(try await site.witness.device("known")?.lastContactAt == nil)
        try await attacker.stop()

        // With the server's own certificate and key, as on a proxy of the site's, the same bytes are taken.
        let proxy = try await Relay(showing: files, to: server.devices, trusting: trust)
        let device = try await TestDevice.connect(to: proxy.address, as: identity, clock: site.clock)
        try await device.introduce()
        try await device.upload(.simulated())
        try await proxy.stop()
        try await server.stop()
    }
}

/// Tells how a TLS handshake ended.
private final class HandshakeWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<Void>
    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { promise.succeed() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}
