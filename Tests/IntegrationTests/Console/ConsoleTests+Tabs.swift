import Foundation
import Testing

extension ConsoleTests {
    @Test(
        "with more pages open than a browser has connections alerts arrive and are acknowledged, whichever page is closed"
    )
    func manyTabs() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        for _ in 2...7 {
            try await browser.openTab()
            try await browser.go(site.address)
            try await browser.waitFor(".live")
        }
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.click("button[name=acknowledge]")
        try await browser.waitFor(".taken")
        // The page that was opened first holds the line.
        try await browser.closeFirstTab()
        try await site.send()
        try await browser.click("#frame .waiting")
        try await browser.wait(until: "document.querySelectorAll('tr.high').length === 2")
        #expect(try await browser.isTrue("document.querySelector('#frame .cut').hidden"))
        try await site.close()
    }
}
