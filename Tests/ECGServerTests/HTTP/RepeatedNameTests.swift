import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

/// A name that stands twice in what people write: one of the two would be dropped without a word.
@Suite struct RepeatedNameTests {
    private static let rung = #"[{"afterSeconds": 60, "who": "a", "sinks": ["console"]}]"#

    @Test(arguments: [
        (#"{"undoSeconds": 1, "undoSeconds": 2}"#, "'undoSeconds' stands here twice: keep one"),
        (#"{"undoSeconds": 1, "undo\u0053econds": 1}"#, "'undoSeconds' stands here twice"),
        (
            #"{"hospitals": [{"name": "H", "shifts": [{"high": \#(rung), "medium": \#(rung), "high": \#(rung)}]}]}"#,
            "hospitals[0].shifts[0]: 'high' stands here twice"
        ),
        (
            #"{"nobodyThere": \#(rung), "hospitals": [{"name": "}\"{,", "shifts": []}, {"name": "H", "name": "G"}]}"#,
            "hospitals[1]: 'name' stands here twice"
        ),
        (
            #"{"sinks": {"s": {"command": ["/bin/true"]}, "t": {"command": ["/bin/true"]}, "s": {"command": ["/bin/true"]}}}"#,
            "sinks: 's' stands here twice"
        ),
    ])
    func inTheSettings(json: String, expected: String) throws {
        let error = #expect(throws: EscalationPolicyError.self) {
            try EscalationPolicy(json: Data(json.utf8), folder: FileManager.default.temporaryDirectory)
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        try ConsoleTexts.expectSentence(of: try #require(error?.refusal))
    }

    @Test func theSameNameInDifferentPlacesIsNone() throws {
        let json = """
            {"hospitals": [{"name": "high", "shifts": [
                {"from": "08:00", "to": "18:00", "high": \(Self.rung)}, {"from": "18:00", "to": "08:00", "high": \(Self.rung)}]},
             {"name": "name", "clinics": ["name", "name\\" high"], "shifts": [{"high": \(Self.rung)}]}]}
            """
        let policy = try EscalationPolicy(json: Data(json.utf8), folder: FileManager.default.temporaryDirectory)
        #expect(policy.hospitals.map(\.name) == ["high", "name"])
    }

    @Test func inARequest() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            for (json, expected) in [
                (#"{"settings": {"undoSeconds": 1, "undoSeconds": 2}}"#, "settings: 'undoSeconds' stands here twice"),
                (#"{"settings": {"undoSeconds": 1}, "settings": {}}"#, "'settings' stands here twice"),
            ] {
                let answer = try await client.send(.post, "/api/v1/settings/check", token: token, json: json)
                #expect(answer.status == .badRequest && answer.text.contains(expected), "\(answer.text)")
            }
        }
    }
}
