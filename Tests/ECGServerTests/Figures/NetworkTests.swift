import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

/// The network at a glance, and the administration of who belongs to it.
@Suite struct NetworkTests {
    @Test func everyDeviceShowsWhatItDoes() async throws {
        let hospital = try Hospital()
        hospital.clock.set(FigureHistory.start)
        var history = FigureHistory(hospital)
        try await history.record(device: "a", steps: .init(raised: 0))
        try await history.record(device: "b", clinic: "Hill", quality: "unusable")
        // Seven in the morning in China, when it was yesterday in Greenwich; and eleven of the evening before.
        for hours in [-5, -13] {
            let time = FigureHistory.start + .seconds(hours * 3600)
            try await history.record(device: "a", opened: time, taken: time, closed: time)
        }
        let store = hospital.store
        try await store.placeDevice("a", at: GeographicPlace(latitude: 28.5, longitude: 112.5))
        try await store.touchDevice(
            "a", at: FigureHistory.start + .seconds(-86_400),
            hello: DeviceHello(software: "box 2", clockOffset: .milliseconds(-1500)))
        try await store.touchDevice("b", at: FigureHistory.start + .seconds(-86_401))
        try await history.record(device: "gone")
        try await store.revokeDevice("gone", at: FigureHistory.start)
        let token = try await hospital.token("t", .technician)
        let status: NetworkStatus = try await hospital.open { client async throws in
            try await client.send(.get, "/api/v1/network", token: token).decoded()
        }
        #expect(status.now == FigureHistory.start && status.silentAfterHours == 24)
        #expect(status.devices.map(\.id) == ["b", "a"])
        let (b, a) = (status.devices[0], status.devices[1])
        #expect(a.recordingsToday == 2 && a.good == 3 && a.openHigh == 1 && !a.isSilent)
        #expect(a.software == "box 2" && a.clockOffsetSeconds == -1.5 && a.place?.latitude == 28.5)
        #expect(b.clinic == "Hill" && b.unusable == 1 && b.isSilent && b.place == nil)
    }

    @Test func silentDevicesAreAMetric() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        for device in ["a", "b", "gone"] { try await history.record(device: device) }
        hospital.clock.set(FigureHistory.start)
        try await hospital.store.touchDevice("a", at: FigureHistory.start)
        try await hospital.store.revokeDevice("gone", at: FigureHistory.start)
        try await hospital.open { client async throws in
            let lines = try await client.send(.get, "/metrics").text.split(separator: "\n")
            #expect(lines.contains("ecgnet_devices_registered 2"))
            #expect(lines.contains("ecgnet_devices_silent 1"))
        }
    }

    @Test("A clock that was days ahead hides no device that has been silent since")
    func clockSetBack() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        for device in ["a", "b"] { try await history.record(device: device) }
        let store = hospital.store
        let start = FigureHistory.start
        try await store.touchDevice("a", at: start + .days(7))
        try await store.touchDevices(["b"], at: start + .days(7))
        hospital.clock.set(start)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            func silent() async throws -> [String] {
                let status: NetworkStatus = try await client.send(.get, "/api/v1/network", token: token).decoded()
                return status.devices.filter(\.isSilent).map(\.id)
            }
            #expect(try await silent() == ["a", "b"])
            try await store.touchDevices(["a"], at: start)
            #expect(try await silent() == ["b"])
            try await store.touchDevice("b", at: start)
            #expect(try await silent().isEmpty)
            // Two servers' clocks differ by some seconds.
            try await store.touchDevices(["a"], at: start + .seconds(-30))
            #expect(try await store.device("a")?.lastContactAt == start)
        }
    }

    @Test func aDeviceThatConnectsSaysWhatItIs() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("talker")
        site.clock.advance(seconds: 25 * 3600)
        let server = try await site.start()
        let device = try await server.connect(identity)
        let registered = try #require(try await site.witness.device("talker"))
        #expect(registered.software?.isEmpty == false && registered.clockOffset != nil)
        #expect(registered.lastContactAt == site.clock.now)
        #expect(device.finalError == nil)
        try await server.stop()
    }

    @Test func placesAreChecked() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        let key = String(repeating: "ab", count: 32)
        try await hospital.open { client async throws in
            func add(_ id: String, _ more: String) async throws -> HTTPResponse.Status {
                try await client.send(
                    .post, "/api/v1/devices", token: token,
                    json: #"{"id": "\#(id)", "publicKey": "\#(key)", "clinic": "c"\#(more)}"#
                ).status
            }
            #expect(try await add("a", #", "latitude": 28.5, "longitude": 112.5"#) == .created)
            #expect(try await add("b", #", "latitude": 28.5"#) == .badRequest)
            #expect(try await add("b", #", "latitude": 98.5, "longitude": 112.5"#) == .badRequest)
            let moved = try await client.send(
                .put, "/api/v1/devices/a/place", token: token, json: #"{"latitude": 1, "longitude": 2}"#)
            #expect(moved.status == .ok)
        }
        #expect(try await hospital.store.device("a")?.place == GeographicPlace(latitude: 1, longitude: 2))
        #expect(
            try await hospital.store.audit(AuditQuery(subject: "a")).map(\.action) == ["device.place", "device.add"])
    }

    @Test func aLinkSignsInOnceAndADisabledUserNotAtAll() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        let reader = try await hospital.token("li", .cardiologist)
        try await hospital.open { client async throws in
            let made = try await client.send(.post, "/api/v1/users/li/link", token: token)
            #expect(made.status == .created)
            let link = try #require(made.text.firstMatch(of: /link=([^"]+)"/)?.1)
            let same: HTTPFields = [HTTPField.Name("Sec-Fetch-Site")!: "same-origin"]
            func enter(_ link: Substring) async throws -> HTTPResponse.Status {
                try await client.send(.post, "/api/v1/session", json: #"{"link": "\#(link)"}"#, headers: same).status
            }
            #expect(try await enter(link) == .ok)
            #expect(try await enter(link) == .forbidden)

            let second = try await client.send(.post, "/api/v1/users/li/link", token: token)
            let unused = try #require(second.text.firstMatch(of: /link=([^"]+)"/)?.1)
            #expect(try await client.send(.post, "/api/v1/users/li/disable", token: token).status == .noContent)
            #expect(try await client.send(.get, "/api/v1/me", token: reader).status == .unauthorized)
            #expect(try await enter(unused) == .forbidden)
            let login = #"{"name": "li", "password": "\#(Hospital.passphrase)"}"#
            #expect(try await client.send(.post, "/api/v1/login", json: login).status == .unauthorized)
            #expect(try await client.send(.post, "/api/v1/users/li/link", token: token).errorCode == "user-disabled")
            #expect(try await client.send(.post, "/api/v1/users/root/disable", token: token).status == .conflict)
            #expect(try await client.send(.post, "/api/v1/users/li/enable", token: token).status == .noContent)
            #expect(try await client.send(.post, "/api/v1/login", json: login).status != .unauthorized)
        }
        let actions = try await hospital.store.audit(AuditQuery(actor: "root", subject: "li")).map(\.action)
        #expect(actions == ["user.enable", "user.disable", "user.link", "user.link"])
    }

    @Test func whoSawWhichPatientIsFound() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("root", .administrator)
        let reader = try await hospital.token("li", .cardiologist)
        try await hospital.open { client async throws in
            for path in ["worklist", "worklist", "alerts/\(alert.id)"] {
                _ = try await client.send(.get, "/api/v1/\(path)", token: reader)
            }
            func search(_ body: String) async throws -> TestResponse {
                try await client.send(.post, "/api/v1/audit/search", token: token, json: body)
            }
            struct Found: Decodable { var entries: [AuditEntry] }
            let found: Found = try await search(#"{"patient": "PATIENT-SECRET-1"}"#).decoded()
            #expect(found.entries.map(\.action) == ["alert.read", "patient.list"])
            #expect(found.entries.allSatisfy { $0.actor == "li" })
            let nothing = try await search(#"{"patient": "nobody"}"#)
            #expect(nothing.text == #"{"entries":[]}"#)
            let refused = try await search(#"{"limit": 0}"#)
            #expect(refused.errorCode == "bad-request")
        }
        for entry in try await hospital.store.audit(AuditQuery()) {
            #expect(!Hospital.secrets.contains(entry.subject))
        }
        for line in hospital.log.lines {
            for secret in Hospital.secrets { #expect(!line.contains(secret)) }
        }
    }
}
