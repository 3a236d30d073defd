import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// What commands and HL7 receivers are told, and whom TLS lets through.
@Suite struct SinkTests {
    @Test func receiversAreToldThatAnAmendmentWaits() async throws {
        let webhook = try await WebhookReceiver.start(.status(200))
        let his = try await HL7Receiver.start(.code("AA"))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: webhook.port) + "," + LadderSite.hl7("his", port: his.port),
            rungs: [(60, ["phone", "his"])])
        let alert = try await site.hospital.addAlert(1)
        func take(_ step: AlertStep) async throws {
            _ = try await site.hospital.store.advanceAlert(
                alert.id, by: step, user: "dr.li", at: site.hospital.clock.now)
        }
        try await site.pass(seconds: 60)
        try await take(.reported(text: "Normal", conclusion: .notConfirmed))
        try await take(.submitted(text: "STEMI", conclusion: .confirmed, amending: "seen again"))
        try await site.pass(seconds: 60)
        #expect(try webhook.received.map { try $0.message.isAmendment } == [nil, true])
        #expect(
            his.received.map { $0.contains("WAITING^Waits for^99ECGNET||signature of an amended report|") } == [
                false, true,
            ])
        for text in his.received + webhook.received.map({ String(decoding: $0.body, as: UTF8.self) }) {
            #expect(!text.contains("STEMI") && !text.contains("seen again"), "what nobody has signed stays here")
        }
        try site.remove()
    }

    @Test func aCommandGetsTheMessageAndNoShell() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "tell").path
        try Data(
            """
            #!/bin/sh
            cat > "$1/input"; printf '%s\\n' "$2" > "$1/argument"; env > "$1/environment"
            yes | head -c 1000000; yes | head -c 1000000 >&2
            [ -e "$1/fail" ] && exit 3
            exit 0
            """.utf8
        ).write(to: URL(filePath: script))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        try Data().write(to: folder.appending(path: "fail"))
        let argument = "$(touch x); `id` '|"
        let site = try LadderSite(
            sinks: LadderSite.command("siren", [script, folder.path, argument]), rungs: [(60, ["siren"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.problems(of: alert) == ["the program ended with status 3"])
        try FileManager.default.removeItem(at: folder.appending(path: "fail"))
        try await site.pass(seconds: 5)
        #expect(try await site.states(of: alert) == [.delivered])
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let message = try JSONDecoder().decode(EscalationMessage.self, from: Data(try text("input").utf8))
        #expect(message.alert == alert.id && message.note == MachineReading.disclaimer)
        #expect(try text("argument") == argument + "\n")
        #expect(try !text("environment").contains("HOME="))
        try site.remove()
    }

    /// As a server has that thousands of devices are connected to.
    @Test func aCommandIsRunBesideThousandsOfOpenFiles() async throws {
        let files = (0..<4_000).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for file in files where file >= 0 { close(file) } }
        #expect(files.allSatisfy { $0 >= 0 }, "the limit of open files is lower here")
        let site = try LadderSite(
            sinks: LadderSite.command("few", ["/bin/sh", "-c", "[ $(ls /proc/self/fd | wc -l) -lt 10 ]"]),
            rungs: [(60, ["few"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.problems(of: alert) == [nil])
        #expect(try await site.states(of: alert) == [.delivered])
        try site.remove()
    }

    @Test func hl7IsTakenOnlyByItsOwnAcknowledgement() async throws {
        let receiver = try await HL7Receiver.start(
            .code("AE"), .code("AR"), .anotherMessage, .nonsense, .hangUp, .code("AA"))
        let site = try LadderSite(sinks: LadderSite.hl7("his", port: receiver.port), rungs: [(60, ["his"])])
        let alert = try await site.hospital.addAlert(1)
        var problems: [String?] = []
        for pause in [60, 5, 10, 20, 40, 80] {
            try await site.pass(seconds: pause)
            problems += try await site.problems(of: alert)
        }
        #expect(
            problems == [
                "the receiver had an error (AE)", "the receiver rejected the message (AR)",
                "the receiver acknowledged another message", "the receiver's answer is no HL7 acknowledgement",
                "the receiver closed the connection before it acknowledged", nil,
            ])
        #expect(try await site.states(of: alert) == [.delivered])
        let ids = receiver.received.map { $0.split(separator: "|", omittingEmptySubsequences: false)[9] }
        #expect(ids.count == 6 && Set(ids).count == 1)
        let segments = receiver.received[0].split(separator: "\r").map(String.init)
        #expect(segments[0].hasPrefix(#"MSH|^~\&|ECGNET|County|HIS|C\F\Y|"#))
        #expect(segments[0].hasSuffix("||ORU^R01^ORU_R01|\(ids[0])|P|2.5.1|||AL|AL||UNICODE UTF-8"))
        #expect(segments.map { $0.prefix(3) } == ["MSH", "PID", "OBR", "OBX", "OBX", "OBX", "NTE"])
        #expect(segments[2].contains("34534-8^12 lead EKG panel^LN") && segments[2].hasSuffix("|EC|P"))
        #expect(segments.last == "NTE|1||\(MachineReading.disclaimer)")
        for secret in Hospital.secrets { #expect(!receiver.received[0].contains(secret)) }
        try site.remove()
    }

    @Test func hl7SaysWhatItIsAllowedTo() async throws {
        let receiver = try await HL7Receiver.start(.code("AA"))
        let site = try LadderSite(
            sinks: LadderSite.hl7("his", port: receiver.port, #", "content": "patient""#), rungs: [(60, ["his"])])
        _ = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        let message = try #require(receiver.received.first)
        #expect(message.contains("\rPID|1||PATIENT-SECRET-1^^^ECGNET|||||M\r"))
        #expect(message.contains("|TX|18844-1^EKG impression^LN||ST elevation in V2|"))
        #expect(message.contains("COMPLAINT-SECRET-2"))
        try site.remove()
    }

    @Test func hl7GoesByTLSToAReceiverThatIsKnownOnly() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-authority-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = try TestAuthority()
        let receiver = try await HL7Receiver.start(.code("AA"), tls: try authority.issue(to: folder))
        let plain = try await HL7Receiver.start(.code("AA"))
        let root = folder.appending(path: "root.pem").path
        try Data(authority.pem.utf8).write(to: URL(filePath: root))
        func sink(_ name: String, _ port: Int, timeoutSeconds: Int = LadderSite.longestTimeout, _ more: String = "")
            -> String
        {
            #""\#(name)": {"hl7": {"host": "127.0.0.1", "port": \#(port), "tls": true\#(more)}, "#
                + #""timeoutSeconds": \#(timeoutSeconds)}"#
        }
        let knows = #", "authoritiesFile": "\#(root)""#
        let site = try LadderSite(
            sinks: [
                sink("known", receiver.port, knows), sink("stranger", receiver.port),
                sink("plain", plain.port, timeoutSeconds: 1, knows),
            ]
            .joined(separator: ","),
            rungs: [(60, ["known", "stranger", "plain"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.delivered, .waiting, .waiting])
        let problems = try await site.problems(of: alert)
        try #require(problems.count == 3)
        // By their names. Who speaks no TLS waits for a message that can be read.
        #expect(problems[1] == "no answer in time")
        #expect(problems[2] == "the receiver's certificate cannot be trusted, or it speaks no TLS")
        #expect(receiver.received.count == 1 && receiver.received[0].hasPrefix("MSH|"))
        #expect(plain.received.isEmpty, "nothing goes out unencrypted")
        try site.remove()
    }

    @Test func hl7WhoseAuthoritiesAreGoneIsAFailedMessage() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let root = folder.appending(path: "root.pem")
        try Data(TestAuthority().pem.utf8).write(to: root)
        let site = try LadderSite(
            sinks: #""gone": {"hl7": {"host": "127.0.0.1", "port": 1, "tls": true, "#
                + #""authoritiesFile": "\#(root.path)"}}"#,
            rungs: [(60, ["gone"])])
        let alert = try await site.hospital.addAlert(1)
        try FileManager.default.removeItem(at: folder)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.waiting])
        try site.remove()
    }

    @Test func tlsIsCheckedAndTheAuthorityCanBeNamed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-authority-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = try TestAuthority()
        let receiver = try await WebhookReceiver.start(.status(200), tls: try authority.issue(to: folder))
        let root = folder.appending(path: "root.pem").path
        try Data(authority.pem.utf8).write(to: URL(filePath: root))
        func sink(_ name: String, _ more: String) -> String {
            #""\#(name)": {"webhook": {"url": "https://127.0.0.1:\#(receiver.port)/alerts", "secretFile": "secret"\#(more)}, "#
                + #""timeoutSeconds": \#(LadderSite.longestTimeout)}"#
        }
        let site = try LadderSite(
            sinks: sink("known", #", "authoritiesFile": "\#(root)""#) + "," + sink("stranger", ""),
            rungs: [(60, ["known", "stranger"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.delivered, .waiting])
        #expect(try await site.problems(of: alert)[1]?.contains("cannot be trusted") == true)
        #expect(receiver.received.count == 1)
        try site.remove()
    }
}
