import ECGDevice
import ECGFormats
import ECGModel
import Foundation
import Testing

/// A running server with a cardiologist in front of a browser.
struct ConsoleSite {
    static let inferior = Program.packageRoot.appending(path: "testdata/inferior-stemi").path
    static let patient = Patient(
        reference: "P-2041", sex: .male, ageYears: 61, chiefComplaint: "chest pain for an hour",
        firstMedicalContact: Timestamp(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 - 240) * 1_000_000))

    let server: RunningServer
    let browser: Browser

    var address: String { "http://\(server.http)" }

    /// Opens the browser on the worklist, signed in by a link.
    ///
    /// - Parameter settings: The site's, as its file holds them.
    static func open(
        language: String = "en-US", width: Int = 1366, height: Int = 900, settings: String? = nil
    ) async throws -> ConsoleSite {
        let server = try await RunningServer.start(settings: settings)
        let browser = try await Browser.open(language: language, width: width, height: height)
        let site = ConsoleSite(server: server, browser: browser)
        let link = try await site.loginLink()
        try await browser.go(link)
        try await browser.waitFor(".live")
        return site
    }

    /// Signs an administrator in instead of the reader, and goes to a page.
    func becomeAdministrator(at path: String) async throws {
        let added = try await Program.run([
            "user", "add", "root", "--role", "administrator", "--token-only", "--data", server.data,
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await browser.click("[data-control=sign-out]")
        try await browser.waitFor("#password")
        let link = try await loginLink(of: "root")
        try await browser.go("about:blank")
        try await browser.go(link)
        try await browser.waitFor(".live")
        try await browser.click("nav a[href='\(path)']")
    }

    func loginLink(of user: String = "reader") async throws -> String {
        let outcome = try await Program.run([
            "user", "link", user, "--console", address, "--data", server.data,
        ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends the report that is written as the final one, which confirms the suspicion.
    func sendFinal() async throws {
        try await browser.choose("input[name=conclusion][value=confirmed]")
        try await browser.confirm("button[name=final]")
        try await browser.waitFor("blockquote.reported")
    }

    func close() async throws {
        try await browser.close()
        try await server.tearDown()
    }

    /// Has a device, the clinic's where none is given, send a recording, of an inferior infarct, about `patient`.
    func send(
        _ record: String = Self.inferior, from device: String? = nil, of patient: Patient = Self.patient,
        changing change: (inout RecordingHeader) -> Void = { _ in }
    ) async throws {
        var recording = try WFDBRecord.read(record, id: Self.newID()).recording
        recording.header.deviceTime = Self.now()
        recording.header.patient = patient
        change(&recording.header)
        let outbox = server.folder.appending(path: "outbox-\(recording.header.id)").path
        try Self.record(recording, into: outbox)
        let sent = try await Program.run([
            "replay", "--outbox", outbox, "--to", server.ingest, "--device", device ?? server.deviceFile,
        ])
        try #require(sent.status == 0, "\(sent.errors)")
    }

    /// Registers a clinic's device in the place where it stands; returns its file.
    func addDevice(
        _ name: String, clinic: String, township: String, latitude: Double, longitude: Double
    ) async throws -> String {
        let file = server.folder.appending(path: "\(name).json").path
        let added = try await Program.run([
            "device", "add", name, "--clinic", clinic, "--township", township, "--latitude", "\(latitude)",
            "--longitude", "\(longitude)", "--key-file", file, "--data", server.data,
        ])
        try #require(added.status == 0, "\(added.errors)")
        return file
    }

    /// Leaves a recording in an outbox, as a device does that was switched off before it could send.
    private static func record(_ recording: Recording, into folder: String) throws {
        let outbox = try Outbox(folder: folder)
        let writer = try outbox.begin(recording.header)
        try writer.append(recording.samples)
        try writer.finish()
    }

    private static func newID() -> RecordingID {
        RecordingID(seedHigh: .random(in: 0 ... .max), seedLow: .random(in: 0 ... .max))
    }

    private static func now() -> Timestamp {
        Timestamp(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}
