import Foundation
import Testing

extension ConsoleTests {
    @Test("the report is printed with the ECG to scale, whatever the screen shows")
    func printing() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.waitFor(".beats canvas")
        try await browser.type("Inferior STEMI.", into: "#report-text")
        try await browser.click("button[name=preliminary]")
        try await browser.waitFor("blockquote.preliminary")

        let millimetre = 96 / 25.4
        for (layout, speed, gain) in [
            ("3 × 4 + rhythm", "25 mm/s", "10 mm/mV"), ("12 × 1", "50 mm/s", "10 mm/mV"),
            ("6 × 2", "25 mm/s", "20 mm/mV"),
        ] {
            for (name, option) in [("layout", layout), ("speed", speed), ("gain", gain), ("zoom", "50 %")] {
                _ = try await browser.run(Self.choosing, [name, option])
            }
            try await browser.wait(
                until: "document.querySelector('.position').innerText.includes('\(speed) · \(gain)')")
            try await browser.show(asPrinted: true)
            _ = try await browser.run("dispatchEvent(new Event('beforeprint'))")
            func number(_ expression: String) async throws -> Double {
                try await browser.number("document.querySelector('.sheet').getBoundingClientRect().\(expression)")
            }
            // 25 mm a second for ten seconds, 9 mm for the calibration, 3 mm at each side: an A4 sheet has room for no more.
            #expect(abs(try await number("width") / millimetre - 265) < 0.5, "\(layout)")
            #expect(try await number("height") / millimetre <= 165, "\(layout)")
            #expect(try await browser.isTrue("document.querySelector('canvas.traces').width >= 265 / 25.4 * 290"))
            let position = try await browser.text(".position")
            #expect(position.contains("25 mm/s") && position.contains(gain), "\(position)")
            // Who, that a machine has read, and what the reader wrote; nothing to press.
            for selector in [".disclaimer", ".who", "blockquote.preliminary"] {
                #expect(
                    try await browser.isTrue("document.querySelector(`\(selector)`).offsetHeight > 0"), "\(selector)")
            }
            for selector in ["#frame", ".controls", ".actions", "#report-text"] {
                #expect(
                    try await browser.isTrue("document.querySelector(`\(selector)`).offsetHeight === 0"), "\(selector)")
            }
            _ = try await browser.run("dispatchEvent(new Event('afterprint'))")
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
