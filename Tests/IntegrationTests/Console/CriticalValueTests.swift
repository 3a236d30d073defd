import ECGModel
import ECGServer
import Foundation
import Testing

extension ConsoleTests {
    @Test(
        "a critical value is notified with read-back, handled and recorded by keyboard", arguments: ["en-US", "zh-CN"])
    func criticalValue(language: String) async throws {
        let isChinese = language == "zh-CN"
        let site = try await ConsoleSite.open(language: language)
        let browser = site.browser
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.waitFor(".evidence")
        // In Chinese the machine's reasons are Chinese too.
        #expect(try await browser.text(".evidence").contains("ST at J") != isChinese)
        #expect(try await browser.text(".evidence").contains("J 点 ST") == isChinese)
        try await browser.type("Inferior STEMI.", into: "#report-text")
        // A final report of a high alert says whether it was right.
        try await browser.confirm("button[name=final]")
        try await browser.wait(forText: isChinese ? "是否证实" : "whether the suspicion is confirmed", in: ".message")
        try await site.sendFinal()
        try await browser.wait(forText: isChinese ? "待通知" : "to notify", in: ".critical-state")
        try await browser.wait(forText: "· 1", in: ".critical-link")

        // Nobody is notified who did not read back: the browser keeps the form.
        let form = ".critical form[data-step=notify]"
        try await browser.type("Nurse Wu", into: "\(form) [name=person]")
        try await browser.type("0598-5550", into: "\(form) [name=phone]")
        try await browser.click("\(form) button")
        #expect(try await browser.isTrue("document.querySelector('\(form) [name=readBack]').matches(':invalid')"))
        // From field to field and on the button with the keyboard alone.
        _ = try await browser.run("document.querySelector('\(form) [name=readBack]').focus()")
        try await browser.press("STEMI")
        try await browser.press("\u{E004}\u{E007}")
        try await browser.wait(forText: isChinese ? "已通知" : "notified", in: ".critical-state")
        let steps = try await browser.text(".critical-steps")
        for text in ["reader", "Nurse Wu", "0598-5550", "II III aVF", "STEMI"] {
            #expect(steps.contains(text), "\(text)")
        }

        // Taken back by who did it, and told again.
        try await browser.confirm("button[name=critical-undo]")
        // The form for another call, below what was told, has the same fields: it is the page after the undoing that counts.
        try await browser.wait(forText: isChinese ? "待通知" : "to notify", in: ".critical-state")
        try await browser.type("Dr He", into: "\(form) [name=person]")
        try await browser.type("STEMI", into: "\(form) [name=readBack]")
        try await browser.press("\u{E004}\u{E007}")
        try await browser.type("Aspirin, ambulance.", into: ".critical form[data-step=handle] [name=text]")
        try await browser.keepPicture("critical-value-\(language.prefix(2))")
        try await browser.press("\u{E004}\u{E007}")
        try await browser.wait(forText: isChinese ? "已处理" : "handled", in: ".critical-state")

        // The list, in which it is followed until it is recorded.
        try await browser.click("#frame .critical-link")
        try await browser.wait(forText: "P-2041", in: ".critical-values")
        try await browser.keepPicture("critical-values-\(language.prefix(2))")
        try await browser.click(".critical-values td.finding a")
        try await browser.confirm("button[name=critical-record]")
        try await browser.wait(forText: isChinese ? "已记录" : "recorded", in: ".critical-state")
        #expect(try await browser.isTrue("document.querySelector('.critical form') === null"))
        try await browser.wait(forText: "· 0", in: ".critical-link")
        try await site.close()
    }

    @Test("a report is amended with a reason and stays to be read; an acknowledgement is taken back")
    func amendment() async throws {
        // As long as the site may allow: what is taken back here is not to depend on how fast.
        let site = try await ConsoleSite.open(settings: #"{"undoSeconds": \#(SiteSettings.undoSeconds.upperBound)}"#)
        let browser = site.browser
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.click("button[name=acknowledge]")
        try await browser.click("button[name=undo]")
        try await browser.waitFor("button[name=acknowledge]")
        try await browser.wait(forText: "taken back, now", in: ".history")
        try await browser.type("Inferior STEMI.", into: "#report-text")
        try await site.sendFinal()
        try await browser.click(".amend summary")
        #expect(try await browser.isTrue("document.querySelector('#amend-text').value === 'Inferior STEMI.'"))
        try await browser.type(" Old infarct.", into: "#amend-text")
        try await browser.confirm("button[name=amend]")
        try await browser.wait(forText: "why the report is amended", in: ".message")
        try await browser.type("earlier ECG found", into: "#amend-reason")
        try await browser.confirm("button[name=amend]")
        try await browser.waitFor("blockquote.amended")
        let reports = try await browser.text(".reports")
        for text in ["Final report", "replaced", "Amended report", "Amended: earlier ECG found", "Old infarct."] {
            #expect(reports.contains(text), "\(text)")
        }
        try await site.close()
    }
}
