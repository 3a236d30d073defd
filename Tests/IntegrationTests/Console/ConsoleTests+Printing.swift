import Foundation
import Testing

extension ConsoleTests {
    @Test("the report is printed with the ECG to scale, whatever the screen shows")
    func printing() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        // The sheets of one ECG tell one day.
        try await browser.liveAtNoon()
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.waitFor(".beats canvas")
        try await browser.type("Inferior STEMI.", into: "#report-text")
        try await browser.click("button[name=preliminary]")
        try await browser.waitFor("blockquote.preliminary")

        // A4 lying, without the margins of 8 mm: what is above the ECG has to leave it room on the first sheet.
        let millimetre = 96 / 25.4
        let paper = (width: 281.0, height: 194.0)
        let day = try await browser.run("return new Date().toLocaleDateString('sv')") as? String
        let recording =
            try await browser.run(
                "return fetch('/api/v1/alerts/1').then((answer) => answer.json()).then(({ alert }) => alert.recording)")
            as? String
        let (today, id) = (try #require(day), try #require(recording))
        let known = [
            today, "Test clinic", "Device: \(RunningServer.device)", "Recording: \(id)", "ECG taken: \(today)",
            "Alert raised: \(today)", "Signal: ", "Printed: \(today)", "UTC",
        ]
        // At the gains that are chosen, twelve rows or six of this ECG would need 177 or 246 mm to keep apart: they are printed at
        // the next lower ones.
        for (layout, speed, gain, printedGain) in [
            ("3 × 4 + rhythm", "25 mm/s", "10 mm/mV", "10 mm/mV"), ("12 × 1", "50 mm/s", "10 mm/mV", "5 mm/mV"),
            ("6 × 2", "25 mm/s", "20 mm/mV", "10 mm/mV"),
        ] {
            for (name, option) in [("layout", layout), ("speed", speed), ("gain", gain), ("zoom", "50 %")] {
                _ = try await browser.run(Self.choosing, [name, option])
            }
            try await browser.wait(
                until: "document.querySelector('.position').innerText.includes('\(speed) · \(gain)')")
            try await browser.show(asPrinted: true)
            try await browser.resize(width: Int(paper.width * millimetre), height: 900)
            _ = try await browser.run("dispatchEvent(new Event('beforeprint'))")
            func number(_ expression: String) async throws -> Double {
                try await browser.number("document.querySelector('.sheet').getBoundingClientRect().\(expression)")
            }
            // 25 mm a second for ten seconds, 9 mm for the calibration, 3 mm at each side: an A4 sheet has room for no more.
            #expect(abs(try await number("width") / millimetre - 265) < 0.5, "\(layout)")
            #expect(try await number("height") / millimetre <= 155, "\(layout)")
            #expect(try await browser.isTrue("document.querySelector('canvas.traces').width >= 265 / 25.4 * 290"))
            let position = try await browser.text(".position")
            #expect(position.contains("25 mm/s · \(printedGain)"), "\(position)")
            #expect(try await browser.isTrue("document.querySelector('.beyond').hidden"), "\(layout)")
            let facts = try await browser.text(".facts")
            for fact in known { #expect(facts.contains(fact), "\(fact) in \(facts)") }
            #expect(try await browser.text("blockquote .by").contains(today), "the report's date")
            #expect(try await browser.text(".whose").contains("P-2041"), "whose the second sheet is")
            // The scale stands below the ECG, on the same sheet.
            let end = "document.querySelector('.below').getBoundingClientRect().bottom + scrollY"
            #expect(try await browser.number(end) / millimetre <= paper.height, "\(layout)")
            // Who, that a machine has read, and what the reader wrote; nothing to press.
            for selector in [".disclaimer", ".who", "blockquote.preliminary"] {
                #expect(
                    try await browser.isTrue("document.querySelector(`\(selector)`).offsetHeight > 0"), "\(selector)")
            }
            for selector in ["#frame", ".controls", ".actions", "#report-text", ".clocks", ".critical button"] {
                #expect(
                    try await browser.isTrue("document.querySelector(`\(selector)`).offsetHeight === 0"), "\(selector)")
            }
            _ = try await browser.run("dispatchEvent(new Event('afterprint'))")
            try await browser.resize(width: 1366, height: 900)
            try await browser.show(asPrinted: false)
        }
        try await browser.wait(until: "document.querySelector('.position').innerText.includes('25 mm/s')")

        let document = String(decoding: try await browser.printed(), as: Unicode.UTF8.self)
        #expect(document.hasPrefix("%PDF-"))
        // A4 lying, in points of 1/72 inch, rounded as browsers do.
        let boxes = document.matches(of: /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/)
        try #require(!boxes.isEmpty)
        for box in boxes {
            #expect(abs((Double(box.1) ?? 0) - 842) < 2 && abs((Double(box.2) ?? 0) - 595) < 2, "\(box.0)")
        }
        try await site.close()
    }
}
