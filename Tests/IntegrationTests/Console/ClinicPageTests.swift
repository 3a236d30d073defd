import ECGModel
import Foundation
import Testing

extension ConsoleTests {
    @Test("a clinic sees its own recordings with every step and the report, and nothing by other addresses")
    func clinicPage() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        for (name, clinic) in [("nurse", "Test clinic"), ("neighbour", "Next village")] {
            let added = try await Program.run([
                "user", "add", name, "--role", "clinic", "--clinic", clinic, "--token-only", "--data", site.server.data,
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
        try await site.send()
        // The reader sees, acknowledges and reports: who acknowledges before the ECG is there has not seen it first.
        try await browser.click("td.finding a")
        try await browser.wait(forText: "seen", in: ".history")
        try await browser.click("button[name=acknowledge]")
        try await browser.waitFor(".taken")
        try await browser.type("Inferior STEMI.", into: "#report-text")
        try await site.sendFinal()
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor(".login")

        try await browser.go(try await site.loginLink(of: "nurse"))
        try await browser.waitFor(".clinic-card")
        try await browser.wait(forText: "Inferior STEMI.", in: ".clinic-card")
        let card = try await browser.text(".clinic-card")
        for text in ["P-2041", "stored at the hospital", "seen", "acknowledged · reader", "Report"] {
            #expect(card.contains(text), "\(text)")
        }
        #expect(try await browser.text(".disclaimer") == MachineReading.disclaimer)
        try await browser.keepPicture("clinic")
        // Other addresses show the same page, and the API refuses what it holds for others.
        for path in ["/alerts/1", "/critical-values"] {
            try await browser.go("\(site.address)\(path)")
            try await browser.waitFor(".clinic-card")
        }
        let refused = try await browser.run(
            """
            return Promise.all(["worklist", "alerts/1", "recordings", "alerts/stream", "critical-values", "audit"].map(
                (path) => fetch("/api/v1/" + path).then((answer) => answer.status))).then((all) => all.join(" "));
            """)
        #expect(refused as? String == "403 403 403 403 403 403")
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor(".login")

        try await browser.go(try await site.loginLink(of: "neighbour"))
        try await browser.wait(forText: "No recording yet.")
        #expect(try await !browser.text().contains("P-2041"))
        try await site.close()
    }
}
