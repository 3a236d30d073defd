import Foundation
import Testing

@testable import ecgnet

extension ConsoleTests {
    @Test("from `deploy/demo` by its link to a reported alert, with what the pages say and nothing else")
    func newcomer() async throws {
        let ports = try FreePorts.take(2)
        let demonstration = try await RunningProgram(
            ["deploy/demo"],
            environment: [
                "ECGNET": Program.path, "ECGNET_DEMO_PORT": "\(ports[0])", "ECGNET_DEMO_HTTP_PORT": "\(ports[1])",
            ], program: "/bin/bash", in: Program.packageRoot)
        try #require(try await demonstration.complained("Ctrl-C stops it"), "\(demonstration.errorsSoFar)")
        let link = try #require(
            demonstration.errorsSoFar.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+\/login#link=\S+/).map { String($0.0) })
        let browser = try await Browser.open()
        try await browser.go(link)
        // The most urgent is on top; its name leads to it.
        try await browser.waitFor("tbody tr:first-child.high")
        try await browser.click("tbody tr:first-child td.finding a")
        try await browser.waitFor(".beats canvas")
        try await browser.click(button: "Acknowledge")
        try await browser.waitFor(".taken")
        try await browser.type("Infarct. Aspirin, ambulance.", into: "textarea[id=report-text]")
        #expect(try await browser.confirm(button: "Send final report").hasPrefix("Press again"))
        // What is missing is said in so many words.
        try await browser.wait(forText: "Say whether the suspicion is confirmed.", in: ".message")
        try await browser.choose("input[name=conclusion][value=confirmed]")
        #expect(try await browser.confirm(button: "Send final report").hasPrefix("Press again"))
        try await browser.waitFor("blockquote.reported")
        #expect(try await browser.text("blockquote.reported").contains("Aspirin, ambulance."))
        try await browser.close()
        demonstration.terminate()
        #expect(await demonstration.outcome().status == 143, "ended by the signal, and cleaned up")
    }
}
