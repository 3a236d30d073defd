import Testing

extension ConsoleTests {
    @Test("an earlier recording of the same patient stands beside the new one, on the same paper")
    func earlier() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await site.send()
        try await browser.wait(until: "document.querySelectorAll('tr.high').length === 2")
        try await browser.go("\(site.address)/alerts/2")
        try await browser.waitFor(".beats canvas")
        try await browser.click(".earlier li button")
        try await browser.wait(
            until: "\(Self.darkPixels)(document.querySelector('.earlier-paper canvas.traces')) > 2000")
        let isAlike = """
            new Set([...document.querySelectorAll('.papers .sheet')].map((sheet) => sheet.offsetWidth)).size === 1
                && document.querySelectorAll('.papers .sheet').length === 2
            """
        #expect(try await browser.isTrue(isAlike))
        // What is chosen above holds for both.
        _ = try await browser.run(Self.choosing, ["layout", "6 × 2"])
        try await browser.wait(
            until: """
                [...document.querySelectorAll('.papers .sheet')].every((sheet, _, all) => sheet.offsetHeight === all[0].offsetHeight)
                """)
        try await site.close()
    }
}
