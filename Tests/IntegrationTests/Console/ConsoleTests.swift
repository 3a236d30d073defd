import ECGModel
import ECGServer
import Foundation
import Testing

/// The console in a real browser, one browser at a time.
@Suite(
    "The console in a browser", .serialized,
    .enabled(if: Browser.isInstalled, "no chromedriver: deploy/test installs it"))
struct ConsoleTests {
    @Test("an alert appears, is opened, claimed, acknowledged and reported, and the clinic is told")
    func wholeWay() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await browser.wait(forText: "No alert is open.")
        _ = try await browser.run(Self.noteArrival)
        let device = try await site.server.replay(ConsoleSite.inferior, "--speed", "max", "--wait")

        try await browser.waitFor("tr.high")
        let arrival = try #require(try await browser.run(Self.timeToArrive) as? Double)
        print("from raised to on the page: \(Int(arrival.rounded())) ms")
        let row = try await browser.text("tr.high")
        for text in ["HIGH", "Acute coronary syndrome", "II III aVF", "Test clinic"] { #expect(row.contains(text)) }
        #expect(try await browser.text(".disclaimer") == MachineReading.disclaimer)
        #expect(try await browser.isTrue("document.title.startsWith('(1)')"))

        // By keyboard alone.
        _ = try await browser.run("document.querySelector('td.finding a').focus()")
        try await browser.press(Browser.Key.enter)
        try await browser.waitFor(".beats canvas")
        #expect(try await device.printed("seen by reader"))
        // Opened while the recording still came in, the page has its reading a little later.
        try await browser.waitFor(".side table.st")
        let side = try await browser.text(".side")
        for text in ["ST at J", "0.10", "county-default", "Universal Definition", "J+60"] {
            #expect(side.contains(text), "\(text)")
        }
        #expect(try await browser.text(".disclaimer") == MachineReading.disclaimer)
        try await browser.keepPicture("alert")

        try await browser.click("button[name=claim]")
        try await browser.wait(forText: "held by you", in: ".summary")
        try await browser.click("button[name=acknowledge]")
        try await browser.waitFor(".taken")
        #expect(try await device.printed("acknowledged by reader"))

        try await browser.type("Inferior STEMI.", into: "#report-text")
        try await browser.wait(forText: "Draft saved", in: ".report")
        // What has been written survives the browser.
        try await browser.go("\(site.address)/alerts/1")
        try await browser.wait(until: "document.querySelector('#report-text').value === 'Inferior STEMI.'")
        try await browser.click("button[name=preliminary]")
        try await browser.waitFor("blockquote.preliminary")
        #expect(try await device.printed("preliminary report by reader: Inferior STEMI."))
        try await browser.type(" Transfer at once.", into: "#report-text")
        try await site.sendFinal()
        #expect(try await device.printed("report by reader: Inferior STEMI. Transfer at once."))
        #expect(await device.outcome().status == 0)
        #expect(try await !browser.isTrue("document.querySelector('#report-text')"))

        try await browser.click("#frame .home")
        try await browser.wait(forText: "No alert is open.")
        try await site.close()
    }

    /// Has the page note when the first high alert stands in the list.
    private static let noteArrival = """
        new MutationObserver((changes, observer) => {
            if (!document.querySelector("tr.high")) return;
            window.arrivedAt = Date.now();
            observer.disconnect();
        }).observe(document.body, { childList: true, subtree: true });
        """
    /// In milliseconds, since the transaction that raised the first alert; browser and server have the same clock.
    private static let timeToArrive =
        """
        return fetch("/api/v1/alerts/1").then((answer) => answer.json())
            .then(({ alert }) => window.arrivedAt - Date.parse(alert.raisedAt));
        """

    @Test("the ECG is drawn to scale, moved, filtered with a mark, and measured")
    func paper() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.waitForPaper()

        // 3 mm margins, 9 mm for the calibration, 10 s of 25 mm.
        let millimetre = 96 / 25.4
        func width() async throws -> Double {
            try await browser.number("document.querySelector('.sheet').getBoundingClientRect().width") / millimetre
        }
        #expect(abs(try await width() - 265) < 0.5)
        try await browser.wait(until: "\(Self.darkPixels)(document.querySelector('canvas.traces')) > 2000")
        _ = try await browser.run(Self.choosing, ["speed", "50 mm/s"])
        try await browser.wait(until: "document.querySelector('.position').innerText.includes('50 mm/s')")
        #expect(abs(try await width() - 515) < 0.5)
        for layout in ["6 × 2", "12 × 1"] {
            let before = try await browser.number("document.querySelector('.sheet').offsetHeight")
            _ = try await browser.run(Self.choosing, ["layout", layout])
            try await browser.wait(until: "document.querySelector('.sheet').offsetHeight !== \(before)")
            try await browser.wait(until: "\(Self.darkPixels)(document.querySelector('canvas.traces')) > 2000")
        }

        #expect(try await browser.text(".position").contains("as recorded"))
        _ = try await browser.run(Self.choosing, ["filter", "filter 0.5–40 Hz: ST not reliable"])
        try await browser.waitFor(".position .warned")

        // One arrow with Shift is 2 mm: 40 ms at 50 mm/s. The legs begin 25 mm apart.
        try await browser.click("button[name=calipers]")
        _ = try await browser.run(
            """
            const sheet = document.querySelector('.sheet');
            for (const key of ['ArrowRight', 'ArrowUp']) {
                sheet.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, cancelable: true }));
            }
            """)
        #expect(try await browser.text(".readout") == "540 ms · 111/min · 0.20 mV")
        print("a page of 10 s is drawn in \(try await browser.number(Self.drawTime)) ms")
        try await site.close()
    }

    private static let drawTime = "document.querySelector('.sheet').dataset.drawMilliseconds"
    /// A function that counts the pixels of a canvas that are drawn on.
    static let darkPixels = """
        ((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 3; i < data.length; i += 4) if (data[i] > 128) count += 1;
            return count;
        })
        """
    /// Chooses an option of a control as a person does.
    static let choosing = """
        const control = document.querySelector(`.controls [name=${arguments[0]}]`);
        control.selectedIndex = [...control.options].findIndex((option) => option.text === arguments[1]);
        control.dispatchEvent(new Event('change'));
        """

    @Test("a lost connection shows, with its time, until it is back")
    func lostConnection() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        await site.server.killAtOnce()
        try await browser.waitFor(".cut:not([hidden])")
        #expect(try await browser.text(".cut").contains("Not connected since"))
        #expect(try await browser.isTrue("document.querySelector('.cut').getAttribute('role') === 'alert'"))
        #expect(try await !browser.isTrue("document.querySelector('.live')"))
        try await site.server.startAgain()
        try await browser.wait(until: "document.querySelector('.cut').hidden && document.querySelector('.live')")
        try await site.send()
        try await browser.waitFor("tr.high")
        try await site.close()
    }

    @Test("of two readers the second is told who holds the alert")
    func twoReaders() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        let other = try await site.server.addReader("dr.wang")
        // The other takes it while this one looks at the list …
        let lease = try await Program.run(
            ["alerts", "lease", "--seconds", "\(HTTPLimits.leaseSeconds.upperBound)"], environment: other)
        #expect(lease.status == 0, "\(lease.errors)")
        try await browser.wait(forText: "held by dr.wang", in: "tr.high")
        try await browser.click("td.finding a")
        try await browser.wait(forText: "dr.wang holds this alert", in: ".actions")
        #expect(try await browser.isTrue("document.querySelector('button[name=acknowledge]').disabled"))
        // … and a report that is sent all the same changes nothing and says why.
        try await browser.type("Mine.", into: "#report-text")
        try await browser.click("button[name=preliminary]")
        try await browser.wait(forText: "dr.wang holds this alert", in: ".message")
        #expect(try await !browser.isTrue("document.querySelector('blockquote')"))
        try await site.close()
    }

    @Test("a claim that runs out frees the alert on everybody's screen")
    func claimRunsOut() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        let other = try await site.server.addReader("dr.wang")
        // It may have run out before the next command can look.
        _ = try await browser.run(
            """
            new MutationObserver(() => {
                if (document.querySelector("tr.high")?.innerText.includes("held by dr.wang")) window.wasHeld = true;
            }).observe(document.body, { childList: true, subtree: true, characterData: true });
            """)
        let lease = try await Program.run(["alerts", "lease", "--seconds", "20"], environment: other)
        #expect(lease.status == 0, "\(lease.errors)")
        try await browser.wait(until: "window.wasHeld")
        try await browser.click("td.finding a")
        try await browser.waitFor("button[name=acknowledge]:enabled")
        try await browser.click("button[name=acknowledge]")
        try await browser.waitFor(".taken")
        try await site.close()
    }

    @Test("on a phone, in Chinese, nothing is cut off, and the language can be changed")
    func phone() async throws {
        let site = try await ConsoleSite.open(language: "zh-CN", width: 390, height: 844)
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        #expect(try await browser.text("tr.high").contains("高危"))
        #expect(try await browser.text(".disclaimer").contains("须由医师确认"))
        let isNarrow = "document.documentElement.scrollWidth <= innerWidth"
        #expect(try await browser.isTrue(isNarrow))
        try await browser.keepPicture("worklist-phone-zh")
        try await browser.click("td.finding a")
        try await browser.waitFor(".beats canvas")
        #expect(try await browser.isTrue(isNarrow))
        #expect(try await browser.text(".actions").contains("确认接手"))
        try await browser.keepPicture("alert-phone-zh")
        _ = try await browser.run(
            "const s = document.querySelector('#frame select'); s.value = 'en'; s.dispatchEvent(new Event('change'))")
        try await browser.wait(forText: "Acknowledge", in: ".actions")
        #expect(try await browser.isTrue("document.documentElement.lang === 'en'"))
        try await site.close()
    }

    @Test("markup in any text that a device sends stays text")
    func crossSiteScripting() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        let attack = "<img src=x onerror=window.hit=1>"
        try await site.send(of: Patient(reference: attack, sex: .male, ageYears: 61, chiefComplaint: attack)) {
            header in
            for index in header.channels.indices { header.channels[index].label = "<b id=hit>\(index)</b>" }
        }
        try await browser.waitFor("tr.high")
        #expect(try await browser.text("tr.high").components(separatedBy: attack).count == 3)
        try await browser.click("td.finding a")
        try await browser.waitFor(".beats canvas")
        #expect(try await browser.text(".who").contains(attack))
        #expect(try await browser.text(".beats").contains("<b id=hit>"))
        let report = "</textarea><script>window.hit=1</script>"
        try await browser.type(report, into: "#report-text")
        try await browser.click("button[name=preliminary]")
        try await browser.wait(forText: report, in: "blockquote")
        #expect(try await !browser.isTrue("window.hit || document.querySelector('#hit, img, #page script')"))
        // Nothing that the page could do by itself makes a script of a text.
        #expect(
            try await browser.isTrue(
                "(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()"))
        try await site.close()
    }

    @Test("without a session there is nothing to see, and scripts cannot reach the session")
    func sessions() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        #expect(try await browser.isTrue("document.cookie === ''"))
        let link = try await site.loginLink()
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor("#password")
        try await browser.go("\(site.address)/alerts/1")
        try await browser.waitFor("#password")
        #expect(try await !browser.text().contains("P-2041"))
        let status = try await browser.run("return fetch('/api/v1/alerts/1').then((answer) => answer.status)")
        #expect(status as? Int == 401)

        // A link takes one to the list, and only once.
        try await browser.go(link)
        try await browser.waitFor("tr.high")
        #expect(try await browser.isTrue("!location.href.includes('link')"))
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor("#password")
        try await browser.go("about:blank")
        try await browser.go(link)
        try await browser.wait(forText: "used or has expired", in: ".message")
        try await site.close()
    }
}
