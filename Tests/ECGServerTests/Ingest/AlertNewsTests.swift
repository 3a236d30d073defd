import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Testing

@Suite("The clinic is told every step of its alerts")
struct AlertNewsTests {
    private static let reader = "li"

    @Test("each step, in order and once, whichever connection of the device is there")
    func steps() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)

        let before: [(AlertStep, AlertState)] = [(.delivered, .delivered), (.seen, .seen)]
        for (step, state) in before {
            _ = try await site.witness.advanceAlert(alert.id, by: step, user: Self.reader, at: site.clock.now)
            try await Self.wait(for: state, of: recording, on: device)
        }
        // A step that is taken again is no news.
        _ = try await site.witness.advanceAlert(alert.id, by: .seen, user: Self.reader, at: site.clock.now)
        try await device.pingPong()
        try await device.vanish()

        // While the device is away.
        _ = try await site.witness.advanceAlert(alert.id, by: .acknowledged, user: Self.reader, at: site.clock.now)

        let again = try await server.connect(known)
        let opened = try await again.open(recording.header)
        #expect(opened.isClosed)
        try await Self.wait(for: .acknowledged, of: recording, on: again)
        _ = try await site.witness.advanceAlert(
            alert.id, by: .reported(text: "REPORT-SECRET-3"), user: Self.reader, at: site.clock.now)
        try await Self.wait(for: .reported, of: recording, on: again)
        try await again.pingPong()

        #expect(Self.states(of: alert, on: device) == [.raised, .delivered, .seen])
        // A device that comes back may have lost its memory: it is told the alert's whole life, once.
        #expect(Self.states(of: alert, on: again) == [.raised, .delivered, .seen, .acknowledged, .reported])
        let reports: [AlertStatus] = again.events.compactMap { event in
            if case .alert(let status) = event, status.state == .reported { return status }
            return nil
        }
        #expect(reports.map(\.text) == ["REPORT-SECRET-3"])
        #expect(reports.map(\.by) == [Self.reader])
        try await server.stop()
    }

    @Test("a preliminary, a signed and an amended report are told as what they are")
    func reports() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)
        func take(_ step: AlertStep, by user: String) async throws {
            _ = try await site.witness.advanceAlert(alert.id, by: step, user: user, at: site.clock.now)
        }
        try await take(.preliminarilyReported(text: "STEMI?"), by: "li")
        try await take(.submitted(text: "STEMI", conclusion: .confirmed), by: "li")
        let submission = try #require(try await site.witness.alertEvents(of: alert.id).last)
        try await take(.signed(submission: submission.sequence), by: "wang")
        try await take(.amended(text: "Pericarditis", reason: "old ECG found"), by: "li")
        try await device.wait { event in
            if case .alert(let status) = event, status.report == .amended { true } else { nil }
        }
        let told: [AlertStatus] = device.events.compactMap { event in
            if case .alert(let status) = event, status.state != .raised { status } else { nil }
        }
        #expect(told.map(\.state) == [.acknowledged, .acknowledged, .reported, .reported])
        #expect(told.map(\.report) == [nil, .preliminary, .final, .amended])
        #expect(told.dropFirst().map(\.text) == ["STEMI?", "STEMI", "Pericarditis"])
        #expect(told.map(\.by) == ["li", "li", "li", "li"])
        #expect(told.map(\.signedBy) == [nil, nil, "wang", nil])
        #expect(told.last?.reason == "old ECG found")
        try await server.stop()
    }

    @Test("a report that is being amended is in question until the amendment is signed")
    func amendmentWaits() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)
        func take(_ step: AlertStep, by user: String) async throws {
            _ = try await site.witness.advanceAlert(alert.id, by: step, user: user, at: site.clock.now)
        }
        try await take(.reported(text: "Normal", conclusion: .notConfirmed), by: "li")
        try await take(.submitted(text: "STEMI", conclusion: .confirmed, amending: "looked again"), by: "li")
        let submission = try #require(
            try await site.witness.alertEvents(of: alert.id).last { $0.kind == .submitted }?.sequence)
        try await take(.signed(submission: submission), by: "wang")
        try await device.wait { event in
            if case .alert(let status) = event, status.report == .amended { true } else { nil }
        }
        let told: [AlertStatus] = device.events.compactMap { event in
            if case .alert(let status) = event { status } else { nil }
        }
        #expect(told.map(\.state) == [.raised, .reported, .raised, .reported])
        #expect(told.map(\.report) == [nil, .final, nil, .amended])
        #expect(told.map(\.text) == [alert.finding.text, "Normal", alert.finding.text, "STEMI"])
        #expect(told.map(\.reason) == [nil, nil, nil, "looked again"])
        try await server.stop()
    }

    @Test("an alert that is raised again says what it is of, and nothing of who was late")
    func raisedAgain() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)
        for step in [AlertStep.acknowledged, .raisedAgain(answeredBefore: site.clock.now)] {
            _ = try await site.witness.advanceAlert(
                alert.id, by: step, user: step == .acknowledged ? Self.reader : nil, at: site.clock.now)
        }
        try await eventually {
            try await device.pingPong()
            return Self.states(of: alert, on: device).suffix(2) == [.acknowledged, .raised]
        }
        let raised: [AlertStatus] = device.events.compactMap { event in
            if case .alert(let status) = event, status.state == .raised { status } else { nil }
        }
        #expect(raised.map(\.text) == [alert.finding.text, alert.finding.text])
        try await server.stop()
    }

    @Test(
        "a device that has come back hears of an amendment without opening the recording again, and no other device does"
    )
    func amendedAfterwards() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let stranger = try await site.addDevice("stranger")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)
        func take(_ step: AlertStep) async throws {
            _ = try await site.witness.advanceAlert(alert.id, by: step, user: Self.reader, at: site.clock.now)
        }
        try await take(.reported(text: "STEMI"))
        try await Self.wait(for: .reported, of: recording, on: device)
        try await device.vanish()
        try await eventually { site.log.lines.contains { $0.contains("device disconnected") } }

        let again = try await server.connect(known)
        let other = try await server.connect(stranger)
        try await take(.amended(text: "Pericarditis", reason: "old ECG found"))
        try await again.wait { event in
            if case .alert(let status) = event, status.report == .amended { true } else { nil }
        }
        try await take(.amended(text: "Early repolarisation", reason: "seen again"))
        try await again.wait { event in
            if case .alert(let status) = event, status.text == "Early repolarisation" { true } else { nil }
        }
        // Its whole life once, since a device may have lost its memory, and then what is new.
        #expect(Self.states(of: alert, on: again) == [.raised, .reported, .reported, .reported])
        try await other.pingPong()
        #expect(Self.states(of: alert, on: other).isEmpty)
        try await server.stop()
    }

    @Test("a device that was away is told what has happened meanwhile, though it asks for nothing")
    func away() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let stranger = try await site.addDevice("stranger")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)
        let other = try await server.connect(stranger)
        let others = try Recording.simulated("inferior-stemi")
        try await other.upload(others)
        try await Self.wait(for: .raised, of: others, on: other)
        try await device.vanish()
        try await eventually { site.log.lines.contains { $0.contains("device disconnected") } }

        for reported in [alert, try await site.onlyAlert(of: others)] {
            _ = try await site.witness.advanceAlert(
                reported.id, by: .reported(text: "STEMI"), user: Self.reader, at: site.clock.now)
        }
        // News is told in its order: what the one who is there has heard the other one has missed.
        try await Self.wait(for: .reported, of: others, on: other)
        let again = try await server.connect(known)
        try await Self.wait(for: .reported, of: recording, on: again)
        #expect(Self.states(of: alert, on: again) == [.raised, .reported])
        try await other.pingPong()
        #expect(Self.states(of: alert, on: other).isEmpty)
        try await server.stop()
    }

    @Test("what went into a line that was dead already is told on the device's next one")
    func deadLine() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let network = try await ForgetfulNetwork(to: server.devices)
        let recording = try Recording.simulated("anterior-stemi")
        let older = try await TestDevice.connect(to: network.address, as: known, clock: site.clock)
        try await older.introduce()
        try await older.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: older)
        let alert = try await site.onlyAlert(of: recording)
        network.forget()

        let newer = try await server.connect(known)
        _ = try await site.witness.advanceAlert(
            alert.id, by: .reported(text: "STEMI"), user: Self.reader, at: site.clock.now)
        // The older one has been silent for too long by then, the newer one has not.
        site.clock.advance(seconds: WireLimits.default.idleSeconds - 10)
        try await newer.pingPong()
        site.clock.advance(seconds: 11)
        try await Self.wait(for: .reported, of: recording, on: newer)
        #expect(Self.states(of: alert, on: newer) == [.raised, .reported])
        try await network.stop()
        try await server.stop()
    }

    @Test("opening a recording twice on one connection tells nothing twice")
    func openedTwice() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        for _ in 0..<3 { _ = try await device.open(recording.header) }
        let alert = try await site.onlyAlert(of: recording)
        _ = try await site.witness.advanceAlert(alert.id, by: .seen, user: Self.reader, at: site.clock.now)
        try await Self.wait(for: .seen, of: recording, on: device)
        #expect(Self.states(of: alert, on: device) == [.raised, .seen])
        try await server.stop()
    }

    @Test(
        "a store that fails is asked once a second, however often there may be news, and what it kept back is told then"
    )
    func storeFails() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let isFailing = Mutexed(false)
        let asked = Mutexed(0)
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                readingAlertEvents: { _ in
                    guard isFailing.value else { return }
                    asked.value += 1
                    throw StoreError.unavailable("the disk does not answer")
                })
        })
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        try await device.upload(recording)
        try await Self.wait(for: .raised, of: recording, on: device)
        let alert = try await site.onlyAlert(of: recording)

        isFailing.value = true
        let begin = ContinuousClock.now
        for _ in 0..<10 { _ = try await device.open(recording.header) }
        try await eventually { asked.value >= 4 }
        // Once at first, and then three times a second apart; a little less, since clocks are not exact.
        #expect(begin.duration(to: .now) > .milliseconds(2900))

        _ = try await site.witness.advanceAlert(alert.id, by: .seen, user: Self.reader, at: site.clock.now)
        isFailing.value = false
        try await Self.wait(for: .seen, of: recording, on: device)
        #expect(Self.states(of: alert, on: device) == [.raised, .seen])
        try await server.stop()
    }

    private static func wait(for state: AlertState, of recording: Recording, on device: TestDevice) async throws {
        if device.alertStates(of: recording.id).contains(state) { return }
        try await device.wait { event in
            if case .alert(let status) = event, status.recording == recording.id, status.state == state {
                true
            } else {
                nil
            }
        }
    }

    private static func states(of alert: Alert, on device: TestDevice) -> [AlertState] {
        device.events.compactMap { event in
            if case .alert(let status) = event, status.alert == alert.id { status.state } else { nil }
        }
    }
}
