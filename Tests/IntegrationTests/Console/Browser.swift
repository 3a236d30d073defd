import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import ecgnet

/// A headless Chromium of a test's own, driven through Debian's `chromedriver` by the WebDriver protocol (W3C WebDriver,
/// level 2).
final class Browser: Sendable {
    static let driver = "/usr/bin/chromedriver"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: driver) }

    /// Commands answer when they are done; waiting for the page is part of one, and a page may wait for an ECG.
    private static let commandTime = TimeAmount.minutes(5)
    /// The shared client gives up an answer after 90 s without a byte.
    private static let client = HTTPClient(configuration: .init(timeout: .init(read: commandTime)))
    /// A screenshot of a long page.
    private static let answerBytes = 64 * 1024 * 1024

    private let process: RunningProgram
    private let base: String
    private let session: String

    /// - Parameters:
    ///   - language: What the browser asks for, for example `zh-CN`.
    ///   - width: The window's, in CSS pixels; below 500 the page is laid out as on a phone.
    static func open(language: String = "en-US", width: Int = 1366, height: Int = 900) async throws -> Browser {
        let port = try FreePorts.take(1)[0]
        let process = try await RunningProgram(["--port=\(port)", "--log-level=WARNING"], program: driver)
        let base = "http://127.0.0.1:\(port)"
        while try await !isReady(base) {
            try #require(process.isRunning, "\(process.errorsSoFar)")
            try await Task.sleep(for: .milliseconds(20))
        }
        // Chromium refuses to run its sandbox as root, which containers are.
        let sandbox = getuid() == 0 ? ["--no-sandbox"] : []
        let options: [String: Any] = [
            "args": [
                "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--autoplay-policy=no-user-gesture-required", "--window-size=\(max(width, 500)),\(height)",
                "--lang=\(language)",
            ] + sandbox,
            "prefs": ["intl.accept_languages": language],
        ]
        let capabilities = ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]]
        let session = try await newSession(base, capabilities)
        let browser = Browser(process: process, base: base, session: session)
        _ = try await browser.command(.POST, "timeouts", ["script": Int(commandTime.nanoseconds / 1_000_000)])
        try await browser.resize(width: width, height: height)
        return browser
    }

    /// The driver gives up a Chromium that has not started after a minute, which on a busy machine says nothing of the next.
    private static func newSession(_ base: String, _ capabilities: [String: Any]) async throws -> String {
        var failure = Failure("no session was asked for")
        for _ in 1...3 {
            do {
                let answer = try await command(.POST, "\(base)/session", capabilities)
                return try #require((answer as? [String: Any])?["sessionId"] as? String)
            } catch let error as Failure {
                failure = error
            }
        }
        throw failure
    }

    /// - Parameter width: Below 500 CSS pixels the page is laid out as on a phone.
    func resize(width: Int, height: Int) async throws {
        let metrics: [String: Any] = ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500]
        try await devTools("Emulation.setDeviceMetricsOverride", metrics)
    }

    /// Has the page live where it is about noon, so that no day ends in the middle of a test.
    func liveAtNoon() async throws {
        let hour = Int(Date.now.timeIntervalSince1970) / 3600 % 24
        // The names of these zones count to the west.
        let west = hour - 12
        try await devTools(
            "Emulation.setTimezoneOverride", ["timezoneId": "Etc/GMT\(west < 0 ? "" : "+")\(west)"])
    }

    /// Shows the page as it is printed, or again as on a screen.
    func show(asPrinted isPrinted: Bool) async throws {
        try await devTools("Emulation.setEmulatedMedia", ["media": isPrinted ? "print" : ""])
    }

    /// What the browser prints, with the page's own size of paper.
    func printed() async throws -> Data {
        let answer = try await devTools("Page.printToPDF", ["preferCSSPageSize": true, "printBackground": true])
        let text = try #require((answer as? [String: Any])?["data"] as? String)
        return try #require(Data(base64Encoded: text))
    }

    /// A command of Chromium's own protocol.
    @discardableResult
    private func devTools(_ name: String, _ parameters: [String: Any]) async throws -> Any? {
        try await command(.POST, "goog/cdp/execute", ["cmd": name, "params": parameters])
    }

    /// Whether the driver listens yet.
    private static func isReady(_ base: String) async throws -> Bool {
        do {
            _ = try await command(.GET, "\(base)/status", nil)
            return true
        } catch is HTTPClientError {
            return false
        } catch is NIOConnectionError {
            return false
        } catch is IOError {
            return false
        }
    }

    private init(process: RunningProgram, base: String, session: String) {
        self.process = process
        self.base = base
        self.session = session
    }

    func close() async throws {
        _ = try await Self.command(.DELETE, "\(base)/session/\(session)", nil)
        // The session's end has ended Chromium; the driver itself holds nothing.
        process.killAtOnce()
        _ = await process.outcome()
    }

    // MARK: Doing

    func go(_ address: String) async throws { _ = try await command(.POST, "url", ["url": address]) }

    /// Runs a script's body in the page and gives back what it returns.
    func run(_ script: String, _ arguments: [String] = []) async throws -> Any? {
        try await command(.POST, "execute/sync", ["script": script, "args": arguments])
    }

    /// Waits until an expression is true in the page. If it never is, the failure says what the page shows.
    func wait(until expression: String) async throws { _ = try await value(of: "!!(\(expression))") }

    func waitFor(_ selector: String) async throws { try await wait(until: "document.querySelector(`\(selector)`)") }

    func wait(forText text: String, in selector: String = "body") async throws {
        try await wait(until: "document.querySelector(`\(selector)`).innerText.includes(`\(text)`)")
    }

    /// Waits until a page of ECG paper is drawn with all of its samples.
    func waitForPaper() async throws { try await waitFor(".sheet[aria-busy=false]") }

    /// Looks in one command, and commands in one wait: ten minutes and more, which no slowness explains. Looks are counted and not
    /// the time, since a machine that stands still looks at nothing.
    private static let looks = (inCommand: 500, commands: 60)

    /// The value that an expression has as soon as it has one that counts as true.
    func value(of expression: String) async throws -> Any {
        for _ in 0..<Self.looks.commands {
            do {
                let value = try await run(
                    """
                    return new Promise((resolve) => {
                        let looks = \(Self.looks.inCommand);
                        const look = () => {
                            let value = null;
                            try { value = \(expression); } catch {}
                            looks -= 1;
                            if (value || looks === 0) resolve(value || null);
                            else setTimeout(look, 20);
                        };
                        look();
                    });
                    """)
                if let value { return value }
            } catch let failure as Failure where failure.mayPass {
                // Another page is shown by now.
            }
        }
        throw try await missing("never true: \(expression)")
    }

    /// What is thrown where the page does not come to what a test waits for.
    func missing(_ what: String) async throws -> Failure {
        let page = try await run("return `${location.pathname}\\n${document.body.innerText.slice(0, 3000)}`")
        return Failure("\(what)\nThe page: \(page ?? "empty")")
    }

    // MARK: Seeing

    func text(_ selector: String = "body") async throws -> String {
        try #require(try await run("return document.querySelector(arguments[0]).innerText", [selector]) as? String)
    }

    func number(_ expression: String) async throws -> Double {
        try #require(try await run("return Number(\(expression))") as? Double)
    }

    func isTrue(_ expression: String) async throws -> Bool {
        let value = try await run("return (\(expression)) ? 1 : 0")
        return try #require(value as? Double) == 1
    }

    /// Sharp enough for the lines of ECG paper, and a third of what PNG takes for them.
    private static let pictureQuality = 85

    /// Keeps a picture of the page where `ECGNET_SCREENSHOTS` names a folder: the documentation's come from there.
    func keepPicture(_ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["ECGNET_SCREENSHOTS"] else { return }
        let picture = try await devTools(
            "Page.captureScreenshot", ["format": "webp", "quality": Self.pictureQuality])
        let text = try #require((picture as? [String: Any])?["data"] as? String)
        let bytes = try #require(Data(base64Encoded: text))
        try bytes.write(to: URL(filePath: folder).appending(path: "\(name).webp"))
    }

    // MARK: The protocol

    struct Failure: Error, CustomStringConvertible {
        /// As the driver names it (W3C WebDriver, section 6.6).
        let code: String
        let description: String

        init(_ description: String, code: String = "") {
            self.code = code
            self.description = description
        }

        /// Between two commands something was drawn anew, moved, covered for a moment or left: the same may succeed in the next.
        var mayPass: Bool {
            let codes = [
                "stale element reference", "no such element", "element click intercepted", "element not interactable",
            ]
            return codes.contains(code)
                || ["document unloaded", "aborted by navigation"].contains { description.contains($0) }
        }
    }

    func command(_ method: HTTPMethod, _ path: String, _ body: Any?) async throws -> Any? {
        try await Self.command(method, "\(base)/session/\(session)/\(path)", body)
    }

    private static func command(_ method: HTTPMethod, _ address: String, _ body: Any?) async throws -> Any? {
        var request = HTTPClientRequest(url: address)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let response = try await Self.client.execute(request, timeout: commandTime)
        let bytes = try await response.body.collect(upTo: answerBytes)
        let answer = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView)) as? [String: Any]
        guard response.status == .ok else {
            let error = answer?["value"] as? [String: Any]
            throw Failure(
                "\(method) \(address): \(error?["message"] ?? "no answer")", code: error?["error"] as? String ?? "")
        }
        let value = answer?["value"]
        return value is NSNull ? nil : value
    }
}
