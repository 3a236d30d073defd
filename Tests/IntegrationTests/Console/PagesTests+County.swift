import ECGModel
import Foundation
import Testing

extension PagesTests {
    private struct Clinic {
        var name: String
        var clinic: String
        var township: String
        var latitude: Double
        var longitude: Double
        var record: String
        var patient: Patient
    }

    private static func clinics(now: Date = .now) -> [Clinic] {
        func patient(_ reference: String, _ sex: Patient.Sex, _ age: Int, _ complaint: String, minutes: Double)
            -> Patient
        {
            Patient(
                reference: reference, sex: sex, ageYears: age, chiefComplaint: complaint,
                firstMedicalContact: Timestamp(
                    microsecondsSince1970: Int64(now.timeIntervalSince1970 - 60 * minutes) * 1_000_000))
        }
        return [
            Clinic(
                name: "clinic-017", clinic: "Shuangqiao village", township: "Longtan", latitude: 28.55,
                longitude: 112.60,
                record: "inferior-stemi", patient: patient("P-2041", .male, 61, "chest pain for an hour", minutes: 6)),
            Clinic(
                name: "clinic-021", clinic: "Heping village", township: "Longtan", latitude: 28.61, longitude: 112.48,
                record: "anterior-stemi",
                patient: patient("P-0877", .female, 74, "chest tightness, sweating", minutes: 4)),
            Clinic(
                name: "clinic-034", clinic: "Xinhua clinic", township: "Guanzhuang", latitude: 28.42, longitude: 112.71,
                record: "vf", patient: patient("P-1130", .male, 55, "collapsed", minutes: 2)),
            Clinic(
                name: "clinic-038", clinic: "Tongxin village", township: "Guanzhuang", latitude: 28.38,
                longitude: 112.55,
                record: "normal", patient: patient("P-0412", .female, 48, "palpitations", minutes: 9)),
        ]
    }

    @Test("alerts of many clinics stand in one list, and each clinic on the map; who holds one shows")
    func county() async throws {
        let site = try await ConsoleSite.open(width: 1280, height: 640)
        let browser = site.browser
        var alerts = 0
        for clinic in Self.clinics() {
            let device = try await site.addDevice(
                clinic.name, clinic: clinic.clinic, township: clinic.township, latitude: clinic.latitude,
                longitude: clinic.longitude)
            try await site.send(
                Program.packageRoot.appending(path: "testdata/\(clinic.record)").path, from: device, of: clinic.patient)
            if clinic.record != "normal" { alerts += 1 }
            try await browser.wait(until: "document.querySelectorAll('tbody tr').length >= \(alerts)")
        }
        try await browser.wait(until: "document.querySelectorAll('tr.high').length === 3")
        let other = try await site.server.addReader("dr.wang")
        let lease = try await Program.run(["alerts", "lease", "--seconds", "300"], environment: other)
        #expect(lease.status == 0, "\(lease.errors)")
        // The most urgent that has waited longest is what a reader is handed.
        try await browser.wait(forText: "held by dr.wang", in: "tbody tr:first-child")
        #expect(try await browser.text("tbody tr:first-child").contains("Shuangqiao village"))
        #expect(try await !browser.text("tbody").contains("Tongxin village"))
        try await browser.keepPicture("worklist")

        try await browser.click("nav a[href='/network']")
        try await browser.wait(until: "document.querySelectorAll('.marker.alert').length === 3")
        #expect(try await browser.isTrue("document.querySelectorAll('.marker.good').length === 1"))
        try await browser.keepPicture("network")

        // One says nothing of the suspicion, one confirms it, one does not.
        let given = try await Program.run(["alerts", "report", "1", "--text", "Read."], environment: other)
        #expect(given.status == 0, "\(given.errors)")
        for (number, confirms) in [(2, true), (3, false)] {
            try await browser.go("\(site.address)/alerts/\(number)")
            try await browser.type("Read.", into: "#report-text")
            try await browser.choose("input[name=conclusion][value=\(confirms ? "confirmed" : "not-confirmed")]")
            try await browser.confirm("button[name=final]")
            try await browser.waitFor("blockquote.reported")
        }
        try await browser.click("nav a[href='/figures']")
        try await browser.waitFor("[data-table=rules]")
        let shares = try await browser.run(
            """
            return [...document.querySelectorAll('[data-table=rules] tbody tr')].map((row) =>
                `${row.dataset.rule} ${row.lastElementChild.innerText.replace(/\\s/g, '')}`).sort().join(', ');
            """)
        #expect(shares as? String == "stemi 100%, ventricular-fibrillation 0%")
        try await browser.keepPicture("figures")
        let csv = try await browser.run(
            "return fetch(document.querySelector('.filters a[href*=rules]').href).then((answer) => answer.text())")
        #expect((csv as? String)?.contains("month,rule,alerts_high") == true)
        try await site.close()
    }
}
