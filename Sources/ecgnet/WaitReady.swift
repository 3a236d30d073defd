import ArgumentParser
import ECGServer
import Foundation
import NIOCore

extension Alerts {
    struct WaitReady: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "wait-ready",
            abstract: "Wait until the server can take devices and store; for scripts that start one.",
            discussion: "Needs no token. Ends with 1 when the time is over.")

        @Option(help: "How long to wait at most.")
        var seconds = 30

        @OptionGroup var address: ServerAddress

        /// A day: whoever waits longer waits for something else.
        private static let longestSeconds = 86_400
        /// A start takes some hundred milliseconds.
        private static let pause = Duration.milliseconds(100)
        /// A server that is busy starting answers within it; one that hangs must not use up all the time.
        private static let longestAnswerSeconds: Int64 = 5

        func validate() throws {
            guard (1...Self.longestSeconds).contains(seconds) else {
                throw ValidationError("--seconds must be from 1 to \(Self.longestSeconds)")
            }
        }

        func run() async throws {
            let deadline = ContinuousClock.now + .seconds(seconds)
            try await address.withServer(token: nil) { server in
                while true {
                    do {
                        return try await server.checkReady(within: .seconds(Self.longestAnswerSeconds))
                    } catch let error as ServerError where error.mayPass {
                        guard ContinuousClock.now + Self.pause < deadline else {
                            throw CommandError("not ready after \(seconds) s: \(error)")
                        }
                        try await Task.sleep(for: Self.pause)
                    }
                }
            }
        }
    }
}
