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
}
