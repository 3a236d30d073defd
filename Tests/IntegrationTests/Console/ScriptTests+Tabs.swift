import Testing

/// Pages of one browser have one line between them: a browser has six connections to a server. A queue of each page is as good as
/// the page: what they share is the browser's.
extension ScriptTests {
    private static let pages = #"""
        const { AlertQueue } = await module("live/alertQueue");
        const isLive = (queue) => queue.isKnown && queue.disconnectedSince === null;
        /** Queues that have started, and what each has told of single events. */
        const start = (count) => Array.from({ length: count }, () => {
            const queue = Object.assign(new AlertQueue(), { told: [] });
            queue.addEventListener("change", ({ detail }) => { if (detail) queue.told.push(detail.event.sequence); });
            queue.start();
            return queue;
        });
        server.on("worklist", () => listOf(10, entryOf(1)));
        """#

    @Test("the pages of a browser take one stream between them, and the next page takes it over at once")
    func oneStream() async throws {
        try await Self.run(
            Self.pages
                + #"""
                const pages = start(6);
                await until(() => pages.every(isLive));
                expect(server.streams.length === 1, `one stream, found ${server.streams.length}`);
                server.streams[0].send(11, noticeOf(11, "raised", 2));
                await until(() => pages.every((page) => page.entry(2)));
                // A page that is opened later.
                server.on("worklist", () => listOf(11, entryOf(1), entryOf(2)));
                pages.push(...start(1));
                await until(() => pages.every(isLive));
                expect(server.streams.length === 1 && pages.at(-1).entries.length === 2, "no stream of its own");
                // The page that holds the stream is closed.
                pages.shift().stop();
                await until(() => server.streams.length === 2);
                expect(server.streams[1].lastEventID === 11, "the stream goes on where it was");
                await until(() => pages.every(isLive));
                server.streams[1].send(12, noticeOf(12, "escalated", 1));
                server.streams[1].send(13, noticeOf(13, "reported", 2, { state: "reported" }));
                await until(() => pages.every((page) => !page.entry(2)));
                expect(pages.every(({ told }) => told.filter((sequence) => sequence > 11).join() === "12,13"),
                    `each event once, found ${JSON.stringify(pages.map(({ told }) => told))}`);
                // A page of who may no longer see it has no part.
                const [gone] = pages.splice(1, 1);
                gone.stop();
                server.streams[1].send(14, noticeOf(14, "raised", 3));
                await until(() => pages.every((page) => page.entry(3)));
                expect(gone.entries.length === 0, "nothing");
                for (const page of pages) page.stop();
                """#)
    }

    @Test("each page of a browser says that the line is dead, and that it is back, and tells what came meanwhile once")
    func deadLine() async throws {
        try await Self.run(
            Self.pages
                + #"""
                hurry(20);
                const pages = start(3);
                await until(() => pages.every(isLive));
                server.answers.delete("worklist");
                server.streams[0].cut();
                await until(() => pages.every(({ disconnectedSince }) => disconnectedSince !== null));
                server.on("worklist", () => listOf(12, entryOf(1), entryOf(2)));
                await until(() => server.streams.length === 2);
                await until(() => pages.every((page) => isLive(page) && page.entry(2)));
                expect(server.streams[1].lastEventID === 10, "the stream goes on where it was");
                server.streams[1].send(11, noticeOf(11, "raised", 2));
                server.streams[1].send(12, noticeOf(12, "escalated", 2));
                await until(() => pages.every(({ told }) => told.length === 2));
                // A restored backup numbers its events anew.
                server.on("worklist", () => listOf(5));
                server.streams[1].cut();
                await until(() => server.streams.length === 3);
                expect(server.streams[2].lastEventID === 5, "the backup's numbers");
                await until(() => pages.every((page) => isLive(page) && page.entries.length === 0));
                server.streams[2].send(6, noticeOf(6, "raised", 1));
                await until(() => pages.every((page) => page.entry(1)));
                for (const page of pages) page.stop();
                """#)
    }

    @Test("a page that holds the line and says nothing is taken for dead and replaced")
    func silentHolder() async throws {
        try await Self.run(
            Self.pages
                + #"""
                hurry(20);
                const held = gate();
                let lost = null;
                const hold = (options) => new Promise((resolve) => {
                    navigator.locks.request("ecgnet-alerts", options, () => {
                        resolve();
                        return held.opened;
                    }).catch((error) => { lost = error.name; });
                });
                await hold({});
                const pages = start(3);
                await until(() => pages.every(({ disconnectedSince }) => disconnectedSince !== null));
                await until(() => pages.every(isLive));
                expect(lost === "AbortError", "the line was taken from it, found " + lost);
                // Some may have tried at the same time, and the last one has it.
                await settle();
                const before = server.streams.length;
                // Taken from one that works, it is taken back when it is silent again.
                await hold({ steal: true });
                await until(() => server.streams.length > before);
                await until(() => pages.every(isLive));
                server.streams.at(-1).send(11, noticeOf(11, "raised", 2));
                await until(() => pages.every((page) => page.entry(2)));
                for (const page of pages) page.stop();
                """#)
    }

    @Test("in a browser that cannot share a line each page has its own")
    func noSharing() async throws {
        try await Self.run(
            Self.pages
                + #"""
                Object.defineProperty(navigator, "locks", { value: undefined });
                const pages = start(2);
                await until(() => pages.every(isLive));
                expect(server.streams.length === 2, `a stream each, found ${server.streams.length}`);
                for (const page of pages) page.stop();
                """#)
    }

    @Test("a page that is looked at again, or has a network again, does not wait for its timers")
    func timersThatSleep() async throws {
        try await Self.run(
            Self.pages
                + #"""
                const [page] = start(1);
                await until(() => isLive(page));
                // As in a page that nobody sees.
                window.setTimeout = (call, milliseconds) => realTimer(call, milliseconds < 1000 ? milliseconds : 1e7);
                const signals = [() => dispatchEvent(new Event("online")), () => document.dispatchEvent(new Event("visibilitychange"))];
                for (const signal of signals) {
                    const count = server.streams.length;
                    server.streams.at(-1).cut();
                    await until(() => page.disconnectedSince !== null);
                    await settle();
                    expect(server.streams.length === count, "it waits");
                    signal();
                    await until(() => isLive(page) && server.streams.length === count + 1);
                }
                // A line that has been silent for longer than any works.
                const realNow = performance.now.bind(performance);
                performance.now = () => realNow() + 20000;
                const count = server.streams.length;
                for (const signal of signals) signal();
                await until(() => page.disconnectedSince !== null || server.streams.length > count);
                page.stop();
                """#)
    }

    @Test("a sound that a call has interrupted comes back when the page is looked at or touched")
    func interruptedSound() async throws {
        try await Self.run(
            #"""
            const { Alarm } = await module("alarm/alarm");
            await listen();
            const Context = window.AudioContext;
            let context;
            window.AudioContext = class extends Context {
                constructor() {
                    super();
                    // The page itself has an alarm, too.
                    context ??= this;
                }
                async resume() { this.state = "running"; }
            };
            const alarm = new Alarm(heldQueue());
            await alarm.allow();
            for (const state of ["interrupted", "suspended"]) {
                for (const signal of [
                    () => document.dispatchEvent(new Event("visibilitychange")),
                    () => dispatchEvent(new PointerEvent("pointerdown")),
                ]) {
                    let told = 0;
                    alarm.addEventListener("change", () => { told += 1; });
                    context.state = state;
                    context.onstatechange?.();
                    expect(told > 0 && !alarm.isAllowed, "the page says that it is silent");
                    signal();
                    await until(() => alarm.isAllowed);
                }
            }
            """#)
    }
}
