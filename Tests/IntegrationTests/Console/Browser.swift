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
        let answer = try await command(.POST, "\(base)/session", capabilities)
        let session = try #require((answer as? [String: Any])?["sessionId"] as? String)
        let browser = Browser(process: process, base: base, session: session)
        _ = try await browser.command(.POST, "timeouts", ["script": Int(commandTime.nanoseconds / 1_000_000)])
        try await browser.resize(width: width, height: height)
        return browser
    }

    /// - Parameter width: Below 500 CSS pixels the page is laid out as on a phone.
    func resize(width: Int, height: Int) async throws {
        let metrics: [String: Any] = ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500]
        try await devTools("Emulation.setDeviceMetricsOverride", metrics)
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

    /// Waits until an expression is true in the page.
    func wait(until expression: String) async throws {
        _ = try await run(
            """
            return new Promise((resolve) => {
                const look = () => {
                    try { if (\(expression)) { resolve(true); return; } } catch {}
                    setTimeout(look, 20);
                };
                look();
            });
            """)
    }

    func waitFor(_ selector: String) async throws { try await wait(until: "document.querySelector(`\(selector)`)") }

    func wait(forText text: String, in selector: String = "body") async throws {
        try await wait(until: "document.querySelector(`\(selector)`).innerText.includes(`\(text)`)")
    }

    /// Clicks as a person does: where the element is, if it can be clicked.
    func click(_ selector: String) async throws {
        try await waitFor(selector)
        // The driver takes what lies below the bar for visible; a person scrolls.
        _ = try await run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", [selector])
        _ = try await command(.POST, "element/\(try await element(selector))/click", [:])
    }

    /// Presses a button that asks once more, and presses again when it takes that for an answer. The button waits for seconds
    /// only, and on a busy machine a command may take longer: the second press comes from within the page, and a button that has
    /// stopped waiting, or was drawn anew, is pressed as at first.
    ///
    /// - Returns: What the button said when it asked.
    @discardableResult
    func confirm(_ selector: String) async throws -> String {
        try await click(selector)
        let words = try await run(
            """
            const [selector] = arguments;
            const beforeAnotherPress = 2000;
            return new Promise((resolve) => {
                let pressed = Date.now();
                const look = () => {
                    const button = document.querySelector(selector);
                    if (button?.classList.contains("asking")) {
                        const words = button.innerText;
                        button.click();
                        resolve(words);
                        return;
                    }
                    if (button && Date.now() - pressed > beforeAnotherPress) {
                        button.click();
                        pressed = Date.now();
                    }
                    setTimeout(look, 20);
                };
                look();
            });
            """, [selector])
        return try #require(words as? String)
    }

    /// Clicks the button that says so at its beginning, as somebody looks for it who knows the page by nothing else.
    func click(button words: String) async throws { try await click(try await seek(button: words)) }

    /// As ``confirm(_:)``, for the button that says so at its beginning.
    func confirm(button words: String) async throws -> String { try await confirm(try await seek(button: words)) }

    /// The selector of the first button to be seen that begins with these words and can be pressed.
    private func seek(button words: String) async throws -> String {
        let found =
            "[...document.querySelectorAll('button')].find((b) => b.offsetHeight > 0 && b.innerText.startsWith(`\(words)`))"
        try await wait(until: "\(found) && !\(found).disabled")
        _ = try await run(
            "for (const b of document.querySelectorAll('[data-sought]')) delete b.dataset.sought; \(found).dataset.sought = 1"
        )
        return "[data-sought]"
    }

    /// Types text as a person does; some characters of Unicode's private use area are keys (WebDriver, section 17.4.2).
    func type(_ text: String, into selector: String) async throws {
        try await waitFor(selector)
        _ = try await command(.POST, "element/\(try await element(selector))/value", ["text": text])
    }

    /// WebDriver's characters for keys.
    enum Key {
        static let enter = "\u{E007}"
        static let down = "\u{E015}"
        static let tab = "\u{E004}"
        static let space = " "
    }

    /// Presses keys where the focus is.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        _ = try await command(
            .POST, "actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions] as [String: Any]]])
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await command(.POST, "element", ["using": "css selector", "value": selector])
        return try #require((found as? [String: String])?.values.first)
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
        let description: String
    }

    private func command(_ method: HTTPMethod, _ path: String, _ body: Any?) async throws -> Any? {
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
            throw Failure(description: "\(method) \(address): \(answer?["value"] ?? "no answer")")
        }
        let value = answer?["value"]
        return value is NSNull ? nil : value
    }
}
