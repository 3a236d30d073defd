import Foundation
import Testing

extension ConsoleTests {
    @Test("a session that ends by itself is seen and heard, one that its reader ends on another page is not")
    func sessionEnds() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        try await site.send()
        try await browser.waitFor("tr.high")
        let listen = """
            const start = OscillatorNode.prototype.start;
            window.pulses = 0;
            OscillatorNode.prototype.start = function (...at) { window.pulses += 1; return start.apply(this, at); };
            """
        _ = try await browser.run(listen)
        _ = try await browser.run(
            "return fetch('/api/v1/session', { method: 'DELETE' }).then(() => { window.pulses = 0; });")
        try await browser.waitFor("#password")
        try await browser.wait(forText: "Nothing arrives here until", in: "#frame .cut")
        try await browser.wait(until: "window.pulses > 0")
        #expect(try await browser.isTrue("document.title.startsWith('⚠')"))
        // Another page signs in: this one is for whoever comes.
        _ = try await browser.run("window.pulses = 0;")
        try await browser.go("about:blank")
        try await browser.go(try await site.loginLink())
        try await browser.waitFor(".live")
        #expect(try await browser.isTrue("!document.querySelector('#frame .cut:not([hidden])')"))
        #expect(try await browser.isTrue("!document.title.startsWith('⚠')"))
        // As another page of the browser does after its reader has signed out.
        _ = try await browser.run(listen)
        _ = try await browser.run(
            """
            return fetch('/api/v1/session', { method: 'DELETE' }).then(() => {
                window.pulses = 0;
                new BroadcastChannel('ecgnet-session').postMessage('signed-out');
            });
            """)
        try await browser.waitFor("#password")
        #expect(try await browser.isTrue("!document.querySelector('#frame .cut')"))
        #expect(try await browser.number("window.pulses") == 0)
        try await site.close()
    }
}
