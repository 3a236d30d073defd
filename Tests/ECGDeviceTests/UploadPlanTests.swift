import ECGDevice
import ECGModel
import ECGWire
import Testing

@Suite("A device sends first what matters most")
struct UploadPlanTests {
    private let folder = Folder()
    private let outbox: Outbox

    init() throws { outbox = try Outbox(folder: folder.path) }

    /// Puts a finished recording of three seconds into the outbox.
    private func keep(_ header: RecordingHeader) throws {
        let writer = try outbox.begin(header, isLive: false)
        try writer.append(.waves(300))
        try writer.finish()
    }

    private func plan() -> UploadPlan {
        var plan = UploadPlan()
        plan.update(outbox.recordings)
        return plan
    }

    /// Everything that the plan opens, in its order, while the server answers nothing.
    private func opened(_ plan: inout UploadPlan, at time: Duration = .zero) -> [RecordingID] {
        var opened: [RecordingID] = []
        while case .open(let header) = plan.nextStep(at: time, canOpen: true, hasRoomForBacklog: true) {
            opened.append(header.id)
        }
        return opened
    }

    @Test func liveThenComplaintsThenTheOldest() throws {
        let routine = RecordingHeader.small(1, at: 1_790_000_000)
        let older = RecordingHeader.small(2, at: 1_780_000_000)
        let chestPain = RecordingHeader.small(3, at: 1_795_000_000, complaint: "chest pain")
        for header in [routine, older, chestPain] { try keep(header) }
        let live = RecordingHeader.small(4, at: 1_796_000_000)
        let writer = try outbox.begin(live)
        try writer.append(.waves(100))
        var plan = plan()
        #expect(opened(&plan) == [live.id, chestPain.id, older.id, routine.id])
        for (channel, header) in [older, chestPain, live].enumerated() {
            _ = plan.handle(
                .opened(channel: UInt32(channel), header.id, storedSamples: 0, isClosed: false), at: .zero)
        }
        func step(_ hasRoom: Bool) -> UploadPlan.Step? {
            plan.nextStep(at: .zero, canOpen: true, hasRoomForBacklog: hasRoom)
        }
        #expect(step(false) == .send(live.id, channel: 2))
        plan.sent(live.id, upTo: 100)
        // The live recording goes on, so it is not closed; the others wait for room behind it.
        #expect(step(false) == nil)
        #expect(step(true) == .send(chestPain.id, channel: 1))
        plan.sent(chestPain.id, upTo: 300)
        #expect(step(false) == .close(chestPain.id, channel: 1))
        plan.closing(chestPain.id)
        #expect(step(true) == .send(older.id, channel: 0))
        try writer.append(.waves(100, from: 100))
        plan.update(outbox.recordings)
        #expect(step(true) == .send(live.id, channel: 2))
    }

    /// The connection that took it may be one that the device gave up, and is gone after the idle time; two devices with one
    /// recording must not take it from each other for ever, however much of it each one stores.
    @Test func aRecordingThatWasTakenOverIsOpenedAgainAFewTimes() throws {
        let header = RecordingHeader.small()
        try keep(header)
        var plan = plan()
        let told = WireError(.channelInUse, "", channel: 1)
        let idle = Duration.seconds(WireLimits.default.idleSeconds)
        var time = Duration.zero
        #expect(opened(&plan) == [header.id])
        for _ in 1...3 {
            _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 0, isClosed: false), at: time)
            _ = plan.handle(.stored(channel: 1, header.id, upTo: 100), at: time)
            _ = plan.handle(.refused(channel: 1, header.id, told), at: time)
            #expect(plan.takeFailures().isEmpty && plan.hasWork)
            plan.disconnected()
            plan.update(outbox.recordings)
            #expect(opened(&plan, at: time + idle).isEmpty)
            time += idle + .seconds(10)
            #expect(opened(&plan, at: time) == [header.id])
        }
        _ = plan.handle(.refused(channel: 1, header.id, told), at: time)
        #expect(plan.takeFailures().map(\.1) == [.takenOver])
        plan.disconnected()
        plan.update(outbox.recordings)
        #expect(opened(&plan, at: .seconds(100_000)).isEmpty)
        #expect(!plan.hasWork)
    }

    @Test func aServerThatIsAskedForTooMuchIsAskedForNothingThatCanWait() throws {
        for number in 1...9 as ClosedRange<UInt64> { try keep(.small(number)) }
        var plan = plan()
        let asked = opened(&plan)
        #expect(asked.count == 4)
        let busy = WireError(.overloaded, "", channel: 1, retryAfterSeconds: 15)
        _ = plan.handle(.refused(channel: 1, asked[0], busy), at: .seconds(1))
        #expect(opened(&plan, at: .seconds(15)).isEmpty)
        // The patient who is there now is not held up.
        let writer = try outbox.begin(.small(20))
        plan.update(outbox.recordings)
        #expect(opened(&plan, at: .seconds(15)) == [writer.recording])
        #expect(opened(&plan, at: .seconds(16)).first == asked[0])
        // Another connection may go to another server.
        _ = plan.handle(.refused(channel: 1, asked[0], busy), at: .seconds(16))
        plan.disconnected()
        #expect(opened(&plan, at: .seconds(17)).count == 5)
    }

    @Test func aRecordingThatWasPutOffIsOpenedWhenTheServerSaid() throws {
        let header = RecordingHeader.small()
        try keep(header)
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        let busy = WireError(.overloaded, "", channel: 1, retryAfterSeconds: 30)
        _ = plan.handle(.refused(channel: 1, header.id, busy), at: .seconds(10))
        #expect(opened(&plan, at: .seconds(39)).isEmpty)
        #expect(opened(&plan, at: .seconds(40)) == [header.id])
        // Without a time of the server's the pause grows.
        _ = plan.handle(.refused(channel: 1, header.id, WireError(.internalError, "", channel: 1)), at: .seconds(40))
        #expect(opened(&plan, at: .milliseconds(40_900)).isEmpty)
        #expect(opened(&plan, at: .seconds(41)) == [header.id])
        #expect(plan.hasWork)
    }

    @Test func whatIsStoredIsDeletedOnceAndAskedAboutUntilItIsAnswered() throws {
        let header = RecordingHeader.small()
        try keep(header)
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 300, isClosed: false), at: .zero)
        #expect(
            plan.nextStep(at: .zero, canOpen: true, hasRoomForBacklog: true) == .close(header.id, channel: 1))
        plan.closing(header.id)
        #expect(plan.handle(.closed(channel: 1, header.id, totalSamples: 300), at: .zero) == header.id)
        #expect(!plan.hasWork)
        // Though it could not be deleted it is not sent again.
        plan.update(outbox.recordings)
        #expect(opened(&plan).isEmpty)
        plan.disconnected()
        #expect(opened(&plan) == [header.id], "the device asks what became of it")
        let reading = ClinicReading(recording: header.id, priority: .high, lines: [])
        _ = plan.handle(.reading(reading), at: .zero)
        plan.disconnected()
        #expect(opened(&plan) == [header.id], "an alert is still to be answered")
        let report = AlertStatus(
            alert: AlertID(1), recording: header.id, code: "x", priority: .high, state: .reported,
            at: Timestamp(microsecondsSince1970: 0), text: "")
        _ = plan.handle(.alert(report), at: .zero)
        plan.disconnected()
        #expect(opened(&plan).isEmpty)
    }

    /// A plan that waits for news of a recording, all of which is stored, and has just asked for them on a new connection.
    private func asking(_ header: RecordingHeader) throws -> UploadPlan {
        try keep(header)
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 300, isClosed: false), at: .zero)
        plan.closing(header.id)
        #expect(plan.handle(.closed(channel: 1, header.id, totalSamples: 300), at: .zero) == header.id)
        plan.disconnected()
        #expect(opened(&plan) == [header.id])
        return plan
    }

    @Test func theHospitalsAnswerIsAskedForAgainWhenTheServerWasBusy() throws {
        let header = RecordingHeader.small()
        var plan = try asking(header)
        let failing = WireError(.internalError, "", channel: 1)
        _ = plan.handle(.refused(channel: 1, header.id, failing), at: .zero)
        #expect(opened(&plan, at: .milliseconds(400)).isEmpty)
        #expect(opened(&plan, at: .milliseconds(500)) == [header.id])
        // The server's time holds on the next connection too.
        let busy = WireError(.overloaded, "", channel: 1, retryAfterSeconds: 30)
        _ = plan.handle(.refused(channel: 1, header.id, busy), at: .seconds(1))
        plan.disconnected()
        #expect(opened(&plan, at: .seconds(30)).isEmpty)
        #expect(opened(&plan, at: .seconds(31)) == [header.id])
        // Once it has answered, nothing is asked before the connection is lost.
        _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 300, isClosed: true), at: .seconds(31))
        #expect(opened(&plan, at: .seconds(1000)).isEmpty)
    }

    private func status(_ state: AlertState, of recording: RecordingID) -> DeviceEvent {
        .alert(
            AlertStatus(
                alert: AlertID(1), recording: recording, code: "x", priority: .high, state: state,
                at: Timestamp(microsecondsSince1970: 0), text: ""))
    }

    @Test func anAnswerThatWasTakenBackIsWaitedForAgain() throws {
        let header = RecordingHeader.small()
        var plan = try asking(header)
        _ = plan.handle(.reading(ClinicReading(recording: header.id, priority: .high, lines: [])), at: .zero)
        _ = plan.handle(status(.dismissed, of: header.id), at: .zero)
        _ = plan.handle(status(.seen, of: header.id), at: .zero)
        plan.disconnected()
        #expect(opened(&plan) == [header.id])
        // The server tells the whole course again: what was taken back is in the middle of it.
        _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 300, isClosed: true), at: .zero)
        for state in [AlertState.raised, .dismissed, .seen] { _ = plan.handle(status(state, of: header.id), at: .zero) }
        plan.disconnected()
        #expect(opened(&plan) == [header.id])
        _ = plan.handle(status(.reported, of: header.id), at: .zero)
        plan.disconnected()
        #expect(opened(&plan).isEmpty)
    }

    @Test func whatIsAnsweredIsForgottenBeforeWhatIsNot() throws {
        var plan = plan()
        let headers = (1...33).map { RecordingHeader.small($0) }
        for header in headers {
            try keep(header)
            plan.update(outbox.recordings)
            #expect(opened(&plan) == [header.id])
            _ = plan.handle(.opened(channel: 1, header.id, storedSamples: 300, isClosed: false), at: .zero)
            plan.closing(header.id)
            #expect(plan.handle(.closed(channel: 1, header.id, totalSamples: 300), at: .zero) == header.id)
            // The second has no alert; the others wait for a report.
            let priority: AlarmPriority? = header.id == headers[1].id ? nil : .high
            let reading = ClinicReading(recording: header.id, priority: priority, lines: [])
            _ = plan.handle(.reading(reading), at: .zero)
        }
        plan.disconnected()
        let waiting = headers.map(\.id).filter { $0 != headers[1].id }
        #expect(opened(&plan) == waiting)
    }

    @Test(arguments: WireError.Code.allCases.filter { !$0.endsConnection })
    func whatIsRefusedForNowIsTriedAgainAndNothingElse(code: WireError.Code) throws {
        let passing: [WireError.Code] = [
            .goingAway, .overloaded, .internalError, .tooManyRecordings, .malformedBlock, .samplesOutOfOrder,
            .brokenRun,
        ]
        let refusal = WireError(code, "", channel: 1)
        let asked = RecordingHeader.small(1)
        var news = try asking(asked)
        _ = news.handle(.refused(channel: 1, asked.id, refusal), at: .zero)
        news.disconnected()
        #expect(opened(&news, at: .seconds(60)) == (passing.contains(code) ? [asked.id] : []))

        try outbox.remove(asked.id)
        let sent = RecordingHeader.small(2)
        try keep(sent)
        var upload = plan()
        #expect(opened(&upload) == [sent.id])
        _ = upload.handle(.refused(channel: 1, sent.id, refusal), at: .zero)
        upload.disconnected()
        #expect(opened(&upload, at: .seconds(60)) == (passing.contains(code) ? [sent.id] : []))
    }

    @Test func aRecordingThatWasCutOffIsDoneWhenTheServerHasClosedIt() throws {
        let header = RecordingHeader.small()
        try outbox.begin(header).append(.waves(300))
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        let complete = plan.handle(
            .opened(channel: 1, header.id, storedSamples: 300, isClosed: true), at: .zero)
        #expect(complete == header.id)
        #expect(plan.takeFailures().isEmpty)
        try outbox.remove(header.id)
    }

    @Test func aRecordingThatGoesOnIsKeptThoughTheServerHasClosedIt() throws {
        let header = RecordingHeader.small()
        let writer = try outbox.begin(header)
        try writer.append(.waves(300))
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        let complete = plan.handle(
            .opened(channel: 1, header.id, storedSamples: 300, isClosed: true), at: .zero)
        #expect(complete == nil)
        #expect(plan.takeFailures().map(\.1) == [.otherLength])
        try writer.append(.waves(100, from: 300))
    }

    @Test(arguments: [(301, false), (200, true)])
    func aRecordingThatTheServerHasOtherwiseIsKept(storedSamples: Int, isClosed: Bool) throws {
        let header = RecordingHeader.small()
        try keep(header)
        var plan = plan()
        #expect(opened(&plan) == [header.id])
        let complete = plan.handle(
            .opened(channel: 1, header.id, storedSamples: storedSamples, isClosed: isClosed), at: .zero)
        #expect(complete == nil)
        #expect(plan.takeFailures().map(\.1) == [.otherLength])
        #expect(plan.nextStep(at: .zero, canOpen: true, hasRoomForBacklog: true) == nil)
    }
}
