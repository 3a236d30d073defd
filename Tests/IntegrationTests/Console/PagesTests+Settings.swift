import Foundation
import Testing

extension PagesTests {
    /// Sets a field as typing does, for fields that hold something already.
    private static let enter = """
        const field = document.querySelector(`[name="${arguments[0]}"]`);
        field.value = arguments[1];
        field.dispatchEvent(new Event('input', { bubbles: true }));
        """

    @Test("an administrator changes the settings, is told what is wrong and where, and brings an older version back")
    func settings() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        #expect(try await !browser.isTrue("document.querySelector(`nav a[href='/settings']`)"))
        try await site.becomeAdministrator(at: "/settings")
        try await browser.waitFor("tr[data-edition='1']")
        let first = "hospitals[0].shifts[0].high[0]"
        _ = try await browser.run(Self.enter, ["\(first).afterSeconds", "200"])
        _ = try await browser.run(Self.enter, ["\(first).who", "<img src=x onerror=window.hit=1>"])
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "Each step has to come later", in: ".message[role=alert]")
        #expect(try await browser.text("[data-refusal]").contains("Each step has to come later"))
        #expect(
            try await browser.isTrue(
                "document.querySelector('[aria-invalid]').dataset.place === 'hospitals[0].shifts[0].high'"))
        _ = try await browser.run(Self.enter, ["\(first).afterSeconds", "45"])
        try await browser.click("[data-add='hospitals[0].shifts[0].low']")
        try await browser.type("Technician", into: "[name='hospitals[0].shifts[0].low[0].who']")
        try await browser.click("[name=secondSignature]")
        _ = try await browser.run(Self.enter, ["timeZone", "Mars/Olympus"])
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "is no time zone", in: ".message[role=alert]")
        #expect(try await browser.isTrue("document.activeElement.name === 'timeZone'"))
        _ = try await browser.run(Self.enter, ["timeZone", "Asia/Urumqi"])
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "pass the checks", in: ".check")
        try await browser.keepPicture("settings")
        try await browser.confirm("button[name=save]")
        try await browser.wait(forText: "Version 2 is in effect", in: ".check")
        #expect(try await browser.text("tr[data-edition='2']").contains("root"))
        #expect(try await browser.isTrue("!window.hit && !document.querySelector('#page img')"))
        let file = URL(filePath: site.server.data).appending(path: "escalation.json")
        let written = try String(contentsOf: file, encoding: .utf8)
        for text in ["Asia/Urumqi", "\"afterSeconds\" : 45", "Technician", "\"secondSignature\" : true"] {
            #expect(written.contains(text), "\(text)")
        }

        // Somebody changes the file: it shows, and a page that was opened before is refused.
        try Data(written.replacing("45", with: "50").utf8).write(to: file)
        _ = try await browser.run(Self.enter, ["undoSeconds", "30"])
        try await browser.confirm("button[name=save]")
        try await browser.wait(forText: "Somebody has changed the settings meanwhile", in: ".message[role=alert]")
        try await browser.click("button[name=reload]")
        try await browser.wait(forText: "in the file on the server", in: "tr[data-edition='3']")
        #expect(try await browser.isTrue("document.querySelector(`[name='\(first).afterSeconds']`).value === '50'"))

        try await browser.confirm("tr[data-edition='1'] button[name=restore]")
        try await browser.wait(forText: "Version 4 is in effect", in: ".check")
        #expect(try await browser.text("tr[data-edition='4']").contains("as version 1"))
        #expect(try await !browser.isTrue("document.querySelector('[name=secondSignature]').checked"))
        try await browser.click("nav a[href='/audit']")
        try await browser.wait(forText: "brought back settings", in: "table.audit")
        try await site.close()
    }

    @Test("a hospital of its own with its readers, on a phone and in Chinese")
    func hospitals() async throws {
        let site = try await ConsoleSite.open(language: "zh-CN", width: 390, height: 844)
        let browser = site.browser
        try await site.becomeAdministrator(at: "/settings")
        try await browser.click("button[name=add-hospital]")
        try await browser.type("龙潭镇卫生院", into: "[name='hospitals[1].name']")
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "须恰有一家医院不填诊所和乡镇", in: ".message[role=alert]")
        try await browser.type("Longtan", into: "[name='hospitals[1].townships']")
        try await browser.click("[name='hospitals[1].ownNobodyThere']")
        try await browser.waitFor("[name='hospitals[1].nobodyThere[0].who']")
        try await browser.confirm("button[name=save]")
        try await browser.wait(forText: "版本 2 已生效", in: ".check")
        #expect(try await browser.isTrue("document.documentElement.scrollWidth <= innerWidth"))
        try await browser.keepPicture("settings-phone-zh")
        try await browser.click("nav a[href='/users']")
        try await browser.waitFor("tr[data-user=reader] select")
        _ = try await browser.run(
            """
            const s = document.querySelector('tr[data-user=reader] select');
            s.value = '龙潭镇卫生院';
            s.dispatchEvent(new Event('change'));
            """)
        try await browser.wait(
            until: "document.querySelector('tr[data-user=reader] select').value === '龙潭镇卫生院'")
        // Nobody reads for it any more than for the first: the administrator is told of both.
        try await browser.wait(forText: "龙潭镇卫生院：自", in: ".ladder")
        try await site.close()
    }
}
