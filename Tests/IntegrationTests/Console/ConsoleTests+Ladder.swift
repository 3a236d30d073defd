import Foundation
import Testing

extension ConsoleTests {
    @Test("whom the ladder told is in the alert's history, and what does not arrive in a bar on every page")
    func ladder() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        // Nobody listens at port 1.
        try Self.write("a secret that is long enough", to: "\(site.server.data)/pager.secret")
        try Self.write(
            """
            {"sinks": {"pager": {"webhook": {"url": "http://127.0.0.1:1/", "secretFile": "pager.secret"}, "attempts": 1}},
             "hospitals": [{"name": "County", "shifts": [
               {"high": [{"afterSeconds": 1, "who": "Night duty", "sinks": ["console", "pager"]}]}]}]}
            """, to: "\(site.server.data)/escalation.json")
        // It is read within five seconds, and a rung whose time has passed is climbed at once.
        try await site.send()
        try await browser.wait(forText: "“pager” do not arrive: 1 given up", in: ".ladder")
        try await browser.click("td.finding a")
        try await browser.wait(forText: "not delivered", in: ".history")
        let history = try await browser.text(".history")
        for text in ["escalated to", "Night duty", "Night duty, pager: no connection to the receiver"] {
            #expect(history.contains(text), "\(text)")
        }
        try await site.close()
    }

    private static func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }
}
