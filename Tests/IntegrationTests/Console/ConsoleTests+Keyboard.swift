import Foundation
import Testing

extension ConsoleTests {
    @Test("claimed, acknowledged and reported with the keyboard alone", arguments: ["en-US", "zh-CN"])
    func keyboard(language: String) async throws {
        let site = try await ConsoleSite.open(language: language)
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        try await browser.press(Browser.Key.down + Browser.Key.enter)
        try await browser.waitFor(".beats canvas")
        try await browser.press("c")
        try await browser.wait(forText: language == "zh-CN" ? "您正在处理" : "held by you", in: ".summary")
        try await browser.press("a")
        try await browser.waitFor(".taken")
        try await browser.press("r")
        try await browser.wait(until: "document.activeElement.id === 'report-text'")
        try await browser.press("Inferior STEMI.")
        // To the conclusion, past the preliminary report, to the final one, which is asked for twice.
        try await browser.press(Browser.Key.tab + Browser.Key.space)
        #expect(try await browser.isTrue("document.activeElement.matches('[name=conclusion]:checked')"))
        try await browser.press(Browser.Key.tab + Browser.Key.tab)
        #expect(try await browser.isTrue("document.activeElement.name === 'final'"))
        try await browser.press(Browser.Key.enter)
        // The button asks for some seconds; who comes later presses twice more.
        repeat {
            try await browser.waitFor("button[name=final].asking:focus, blockquote.reported")
            if try await browser.isTrue("document.querySelector('blockquote.reported')") { break }
            try await browser.press(Browser.Key.enter)
        } while true
        #expect(try await browser.text("blockquote.reported").contains("Inferior STEMI."))
        try await site.close()
    }
}
