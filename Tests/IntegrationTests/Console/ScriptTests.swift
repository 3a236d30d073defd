import Foundation
import Testing

/// The console's modules in a real browser, with a server of the test's own making in the page: which answer comes late,
/// fails or is older than another is the test's to say.
@Suite(
    "The console's scripts with answers that come late, fail or overtake each other", .serialized,
    .enabled(if: Browser.isInstalled, "no chromedriver: deploy/test installs it"))
struct ScriptTests {
    /// Runs a script in the console's page while nobody is signed in; it fails the test by what it throws.
    static func run(_ script: String) async throws {
        let server = try await RunningServer.start()
        let browser = try await Browser.open()
        try await browser.go("http://\(server.http)/login")
        try await browser.waitFor("#password")
        var failure: (any Error)?
        do {
            _ = try await browser.run("\(prologue)\nreturn (async () => {\n\(script)\n})();")
        } catch {
            failure = error
        }
        try await browser.close()
        try await server.tearDown()
        if let failure { throw failure }
    }

    /// What the scripts have: `expect`, `until`, `settle`, `gate`, and the `server` that answers in the API's place.
    static let prologue = #"""
        const realFetch = window.fetch.bind(window);
        const module = (path) => import(`/console/scripts/${path}.js`);
        const realTimer = window.setTimeout.bind(window);
        const wait = (milliseconds) => new Promise((resolve) => realTimer(resolve, milliseconds));
        /** Lets the console's timers run so many times as fast. */
        const hurry = (times) => { window.setTimeout = (call, milliseconds) => realTimer(call, milliseconds / times); };
        /** Answers that have been given and not read to their end yet, which takes the browser's other processes. */
        let unread = 0;
        for (const [owner, read] of [[Blob, "arrayBuffer"], [Response, "json"]]) {
            const real = owner.prototype[read];
            owner.prototype[read] = function () {
                return real.call(this).finally(() => { unread -= 1; });
            };
        }
        /** Comes back when everything that needs no timer of the console's, nor an answer that is held, has happened. */
        const settle = async () => {
            do await wait(50); while (unread > 0);
        };
        const expect = (isTrue, what) => { if (!isTrue) throw new Error(`expected: ${what}`); };
        const until = async (isTrue) => {
            for (let looks = 20000; !isTrue(); looks -= 1) {
                if (looks === 0) throw new Error(`never true: ${isTrue}`);
                await wait(5);
            }
        };
        /** Holds whoever awaits `opened` until `open` is called. */
        const gate = () => {
            let open;
            const opened = new Promise((resolve) => { open = resolve; });
            return { open, opened };
        };
        const json = (value, status = 200) =>
            new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
        const failure = (status, code) => json({ error: { code, message: code } }, status);

        /** Answers by path without the query; what it does not know fails as when the server is away. */
        const server = {
            answers: new Map(),
            asked: [],
            /** The event streams that were opened, oldest first. */
            streams: [],
            on(path, answer) { this.answers.set(path, answer); },
            count(path) { return this.asked.filter((asked) => asked === path).length; },
            stream(lastEventID, signal) {
                let controller;
                const body = new ReadableStream({ start: (given) => { controller = given; } });
                signal.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
                const text = new TextEncoder();
                this.streams.push({
                    lastEventID,
                    send: (id, notice) => controller.enqueue(
                        text.encode(`event: alert\nid: ${id}\ndata: ${JSON.stringify(notice)}\n\n`)),
                    cut: () => controller.close(),
                });
                return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
            },
        };
        window.fetch = async (address, options = {}) => {
            const url = new URL(address, location.href);
            if (!url.pathname.startsWith("/api/v1/")) return realFetch(address, options);
            const path = url.pathname.slice("/api/v1/".length);
            server.asked.push(path);
            if (path === "alerts/stream") return server.stream(Number(options.headers["Last-Event-ID"]), options.signal);
            const answer = server.answers.get(path);
            if (!answer) throw new TypeError("the server is away");
            const value = await answer({ url, options });
            unread += 1;
            return value instanceof Response ? value : json(value);
        };

        const time = "2026-01-01T08:00:00Z";
        const alertOf = (id, changes = {}) => ({
            id, recording: "r1", device: "d1", clinic: "Test clinic", priority: "high", state: "delivered", raisedAt: time,
            finding: { code: "acute-coronary-syndrome", text: "", leads: ["II"], evidence: [],
                rule: { rule: "x", tableVersion: "1" } }, atSample: 0, deliveryCount: 0, ...changes,
        });
        const recordingOf = (changes = {}) => ({
            id: "r1", device: "d1", clinic: "Test clinic", status: "open", samplingRate: 100, sampleCount: 2000,
            durationSeconds: 20, leads: [{ lead: "II", label: "II", nanovoltsPerCount: 1000, baseline: 0 }],
            openedAt: time, hasWaveform: true, hasReading: false, ...changes,
        });
        const entryOf = (id, changes = {}) => ({ alert: alertOf(id, changes), recording: recordingOf() });
        const eventOf = (sequence, kind, changes = {}) => ({ sequence, kind, at: time, priority: "high", ...changes });
        const noticeOf = (sequence, kind, id, changes = {}) => ({ event: eventOf(sequence, kind), ...entryOf(id, changes) });
        const listOf = (lastEvent, ...entries) => ({ entries, lastEvent, now: time, note: "" });
        const signIn = async (...permissions) => {
            const { session } = await module("session");
            session.user = { name: "reader", role: "cardiologist", permissions };
        };
        /** Hears sounds and announcements. */
        const listen = async () => {
            const heard = { pulses: 0, announced: [] };
            const node = { connect: (to) => to, gain: { setValueAtTime() {}, linearRampToValueAtTime() {} } };
            window.AudioContext = class {
                state = "running";
                currentTime = 0;
                createGain() { return node; }
                createOscillator() {
                    return { frequency: {}, connect: (to) => to, start: () => { heard.pulses += 1; }, stop() {} };
                }
            };
            const region = document.querySelector("body > [role=alert].visually-hidden");
            new MutationObserver(() => heard.announced.push(region.textContent)).observe(region, { childList: true });
            return heard;
        };
        /** A queue that holds what the test puts into it. */
        const heldQueue = (...entries) => Object.assign(new EventTarget(), {
            entries, isKnown: true, disconnectedSince: null,
            put(...changed) {
                this.entries = changed;
                this.tell();
            },
            tell(detail = null) { this.dispatchEvent(new CustomEvent("change", { detail })); },
        });
        """#
}
