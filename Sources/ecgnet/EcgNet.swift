import ArgumentParser
import ECGModel

/// The command line of ecg-net: one program for the server, the clinic's test bench and the reader's terminal.
@main
struct EcgNet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ecgnet",
        abstract: "One ECG network for a county: clinics upload, cardiologists are alerted.",
        discussion: """
            Data goes to standard output, progress and messages to standard error. The exit status is 0 when the work \
            is done, 1 when it failed, 2 when the command was used wrongly.

            \(MachineReading.disclaimer)
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, Replay.self, Analyze.self, Draw.self, Simulate.self, Alerts.self, Recordings.self,
            DeviceCommand.self,
            UserCommand.self, Bench.self, Accuracy.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(reporting: error)
        }
    }

    /// Ends the program with the status that the help text promises: 2 for wrong use, 1 for work that failed.
    private static func exit(reporting error: any Error) -> Never {
        let code = exitCode(for: error)
        if code == .success || error is ExitCode { exit(withError: error) }
        if code == .validationFailure {
            Terminal.say(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
        Terminal.say("ecgnet: \(message(for: error))")
        exit(withError: ExitCode.failure)
    }
}
