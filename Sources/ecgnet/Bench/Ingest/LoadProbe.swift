import ECGServer
import Foundation
import NIOCore

/// Looks at a load and at its server.
struct LoadProbe: Sendable {
    let fleet: NIOLoopBound<DeviceFleet>
    let loop: any EventLoop
    let server: Int32
    let client: ServerClient

    /// Everything at one moment.
    struct Look: Sendable {
        var at: ContinuousClock.Instant
        var tally: LoadTally
        var standing: Int
        var server: ProcessUsage
        var load: ProcessUsage
        var transactions: Int
    }

    func look() async throws -> Look {
        let transactions = try await client.metric("ecgnet_store_transactions")
        let (at, tally, standing) = try await loop.submit {
            (ContinuousClock.now, fleet.value.tally, fleet.value.standing)
        }.get()
        return Look(
            at: at, tally: tally, standing: standing, server: try serverUsage(), load: try Self.usage(of: getpid()),
            transactions: Int(transactions))
    }

    func serverUsage() throws -> ProcessUsage { try Self.usage(of: server) }

    private static func usage(of process: Int32) throws -> ProcessUsage {
        guard let usage = ProcessUsage(of: process) else {
            throw CommandError("process \(process) has ended, or /proc is not there to look at it")
        }
        return usage
    }

    func openedCount() async throws -> Int { try await loop.submit { fleet.value.openedCount }.get() }
    func rush(factor: Double, seconds: Double) async throws {
        try await loop.submit { fleet.value.rush(factor: factor, seconds: seconds) }.get()
    }
    func endSending() async throws { try await loop.submit { fleet.value.endSending() }.get() }
}

extension LoadProbe.Look {
    func seconds(until later: LoadProbe.Look) -> Double { at.seconds(until: later.at) }

    func blocksPerSecond(until later: LoadProbe.Look) -> Double {
        Double(later.tally.blocksStored - tally.blocksStored) / seconds(until: later)
    }
}

extension ContinuousClock.Instant {
    func seconds(until later: ContinuousClock.Instant) -> Double { duration(to: later) / .seconds(1) }
}
