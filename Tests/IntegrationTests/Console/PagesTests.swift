import ECGDevice
import ECGModel
import Foundation
import Testing

/// The pages beside the worklist in a real browser.
@Suite(
    "Figures, network and administration in a browser", .serialized,
    .enabled(if: Browser.isInstalled, "no chromedriver: deploy/test installs it"))
struct PagesTests {
    static let isNarrow = "document.documentElement.scrollWidth <= innerWidth"
    private static let attack = "<img src=x onerror=window.hit=1>"
    private static let isUnhurt = "!window.hit && !document.querySelector('#page img, #page script, #hit')"

    /// A device of a clinic whose name is an attack, and which sends one recording.
    private func sendFromAttacker(_ site: ConsoleSite) async throws {
        let key = site.server.folder.appending(path: "attacker.json").path
        let added = try await Program.run([
            "device", "add", "attacker", "--clinic", Self.attack, "--township", "<b id=hit>Longtan</b>",
            "--latitude", "28.55", "--longitude", "112.60", "--key-file", key, "--data", site.server.data,
        ])
        try #require(added.status == 0, "\(added.errors)")
        let sent = try await Program.run([
            "replay", ConsoleSite.inferior, "--speed", "max", "--to", site.server.ingest, "--device", key,
        ])
        try #require(sent.status == 0, "\(sent.errors)")
    }

    @Test("the figures are drawn, chosen by township and exported")
    func figures() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send { header in
            header.patient.firstMedicalContact = header.deviceTime.map { $0 - .seconds(240) }
        }
        try await sendFromAttacker(site)
        try await browser.waitFor("tr.high")
        try await browser.click("nav a[href='/figures']")
        try await browser.waitFor("section.figure svg.plot")
        #expect(try await browser.isTrue("document.querySelectorAll('section.figure').length === 8"))
        try await browser.wait(forText: "Test clinic", in: "[data-table=clinics]")
        #expect(try await browser.text("[data-table=clinics]").contains(Self.attack))
        // Contact four minutes before the ECG: within ten.
        #expect(try await browser.text("[data-stretch=contactToECG]").contains("4:1"))
        #expect(try await browser.text("[data-stretch=contactToECG]").contains("target reached"))
        #expect(try await browser.isTrue("document.querySelector('[data-stretch=contactToECG] svg circle title')"))
        #expect(try await browser.isTrue(Self.isUnhurt))

        _ = try await browser.run(
            """
            const s = document.querySelector('[name=township]');
            s.selectedIndex = 1;
            s.dispatchEvent(new Event('change'));
            """)
        try await browser.wait(
            until: "document.querySelectorAll('[data-table=clinics] tbody tr').length === 1")
        let csv = try await browser.run(
            "return fetch(document.querySelector('.filters a').href).then((answer) => answer.text())")
        #expect((csv as? String)?.contains("attacker") == false)
        #expect((csv as? String)?.contains(Self.attack) == true)
        try await site.close()
    }

    @Test("every clinic is on the map and in the table, and what happens shows by itself")
    func network() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await browser.click("nav a[href='/network']")
        try await browser.wait(forText: "Test clinic", in: "table.network")
        try await browser.wait(forText: "No device has coordinates", in: ".map-frame")
        try await sendFromAttacker(site)
        try await browser.waitFor(".marker.alert")
        let row = try await browser.text("tr[data-device=attacker]")
        for text in [Self.attack, "HIGH 1", "ecgnet"] { #expect(row.contains(text), "\(text) in \(row)") }
        #expect(try await browser.text(".map-frame").contains("1 clinics without coordinates"))
        #expect(try await browser.isTrue(Self.isUnhurt))
        // The keyboard finds the clinic in the table.
        try await browser.press(
            Browser.Key.enter, on: ".marker", until: "document.activeElement.dataset.device === 'attacker'")
        try await site.close()
    }

    @Test("on a phone, in Chinese, the pages are whole")
    func phone() async throws {
        let site = try await ConsoleSite.open(language: "zh-CN", width: 390, height: 844)
        let browser = site.browser
        try await sendFromAttacker(site)
        try await browser.click("nav a[href='/network']")
        try await browser.waitFor(".marker.alert")
        #expect(try await browser.text("h1") == "心电网络")
        #expect(try await browser.isTrue(Self.isNarrow))
        try await browser.keepPicture("network-phone-zh")
        try await browser.click("nav a[href='/figures']")
        try await browser.waitFor("section.figure svg.plot")
        #expect(try await browser.text("[data-stretch=contactToECG]").contains("首次医疗接触"))
        #expect(try await browser.isTrue(Self.isNarrow))
        try await site.close()
    }

    @Test("an administrator registers and revokes a device, and adds, admits and disables a user")
    func administration() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        #expect(try await !browser.isTrue("document.querySelector(`nav a[href='/devices']`)"))
        try await site.becomeAdministrator(at: "/devices")
        try await browser.waitFor("tr[data-device=test-device]")
        try await browser.type("clinic-9", into: "[name=id]")
        try await browser.type(String(repeating: "ab", count: 32), into: "[name=publicKey]")
        try await browser.type(Self.attack, into: "[name=clinic]")
        try await browser.type("28.5", into: "[name=latitude]")
        try await browser.type("112.5", into: "[name=longitude]")
        try await browser.click("form[name=device] button")
        try await browser.wait(forText: Self.attack, in: "tr[data-device=clinic-9]")
        #expect(try await browser.text("tr[data-device=clinic-9]").contains("28.5, 112.5"))
        #expect(try await browser.isTrue(Self.isUnhurt))
        try await browser.confirm("tr[data-device=clinic-9] button[name=revoke]")
        try await browser.wait(forText: "revoked", in: "tr[data-device=clinic-9]")

        try await browser.click("nav a[href='/users']")
        try await browser.waitFor("tr[data-user=reader]")
        try await browser.type("dr.wang", into: "[name=name]")
        try await browser.click("form[name=user] button")
        try await browser.waitFor("tr[data-user='dr.wang']")
        try await browser.click("tr[data-user='dr.wang'] button[name=link]")
        try await browser.waitFor(".link-shown input")
        let link = try await browser.run("return document.querySelector('.link-shown input').value") as? String
        #expect(link?.contains("/login#link=") == true)
        try await browser.confirm("tr[data-user='reader'] button[name=disable]")
        try await browser.wait(forText: "disabled", in: "tr[data-user='reader']")
        #expect(try await !browser.isTrue("document.querySelector(`tr[data-user='root'] button[name=disable]`)"))

        // The new reader comes in by the link.
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor("#password")
        try await browser.go("about:blank")
        try await browser.go(try #require(link))
        try await browser.wait(forText: "dr.wang", in: "#frame")
        try await site.close()
    }

    @Test("the audit tells who looked at a patient")
    func audit() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        try await browser.click("td.finding a")
        try await browser.waitForPaper()
        try await site.becomeAdministrator(at: "/audit")
        try await browser.waitFor("table.audit")
        try await browser.type("P-2041", into: "[name=patient]")
        try await browser.type("reader", into: "[name=actor]")
        try await browser.click("form[name=audit] button")
        try await browser.wait(
            until: """
                [...document.querySelectorAll('table.audit td:nth-child(2)')].every((td) => td.innerText === 'reader')
                """)
        let found = try await browser.text("table.audit")
        for text in ["saw in a list", "opened the alert", "read the waveform"] {
            #expect(found.contains(text), "\(text)")
        }
        #expect(try await !browser.isTrue("location.href.includes('P-2041')"))
        try await browser.keepPicture("audit")
        try await browser.type("nobody", into: "[name=patient]")
        try await browser.click("form[name=audit] button")
        try await browser.wait(forText: "Nothing is recorded that fits.")
        try await site.close()
    }

    @Test("a triage table is changed, refused while it is wrong, kept and put into force")
    func tables() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.becomeAdministrator(at: "/tables")
        try await browser.click("tr[data-edition='0'] button[name=open]")
        try await browser.wait(until: "document.querySelector('textarea').value.includes('county-default')")
        let edit = """
            const area = document.querySelector('textarea');
            const table = JSON.parse(area.value);
            table.version = arguments[0];
            area.value = JSON.stringify(table);
            """
        _ = try await browser.run(edit, [""])
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "The table has no version", in: ".check")
        _ = try await browser.run(edit, [Self.attack])
        try await browser.click("button[name=check]")
        try await browser.wait(forText: "\(Self.attack) passes the checks", in: ".check")
        try await browser.click("button[name=add]")
        try await browser.wait(forText: Self.attack, in: "tr[data-edition='1']")
        try await browser.confirm("tr[data-edition='1'] button[name=enforce]")
        try await browser.wait(forText: "in force since", in: "tr[data-edition='1']")
        #expect(try await browser.isTrue(Self.isUnhurt))
        try await browser.keepPicture("tables")

        // It holds for the next recording, and a cardiologist sees its name in the evidence.
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor("#password")
        let link = try await site.loginLink()
        try await browser.go("about:blank")
        try await browser.go(link)
        try await browser.waitFor(".live")
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.wait(forText: Self.attack, in: ".side")
        try await site.close()
    }
}
