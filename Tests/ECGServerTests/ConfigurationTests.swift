import ECGServer
import Foundation
import Testing

@Suite struct ConfigurationTests {
    @Test(
        "A mistake in the configuration's file is named in words, without the reader's own types",
        arguments: [
            ("{", "not valid JSON"), ("[]", "has to be an object"),
            (#"{"listen": "nowhere"}"#, "the setting 'listen': an address is written HOST:PORT"),
            (#"{"retentionDays": "7"}"#, "the setting 'retentionDays' has the wrong type"),
            (#"{"tls": {"certificateFile": "a"}}"#, "the setting 'tls.privateKeyFile' is missing"),
            (#"{"listn": "127.0.0.1:1"}"#, "unknown field 'listn'"),
            (#"{"retentionDays": 7, "retentionDays": 700}"#, "the setting 'retentionDays' stands there twice"),
            (
                #"{"tls": {"certificateFile": "a", "privateKeyFile": "b", "certificateFile": "c"}}"#,
                "the setting 'tls.certificateFile' stands there twice"
            ),
        ])
    func mistakes(json: String, expected: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "ecgnet-configuration-\(UUID().uuidString)")
        try Data(json.utf8).write(to: file)
        defer {
            do { try FileManager.default.removeItem(at: file) } catch { print("\(file) stays: \(error)") }
        }
        let error = #expect(throws: ServerConfigurationError.self) { try ServerConfiguration.read(file: file.path) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("CodingKey") != true)
    }

    @Test("A number that would put readings off, or that no calendar holds, is refused with what may be written")
    func bounds() throws {
        try Self.expectBounds(10, 600) { $0.silentAfterSeconds = $1 }
        try Self.expectBounds(1, 365 * 24) { $0.abandonedAfterHours = $1 }
        try Self.expectBounds(1, 90 * 24) { $0.deviceSilentAfterHours = $1 }
        try Self.expectBounds(1, 36_500) { $0.retentionDays = $1 }
    }

    private static func expectBounds(
        _ least: Int, _ most: Int, _ set: (inout ServerConfiguration, Int) -> Void
    ) throws {
        var configuration = ServerConfiguration()
        for value in [least, most] {
            set(&configuration, value)
            try configuration.validate()
        }
        for value in [least - 1, most + 1, .max, .min] {
            set(&configuration, value)
            let error = #expect(throws: ServerConfigurationError.self) { try configuration.validate() }
            let text = error?.description ?? ""
            #expect(text.contains("\(value)") && text.contains("\(least) to \(most)"), "\(text)")
        }
    }

    @Test(
        "A public address is one that browsers can be bound to",
        arguments: [
            ("https://ecg.example.org", true), ("https://ecg.example.org:8443", true), ("http://10.0.0.5", true),
            ("ecg.example.org", false), ("https://ecg.example.org/", false), ("https://a@b", false), ("ftp://b", false),
            ("https://ecg.example.org?x", false), ("", false),
        ])
    func publicAddress(text: String, isRight: Bool) throws {
        var configuration = ServerConfiguration()
        configuration.publicURL = text
        if isRight {
            try configuration.validate()
        } else {
            #expect(throws: ServerConfigurationError.publicURL(text)) { try configuration.validate() }
        }
    }
}
