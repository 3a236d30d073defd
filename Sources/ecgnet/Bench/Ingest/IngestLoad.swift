import AsyncHTTPClient
import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import Foundation
import NIOCore
import NIOPosix

/// One load: so many devices on a fresh server, measured for a while.
struct IngestLoad: Sendable {
    var devices: Int
    var seconds: Int
    var recordingSeconds: Int
    var patientSeconds: Int
    var connectRate: Int
    var infarctsPerThousand: Int
    var seed: UInt64
    var isEncrypted: Bool
    var rush: (factor: Double, seconds: Int)?
    /// Readers who look on meanwhile.
    var screens: ScreenCrowd?

    /// After the last device has opened its recording, until the measuring begins.
    private static let settlingSeconds = 5
    /// How much longer than planned the devices may take to come in.
    private static let connectPatienceSeconds = 120
    /// How long to wait at the end for acknowledgements and alerts, and for what is still on its way to a screen.
    private static let endPatienceSeconds = 60
    private static let poll = Duration.milliseconds(100)
    /// A stream that is silent for longer than three heartbeats is dead.
    private static let readSeconds = Int64(3 * HTTPLimits.heartbeatSeconds)

    func run(dataIn parent: String) async throws -> IngestReport {
        let patients = try await Self.prepare(self)
        let site = try BenchSite(in: parent, screens: screens?.count ?? 0)
        do {
            let report = try await run(patients, at: site)
            try site.remove()
            return report
        } catch {
            let words = site.lastWords
            try site.remove()
            if !words.isEmpty { Terminal.say("the server's last words:\n\(words)") }
            throw error
        }
    }

    /// Simulates and encodes all patients, on all cores.
    @concurrent
    private static func prepare(_ load: IngestLoad) async throws -> [LoadPatient] {
        var progress = ProgressBar("patients", total: load.devices, unit: "patients")
        defer { progress.finish() }
        let portion = 64
        var patients = [LoadPatient?](repeating: nil, count: load.devices)
        try await withThrowingTaskGroup(of: [(Int, LoadPatient)].self) { group in
            var next = 0
            func addPortion() {
                guard next < load.devices else { return }
                let numbers = next..<min(next + portion, load.devices)
                next = numbers.upperBound
                group.addTask {
                    numbers.map { number in
                        (
                            number,
                            LoadPatient(
                                number: number, seed: load.seed, isInfarct: load.isInfarct(number),
                                seconds: min(load.patientSeconds, load.recordingSeconds))
                        )
                    }
                }
            }
            for _ in 0..<System.coreCount { addPortion() }
            var done = 0
            while let portion = try await group.next() {
                addPortion()
                for (number, patient) in portion { patients[number] = patient }
                done += portion.count
                progress.advance(to: done)
            }
        }
        return patients.compactMap { $0 }
    }

    /// Spread evenly, so that few devices have one too.
    private func isInfarct(_ number: Int) -> Bool {
        (number + 1) * infarctsPerThousand / 1000 > number * infarctsPerThousand / 1000
    }

    private func run(_ patients: [LoadPatient], at site: BenchSite) async throws -> IngestReport {
        let disk = try site.measureDisk()
        if disk.isInMemory {
            Terminal.say(
                "the data folder lies in memory: syncs cost nothing there; take --data-in with a folder on a disk")
        }
        let inflateBefore = try await InflateReference.microsecondsOnAllCores()
        let identities = try await site.register(devices: devices)
        let server = try site.startServer()
        var configuration = HTTPClient.Configuration(
            timeout: .init(connect: .seconds(5), read: .seconds(Self.readSeconds)))
        configuration.httpVersion = .http1Only
        // Every screen has a connection of its own, for good.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 8 + (screens?.count ?? 0)
        guard let url = ServerURL("http://\(site.http)") else { preconditionFailure("an address makes a URL") }
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            let client = ServerClient(url: url, token: site.readerToken.text, http: http)
            try await waitUntilReady(client, site)
            let reader = QueueReader()
            return try await withThrowingTaskGroup(of: IngestReport?.self) { group in
                group.addTask {
                    // It ends with the server; should it end before, alerts are missing in the report.
                    try await reader.follow(client)
                    return nil
                }
                if let screens {
                    for (number, token) in site.screenTokens.enumerated() {
                        let server = ServerClient(url: url, token: token.text, http: http)
                        group.addTask {
                            try await screens.follow(server, as: number)
                            return nil
                        }
                    }
                }
                group.addTask {
                    var report = try await measure(
                        Array(zip(identities, patients)), at: site, server: server, client: client, reader: reader)
                    report.disk = disk
                    report.inflateMicrosecondsBefore = inflateBefore
                    return report
                }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CommandError("the load ended without a result")
            }
        }
    }

    private func waitUntilReady(_ client: ServerClient, _ site: BenchSite) async throws {
        while true {
            do {
                return try await client.checkReady(within: .seconds(5))
            } catch let error as ServerError where error.mayPass && site.serverIsRunning {
                try await Task.sleep(for: Self.poll)
            }
        }
    }

    // MARK: Measuring

    private func measure(
        _ plans: [(identity: DeviceIdentity, patient: LoadPatient)], at site: BenchSite, server: Int32,
        client: ServerClient, reader: QueueReader
    ) async throws -> IngestReport {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let verifier = isEncrypted ? try ServerVerifier(try site.serverTrust()) : nil
        let fleet = try await loop.submit {
            let fleet = DeviceFleet(
                loop: loop, server: site.ingest, verifier: verifier, clock: SignalClock(start: .now))
            return NIOLoopBound(fleet, eventLoop: loop)
        }.get()
        let probe = LoadProbe(fleet: fleet, loop: loop, server: server, client: client)
        let before = try await probe.look()
        try await loop.submit {
            fleet.value.start(plans, blocksPerRecording: recordingSeconds, perSecond: connectRate)
        }.get()
        try await waitUntilOpened(probe)
        try await Task.sleep(for: .seconds(Self.settlingSeconds))

        let begin = try await probe.look()
        try await wait(seconds, probe, "measuring")
        let end = try await probe.look()
        // What was raised at the end is still to arrive.
        if let screens {
            try await Task.sleep(for: .seconds(Self.settlingSeconds))
            let deadline = ContinuousClock.now + .seconds(Self.endPatienceSeconds)
            screens.measured(reader.arrivals, from: begin.at, to: end.at)
            while screens.figures?.missing != 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: Self.poll)
                screens.measured(reader.arrivals, from: begin.at, to: end.at)
            }
        }

        var report = IngestReport(devices: devices, isEncrypted: isEncrypted, from: begin, to: end, idle: before)
        if let rush {
            let (figures, rushEnd) = try await measureRush(rush, probe, idle: before, reader: reader)
            report.rush = figures
            report.drops = rushEnd.tally.drops
        }
        try await loop.submit { fleet.value.endSending() }.get()
        let last = try await settle(probe, reader)
        report.complete(last.tally, reader, measuredFrom: begin.at, to: end.at)
        try await loop.submit { fleet.value.close() }.get()
        site.stopServer()
        report.inflateMicrosecondsAfter = try await InflateReference.microsecondsOnAllCores()
        let patients = plans.map { $0.patient }
        let surplus = try SurplusAlerts(in: reader.arrivals) { recording in
            guard let promise = last.tally.promises[recording] else { return [] }
            return try patients[promise.patient].alarms(within: promise.samples / LoadPatient.samplesPerBlock)
        }
        report.alertsDoubled = surplus.doubled
        report.alertsUnfounded = surplus.unfounded
        let stored = try await check(last.tally, of: patients, at: site)
        report.blocksLost = stored.blocksLost
        report.recordings = stored.recordings
        report.recordingsReadBack = stored.recordingsReadBack
        return report
    }

    private func waitUntilOpened(_ probe: LoadProbe) async throws {
        var progress = ProgressBar("connecting", total: devices, unit: "devices")
        defer { progress.finish() }
        let deadline = ContinuousClock.now + .seconds(devices / connectRate + Self.connectPatienceSeconds)
        while true {
            let opened = try await probe.openedCount()
            progress.advance(to: opened)
            if opened == devices { return }
            guard ContinuousClock.now < deadline else {
                let refusals = try await probe.look().tally.refusals
                throw CommandError("only \(opened) of \(devices) devices could open a recording: \(refusals)")
            }
            try await Task.sleep(for: Self.poll)
        }
    }

    private func wait(_ seconds: Int, _ probe: LoadProbe, _ title: String) async throws {
        var progress = ProgressBar(title, total: seconds, unit: "s")
        defer { progress.finish() }
        let begin = ContinuousClock.now
        for second in 1...seconds {
            try await Task.sleep(until: begin + .seconds(second))
            progress.advance(to: second)
        }
    }

    private func measureRush(
        _ rush: (factor: Double, seconds: Int), _ probe: LoadProbe, idle: LoadProbe.Look, reader: QueueReader
    ) async throws -> (IngestReport.Rush, LoadProbe.Look) {
        let begin = try await probe.look()
        try await probe.rush(factor: rush.factor, seconds: Double(rush.seconds))
        var mostResident = begin.server.residentBytes
        var progress = ProgressBar("rush", total: rush.seconds, unit: "s")
        for second in 1...rush.seconds {
            try await Task.sleep(until: begin.at + .seconds(second))
            mostResident = max(mostResident, try probe.serverUsage().residentBytes)
            progress.advance(to: second)
        }
        progress.finish()
        let end = try await probe.look()
        try await probe.endSending()
        let settled = try await settle(probe, reader)
        let figures = IngestReport.Rush(
            factor: rush.factor, seconds: begin.seconds(until: end), blocksPerSecond: begin.blocksPerSecond(until: end),
            memoryKibibytesPerDevice: Double(mostResident - idle.server.residentBytes) / 1024 / Double(devices),
            acknowledgementMilliseconds: settled.tally.acknowledgementMilliseconds(
                ofBlocksSentFrom: begin.at, to: end.at),
            alertMilliseconds: IngestReport.alertLatencies(settled.tally, reader, from: begin.at, to: end.at),
            recoverySeconds: end.seconds(until: settled), connected: end.standing)
        return (figures, end)
    }

    /// Waits until everything sent is acknowledged and every alert due has come, or for as long as makes sense.
    private func settle(_ probe: LoadProbe, _ reader: QueueReader) async throws -> LoadProbe.Look {
        let deadline = ContinuousClock.now + .seconds(Self.endPatienceSeconds)
        while true {
            let look = try await probe.look()
            let seen = reader.firstHigh
            let isSettled =
                look.tally.blocksStored >= look.tally.blocksSent
                && look.tally.decidingBlocks.keys.allSatisfy { seen[$0] != nil }
            if isSettled || ContinuousClock.now > deadline { return look }
            try await Task.sleep(for: Self.poll)
        }
    }

    private func check(
        _ tally: LoadTally, of patients: [LoadPatient], at site: BenchSite
    ) async throws -> StoreCheck.Outcome {
        let check = StoreCheck(promises: tally.promises, patients: patients)
        var progress = ProgressBar("checking the store", total: tally.promises.count, unit: "recordings")
        defer { progress.finish() }
        let outcome = try await site.withStore { store in
            try await check.run(on: store) { progress.advance(to: $0) }
        }
        if let problem = outcome.problem { Terminal.say("not all could be read back: \(problem)") }
        return outcome
    }
}
