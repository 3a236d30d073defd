import ArgumentParser
import ECGModel

/// Which alert a command is about.
struct AlertChoice: ParsableArguments {
    @Argument(help: "The alert's number.") var id: AlertID

    @Option(
        help: """
            The recording that the alert was read with: nothing is done where the number is another recording's by now, as it may \
            be after a restored backup.
            """)
    var recording: RecordingID?
}

extension ServerClient {
    /// Takes a step with the alert, as long as it is the one that is meant.
    func take<Answer: Decodable>(
        _ step: String, with choice: AlertChoice, as type: Answer.Type = Answer.self
    ) async throws -> Answer? {
        try await post("alerts/\(choice.id)/\(step)", about: choice.recording)
    }

    /// The same, with what the step says.
    func take<Answer: Decodable>(
        _ step: String, with choice: AlertChoice, saying words: some Encodable, as type: Answer.Type = Answer.self
    ) async throws -> Answer? {
        try await post("alerts/\(choice.id)/\(step)", about: choice.recording, words)
    }
}
