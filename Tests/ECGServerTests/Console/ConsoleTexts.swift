import ECGServer
import Foundation
import Testing

/// The console's texts, as the files of its languages have them.
enum ConsoleTexts {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/CConsole/scripts/language")

    static func all(_ language: String) throws -> [String: String] {
        let file = try String(contentsOf: folder.appending(path: "\(language).js"), encoding: .utf8)
        return Dictionary(
            file.matches(of: /(?m)^ {4}"([^"]+)": "(.*)",?$/).map { (String($0.1), String($0.2)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What a text leaves to be filled in, `{name}`.
    static func names(in text: String) -> Set<String> {
        Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) })
    }

    /// The console can tell this refusal in both languages, with everything that stands in the sentence.
    static func expectSentence(of refusal: Refusal) throws {
        for language in ["en", "zh"] {
            let text = try #require(try all(language)["reason.\(refusal.reason)"], "\(refusal.reason)")
            #expect(names(in: text).isSubset(of: refusal.values.keys), "\(refusal)")
        }
    }
}
