public import ArgumentParser
import ECGModel
import ECGServer
import Foundation

/// The hospital's queue from a terminal. Every step is written down by the server with the token's user.
struct Alerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "Read and answer the hospital's alert queue.",
        discussion: """
            Asks a server's API as the user of a token, which is in ECGNET_TOKEN or in a file. Acknowledging tells \
            everybody that a reader has taken an alert; only a report or a dismissal closes it.

            \(MachineReading.disclaimer)
            """,
        subcommands: [
            List.self, Watch.self, Show.self, Lease.self, Acknowledge.self, Report.self, Dismiss.self,
            WaitReady.self,
        ])

    /// Which alerts a list holds, by the API's names.
    enum Selection: String, CaseIterable, ExpressibleByArgument {
        case open, closed, all
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List alerts: open ones the most urgent first, others the newest first.",
            discussion: """
                --tsv prints one line an alert, with tabs between: identifier, priority, state, code, recording, \
                device, clinic, time of raising, text. --json prints one object a line.
                """)

        @Option(help: "Which alerts: open, closed or all.")
        var state = Selection.open

        @Option(help: "With closed or all: go on before the alert of this number.")
        var before: AlertID?

        @OptionGroup var page: ListOptions
        @OptionGroup var access: ServerAccess

        func validate() throws {
            guard before == nil || state != .open else {
                throw ValidationError("--before is for --state closed or all: open alerts come the most urgent first")
            }
        }

        func run() async throws {
            let list: AlertList = try await access.withServer { server in
                try await server.get(
                    "alerts",
                    query: [
                        ("state", state.rawValue), ("before", before.map { "\($0)" }), ("limit", "\(page.limit)"),
                    ])
            }
            let alerts = list.alerts
            switch page.form {
            case .tsv: alerts.forEach { Terminal.print(AlertLines.tabSeparated($0)) }
            case .json: try JSONLine.print(alerts)
            case .table:
                if alerts.isEmpty {
                    Terminal.say(state == .open ? "no alert is open" : "there are no such alerts")
                } else {
                    AlertLines.table(of: alerts, now: WallClock.now()).forEach(Terminal.print)
                }
                Terminal.say(MachineReading.disclaimer)
            }
            if !list.isComplete, let last = alerts.last {
                Terminal.say(
                    state == .open
                        ? "there are more than these \(alerts.count), which are the most urgent: list more with --limit"
                        : "there are older ones: go on with --before \(last.id)")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an alert with its evidence and its history; this marks it as seen.")

        @OptionGroup var choice: AlertChoice
        @OptionGroup var access: ServerAccess

        func run() async throws {
            let detail: AlertDetail = try await access.withServer { server in
                try await markSeen(by: server)
                return try await server.get("alerts/\(choice.id)")
            }
            AlertLines.page(of: detail, now: WallClock.now()).forEach(Terminal.print)
            Terminal.say(MachineReading.disclaimer)
        }

        /// Whoever may look and not handle, and whoever looks at a closed alert, leaves its state as it is.
        private func markSeen(by server: ServerClient) async throws {
            do {
                _ = try await server.take("seen", with: choice, as: Alert.self)
            } catch ServerError.refused(_, code: "forbidden", _) {
                Terminal.say("not marked as seen: your role may not handle alerts")
            } catch ServerError.refused(_, code: "alert-closed", _) {}
        }
    }

    struct Lease: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the most urgent alert that nobody holds, so that no other reader takes it meanwhile.")

        @Option(help: "How long to hold it.")
        var seconds = HTTPLimits.defaultLeaseSeconds

        @OptionGroup var access: ServerAccess

        func validate() throws {
            guard HTTPLimits.leaseSeconds.contains(seconds) else {
                throw ValidationError(
                    "--seconds must be from \(HTTPLimits.leaseSeconds.lowerBound) to "
                        + "\(HTTPLimits.leaseSeconds.upperBound)")
            }
        }

        private struct Wish: Encodable { var seconds: Int }

        func run() async throws {
            let leased: Alert? = try await access.withServer { server in
                try await server.post("alerts/lease", Wish(seconds: seconds))
            }
            guard let leased else {
                Terminal.say("no alert is waiting")
                return
            }
            AlertLines.table(of: [leased], now: WallClock.now()).forEach(Terminal.print)
            Terminal.say("alert \(leased.id) is yours for \(seconds) s")
            Terminal.say(MachineReading.disclaimer)
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take responsibility for an alert; the clinic is told.")

        @OptionGroup var choice: AlertChoice
        @OptionGroup var access: ServerAccess

        func run() async throws {
            _ = try await access.withServer { try await $0.take("acknowledge", with: choice, as: Alert.self) }
            Terminal.say("alert \(choice.id) is acknowledged")
        }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close an alert with a report; the clinic gets its text.")

        @OptionGroup var choice: AlertChoice
        @Option(help: "What the clinic is to know and do; - reads it from standard input.") var text: String
        @Option(help: "What the report says of the machine's suspicion: confirmed or not-confirmed.")
        var conclusion: ReportConclusion?
        @OptionGroup var access: ServerAccess

        func validate() throws {
            guard !text.isBlank else { throw ValidationError("--text must not be empty: it is all the clinic gets") }
        }

        private struct Content: Encodable {
            var text: String
            var conclusion: ReportConclusion?
        }

        func run() async throws {
            let text = text == "-" ? try Self.readFromStandardInput() : text
            guard text.utf8.count <= HTTPLimits.reportBytes else {
                throw CommandError("the report has more than \(HTTPLimits.reportBytes) bytes: shorten it")
            }
            let content = Content(text: text, conclusion: conclusion)
            let alert = try await access.withServer {
                try await $0.take("report", with: choice, saying: content, as: Alert.self)
            }
            Terminal.say(
                alert?.submittedBy == nil
                    ? "alert \(choice.id) is reported"
                    : "the report of alert \(choice.id) waits for another's signature")
        }

        private static func readFromStandardInput() throws -> String {
            guard let bytes = try FileHandle.standardInput.readAll(limit: HTTPLimits.reportBytes) else {
                throw CommandError("the report has more than \(HTTPLimits.reportBytes) bytes: shorten it")
            }
            guard let text = String(data: bytes, encoding: .utf8) else {
                throw CommandError("the report on standard input is not UTF-8 text")
            }
            guard !text.isBlank else { throw CommandError("standard input holds no report") }
            return text.trimmingCharacters(in: .newlines)
        }
    }

    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close an alert without a report.")

        @OptionGroup var choice: AlertChoice
        @Option(help: "Why; kept with the alert.") var reason: String
        @OptionGroup var access: ServerAccess

        func validate() throws {
            guard !reason.isBlank else {
                throw ValidationError("--reason must not be empty: it is kept with the alert")
            }
            guard reason.utf8.count <= HTTPLimits.reasonBytes else {
                throw ValidationError("--reason may have at most \(HTTPLimits.reasonBytes) bytes")
            }
        }

        private struct Content: Encodable { var reason: String }

        func run() async throws {
            let content = Content(reason: reason)
            _ = try await access.withServer {
                try await $0.take("dismiss", with: choice, saying: content, as: Alert.self)
            }
            Terminal.say("alert \(choice.id) is dismissed")
        }
    }
}

extension AlertID: ExpressibleByArgument {}
extension ReportConclusion: ExpressibleByArgument {}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
