import ArgumentParser
import AsyncHTTPClient
import ECGModel
import ECGServer
import Foundation
import NIOCore
import UnixSignals

extension Alerts {
    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what waits, and then every event as it happens, until Ctrl-C.",
            discussion: """
                Connects again by itself after every cut and goes on where it was; meanwhile it says on standard \
                error since when nothing can arrive. An alert that arrives here does not count as delivered: that takes \
                a person's page.
                """)

        @Flag(help: "Print one JSON object an event, with the alert as it is by then.")
        var json = false

        @OptionGroup var access: ServerAccess

        func run() async throws {
            let watch = AlertWatch(printsJSON: json)
            try await access.withServer { server in
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
                    }
                    group.addTask { try await watch.follow(server) }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}

/// Follows the event stream of a server over any number of connections.
private struct AlertWatch: Sendable {
    let printsJSON: Bool

    /// The pauses between attempts: most cuts are short, and a screen must not stay dark for long after a long one.
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(15)

    /// What has been shown so far.
    private struct Progress {
        var lastEventID: String?
        /// Alerts shown because they were waiting, with the state they had.
        var waiting: [AlertID: AlertState] = [:]
    }

    /// Returns only by an error: one that trying again does not mend, or one at the very first attempt.
    func follow(_ server: ServerClient) async throws {
        if !printsJSON { Terminal.say(MachineReading.disclaimer) }
        var progress = Progress()
        var disconnectedAt: Timestamp?
        var pause = Self.firstPause
        var hasConnected = false
        while true {
            let reason: ServerError
            do {
                try await connect(to: server, &progress) {
                    hasConnected = true
                    pause = Self.firstPause
                    if disconnectedAt != nil {
                        Terminal.say("connected again at \(Self.clock(WallClock.now()))")
                        disconnectedAt = nil
                    }
                }
                reason = .disconnected(server.url)
            } catch let error as ServerError where hasConnected && error.mayPass {
                reason = error
            }
            let since = disconnectedAt ?? WallClock.now()
            disconnectedAt = since
            Terminal.say("not connected since \(Self.clock(since)), trying again: \(reason.cause)")
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One connection, from the request to its end.
    private func connect(
        to server: ServerClient, _ progress: inout Progress, connected: () -> Void
    ) async throws {
        let cursor = progress.lastEventID.map { [("Last-Event-ID", $0)] } ?? []
        var stream = try await server.stream("alerts/stream", headers: cursor)
        connected()
        // The stream is open already, so nothing falls between the list and the first event. Where an event is known,
        // the stream itself tells everything since.
        if progress.lastEventID == nil { try await showWaiting(on: server, &progress) }
        var parser = EventStreamParser(lastEventID: progress.lastEventID)
        while let bytes = try await stream.next() {
            for event in try parser.consume(bytes) where event.name == "alert" {
                show(event, &progress)
            }
            progress.lastEventID = parser.lastEventID
        }
    }

    private func showWaiting(on server: ServerClient, _ progress: inout Progress) async throws {
        let list: AlertList = try await server.get(
            "alerts", query: [("state", "open"), ("limit", "\(HTTPLimits.listRows.upperBound)")])
        for alert in list.alerts.sorted(by: { $0.raisedAt < $1.raisedAt })
        where progress.waiting.updateValue(alert.state, forKey: alert.id) != alert.state {
            try show(AlertNotice(event: nil, alert: alert))
        }
        if !list.isComplete {
            Terminal.say("more alerts wait than these \(list.alerts.count), which are the most urgent")
        }
    }

    private func show(_ event: ServerSentEvent, _ progress: inout Progress) {
        do {
            let notice = try JSONDecoder().decode(AlertNotice.self, from: Data(event.data.utf8))
            // Raised between the stream's opening and the list: shown by the list.
            if notice.event?.kind == .raised, progress.waiting[notice.alert.id] != nil { return }
            try show(notice)
        } catch {
            // A newer server may say what this program does not know. The screen goes on, and says that it missed one.
            Terminal.say(
                "event \(event.id ?? "without id") cannot be read: look at the list of alerts, and update ecgnet")
        }
    }

    private func show(_ notice: AlertNotice) throws {
        if printsJSON {
            try JSONLine.print(notice)
        } else {
            Terminal.print(AlertLines.line(of: notice, now: WallClock.now()))
        }
    }

    private static func clock(_ time: Timestamp) -> String { LocalTime.text(of: time, now: WallClock.now()) }
}
