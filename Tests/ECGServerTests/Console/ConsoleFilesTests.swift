import ECGModel
import ECGTriage
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import ECGServer

/// The console's files as the program serves them.
@Suite struct ConsoleFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/CConsole")

    /// Paths below the folder of everything that browsers are to get.
    private static func sourcePaths() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { ["html", "css", "js", "svg"].contains(URL(filePath: $0).pathExtension) }.sorted()
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    @Test func everyFileIsInTheProgramAsItIsInTheSources() async throws {
        let hospital = try Hospital()
        let paths = try Self.sourcePaths()
        #expect(paths.count > 20)
        try await hospital.open { client async throws in
            for path in paths {
                let answer = try await client.send(.get, "/console/\(path)")
                #expect(answer.status == .ok, "\(path) is missing in console_files.c")
                #expect(answer.text == (try Self.text(path)), "\(path)")
            }
        }
    }

    @Test func thePageStandsAtAllAddressesOfTheConsole() async throws {
        let hospital = try Hospital()
        try await hospital.open { client async throws in
            for path in [
                "/", "/login", "/alerts/17", "/critical-values", "/figures", "/network", "/devices", "/users", "/audit",
                "/settings", "/tables",
            ] {
                let answer = try await client.send(.get, path)
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
                #expect(answer.text.hasPrefix("<!DOCTYPE html>"))
            }
            for path in ["/console/", "/console/nothing.js", "/console/../Package.swift", "/console/%2e%2e/x"] {
                #expect(try await client.send(.get, path).status == .notFound, "\(path)")
            }
        }
    }

    @Test func onlyTheServersOwnScriptsRun() async throws {
        let hospital = try Hospital()
        try await hospital.open { client async throws in
            for path in ["/", "/console/scripts/main.js"] {
                let headers = try await client.send(.get, path).headers
                let policy = try #require(headers[.contentSecurityPolicy])
                for directive in [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                    "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
                    "require-trusted-types-for 'script'", "trusted-types 'none'",
                ] {
                    #expect(policy.contains(directive), "\(path)")
                }
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                for name in ["Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"] {
                    #expect(HTTPField.Name(name).flatMap { headers[$0] } == "same-origin")
                }
            }
        }
        // What the policy forbids is not there either.
        let page = try Self.text("index.html")
        #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onload="))
        for path in try Self.sourcePaths() where path.hasSuffix(".js") {
            let script = try Self.text(path)
            for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                #expect(!script.contains(sink), "\(path)")
            }
            #expect(script.firstMatch(of: /https?:\/\//) == nil, "\(path) names another host")
        }
    }

    @Test func aFileThatHasNotChangedIsNotSentAgain() async throws {
        let hospital = try Hospital()
        try await hospital.open { client async throws in
            let first = try await client.send(.get, "/console/styles/base.css")
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl] == "no-cache")
            let again = try await client.send(.get, "/console/styles/base.css", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
            let other = try await client.send(.get, "/console/styles/base.css", headers: [.ifNoneMatch: "\"x\""])
            #expect(other.status == .ok)
        }
    }

    /// A text that is missing in one language would show in the other.
    @Test func bothLanguagesSayEverything() throws {
        let (texts, chinese) = (try ConsoleTexts.all("en"), try ConsoleTexts.all("zh"))
        let english = Set(texts.keys)
        #expect(english.count > 50)
        #expect(english == Set(chinese.keys))
        for (key, text) in texts {
            #expect(ConsoleTexts.names(in: text) == ConsoleTexts.names(in: chinese[key] ?? ""), "\(key)")
        }
        // Every text that a script asks for by its name is there.
        for path in try Self.sourcePaths() where path.hasSuffix(".js") {
            for match in try Self.text(path).matches(of: /\bt\("([a-zA-Z.-]+)"/) {
                #expect(english.contains(String(match.1)), "\(path)")
            }
        }
    }

    /// A field that takes more than the server loses what somebody has written.
    @Test func whatIsWrittenIsHeldToTheServersBounds() throws {
        let limits = try Self.text("scripts/limits.js")
        var told: [String: Int] = [:]
        for match in limits.matches(of: /(?m)^export const (\w+Bytes) = (\d+);/) {
            told[String(match.1)] = Int(match.2)
        }
        #expect(
            told == [
                "reportBytes": HTTPLimits.reportBytes, "reasonBytes": HTTPLimits.reasonBytes,
                "personBytes": HTTPLimits.personBytes, "clinicBytes": HTTPLimits.clinicBytes,
            ])
    }

    /// Nobody who reads Chinese is refused in English.
    @Test func everyRefusalHasASentence() throws {
        let texts = try ConsoleTexts.all("zh")
        let folder = Self.folder.deletingLastPathComponent().appending(path: "ECGServer")
        var count = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let source = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            let reasons = source.matches(
                of: /(?:Refusal|refusal|[rR]eader\.error|secret\.error|content\.error)\(\s*"([a-z-]+)"/
            )
            .map { "reason.\($0.1)" }
            for key in reasons {
                count += 1
                #expect(texts[key] != nil, "\(key) of \(path)")
            }
        }
        for code in APIError.Code.allCases { #expect(texts["error.\(code.rawValue)"] != nil, "\(code)") }
        #expect(count > 40)
    }

    /// Why a message of the ladder did not arrive is kept as the server's sentence, which the console tells in Chinese.
    @Test func everyReasonWhyAMessageDoesNotArriveIsKnown() throws {
        let known = try Self.text("scripts/language/deliveryProblems.js")
        // Sentences by how they begin, and whatever a failure or a given-up delivery is given.
        let sentences = [
            try Regex<(Substring, Substring)>(
                #"("(?:the (?:receiver|program|connection|request|attempt|message does)|no (?:connection|answer|pipe)).*?")[,):\n ]"#
            ),
            try Regex<(Substring, Substring)>(
                #"(?:SinkFailure|Unusable)\(\s*(?:description:\s*)?("(?:[^"]|"\s*\+\s*")*")"#),
            try Regex<(Substring, Substring)>(#"problem: [a-z.]+ \?\? ("[^"]*")"#),
        ]
        var count = 0
        for module in ["ECGServer/Escalation", "ECGStore"] {
            let folder = Self.folder.deletingLastPathComponent().appending(path: module)
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift")
            {
                let source = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
                for match in sentences.flatMap({ source.matches(of: $0) }) {
                    // As the console writes what differs, and without what divides a sentence into lines.
                    let sentence = match.1.replacing(/"\s*\+\s*"/, with: "")
                        .replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "{}")
                    count += 1
                    #expect(known.contains("\(sentence): "), "\(sentence) of \(path)")
                }
            }
        }
        #expect(count > 30)
    }

    /// In Chinese the machine's sentences are made of these names and the numbers.
    @Test func everyMeasureHasAChineseName() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/ECGTriage")
        let names = try Self.text("scripts/language/machine.js")
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /Evidence\(\s*"([^"\\]+)"/) {
                count += 1
                #expect(names.contains("\"\(match.1)\": "), "\(match.1)")
            }
        }
        #expect(count > 20)
    }

    /// What decides how a finding is read and stands in no number, the console knows by the rules' own words.
    @Test func theRemarksAboutAFindingAreTheRulesWords() throws {
        let folder = Self.folder.deletingLastPathComponent().appending(path: "ECGTriage")
        let rules = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        let console = try Self.text("scripts/language/machine.js")
        let days = "(less than a day|one day|\\d+ days)"
        for words in [
            " Unchanged since a recording \(days) earlier\\.", " that a recording \(days) earlier does not have\\.",
            " and comes back: ",
        ] {
            #expect(console.contains("pattern: /\(words)/"), "\(words)")
            let written = words.replacingOccurrences(of: "\\.", with: ".").components(separatedBy: days)
            for part in written {
                #expect(rules.contains(part.trimmingCharacters(in: [" ", ":"])), "\(part)")
            }
        }
        // The sentence on what was not judged is put together of these, with walls and leads between them.
        for (pattern, words) in [
            (
                "^Infarction(?: of the ([a-z]+(?: and [a-z]+)?) walls?)? cannot be judged",
                ["\"Infarction cannot be judged\""]
            ),
            (
                " of the ([a-z]+(?:(?:,| and) [a-z]+)*) walls?(?: can be judged)? only in part",
                ["\"of the \\(", " can be judged only in part\"", " only in part\""]
            ),
            (": (\\S.*) (?:was|were) not recorded or not named", [" not recorded or not named\""]),
            ("[:;] ([^:;]+) could not be read", [" could not be read\""]),
            (" too few beats are alike\\.", ["\"too few beats are alike\""]),
        ] {
            #expect(console.contains("pattern: /\(pattern)/"), "\(pattern)")
            for part in words { #expect(rules.contains(part), "\(part)") }
        }
        for phrase in ["\"less than a day\"", "\"one day\"", "days\""] { #expect(rules.contains(phrase)) }
    }

    /// That a part of a recording cannot be read the console knows by the server's words.
    @Test func theNoteOnDamageIsTheServersSentence() throws {
        let reading = try Recording.simulated().expectedReading(damaged: 0..<1500, upTo: 5000)
        #expect(reading.quality.advice?.hasPrefix("Of the stored recording 3 s cannot be read") == true)
        let console = try Self.text("scripts/language/machine.js")
        #expect(console.contains(#"/^Of the stored recording (\d+) s cannot be read/"#))
    }

    @Test func everyRuleHasANameInBothLanguages() throws {
        let table = String(decoding: try JSONEncoder().encode(TriageTable.countyDefault), as: UTF8.self)
        let rules = Set(table.matches(of: /"id":"([a-z0-9-]+)"/).map { String($0.1) })
        #expect(rules.count > 30)
        let names = try Self.text("scripts/language/findings.js")
        for rule in rules {
            #expect(names.components(separatedBy: "\"\(rule)\": ").count == 3, "\(rule)")
        }
    }
}
