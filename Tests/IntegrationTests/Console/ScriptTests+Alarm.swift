import Testing

extension ScriptTests {
    @Test("an alert that waits again is heard again and ends a pause of the sound")
    func heardAgain() async throws {
        try await Self.run(
            #"""
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            // An alert that goes on waiting sounds every eight seconds, which are over soon where the machine is busy.
            window.setInterval = () => undefined;
            for (const priority of ["high", "medium"]) {
                const queue = heldQueue();
                const alarm = new Alarm(queue);
                await alarm.allow();
                const announcements = priority === "high" ? 1 : 0;
                const put = (state) => queue.put(entryOf(1, { priority, state }));
                /** How many pulses and announcements a state brings. */
                const hear = async (state) => {
                    const before = { pulses: heard.pulses, announced: heard.announced.length };
                    put(state);
                    await settle();
                    return [heard.pulses - before.pulses, heard.announced.length - before.announced].join();
                };
                const first = await hear("raised");
                expect(first.endsWith(`,${announcements}`) && !first.startsWith("0"), `${priority} is heard, ${first}`);
                expect(await hear("seen") === "0,0", "being seen is not heard");
                // Acknowledged and, with the same time of raising, raised again or taken back.
                for (const state of ["raised", "seen"]) {
                    put("acknowledged");
                    if (announcements) alarm.pause();
                    expect(await hear(state) === first, `what is ${state} again is heard again`);
                    expect(!alarm.isPaused, "the pause has ended");
                }
                queue.put();
            }
            """#)
    }

    @Test("a rung of the ladder is heard and announced once, and only of an alert that still waits")
    func heardByTheLadder() async throws {
        try await Self.run(
            #"""
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            window.setInterval = () => undefined;
            const realNow = performance.now.bind(performance);
            let ahead = 0;
            performance.now = () => realNow() + ahead;
            for (const priority of ["high", "medium"]) {
                const queue = heldQueue();
                const alarm = new Alarm(queue);
                await alarm.allow();
                /** How many pulses and announcements something brings, once the bursts before are over. */
                const hear = async (call) => {
                    ahead += 10000;
                    const before = { pulses: heard.pulses, announced: heard.announced.length };
                    call();
                    await settle();
                    return [heard.pulses - before.pulses, heard.announced.length - before.announced];
                };
                const [burst] = await hear(() => queue.put(entryOf(1, { priority })));
                expect(burst > 0, `${priority} is heard`);
                const rung = () => queue.tell(noticeOf(2, "escalated", 1, { priority }));
                if (priority === "high") alarm.pause();
                const called = await hear(rung);
                expect(called.join() === `${burst},1`, `${priority} is heard again, found ${called}`);
                expect(!alarm.isPaused, "the pause has ended");
                // What a cut kept from the page comes at once, and is one call.
                const missed = await hear(() => { for (let rungs = 0; rungs < 3; rungs += 1) rung(); });
                expect(missed.join() === `${burst},1`, `missed rungs are one call, found ${missed}`);
                expect((await hear(() => queue.tell(noticeOf(3, "told", 1, { priority })))).join() === "0,0", "nothing else is");
                queue.put(entryOf(1, { priority, state: "acknowledged" }));
                expect((await hear(rung)).join() === "0,0", "somebody has it");
                queue.put();
                expect((await hear(rung)).join() === "0,0", "it is closed");
            }
            """#)
    }

    @Test("after a cut a rung that was climbed meanwhile is heard, and at the next cut no more")
    func rungsDuringCut() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            const medium = { priority: "medium" };
            server.on("worklist", () => listOf(10, entryOf(1, medium)));
            const queue = new AlertQueue();
            const alarm = new Alarm(queue);
            await alarm.allow();
            queue.start();
            await until(() => server.streams.length === 1 && heard.pulses > 0);
            const burst = heard.pulses;
            /** Cuts the line; then the server tells what came after the event that it is asked to go on from. */
            const cut = async () => {
                const count = server.streams.length;
                server.streams.at(-1).cut();
                await until(() => server.streams.length > count);
                const stream = server.streams.at(-1);
                const happened = [[9, "escalated"], [11, "escalated"], [12, "seen"]];
                for (const [id, kind] of happened) if (id > stream.lastEventID) stream.send(id, noticeOf(id, kind, 1, medium));
                await settle();
            };
            server.on("worklist", () => listOf(12, entryOf(1, medium)));
            await cut();
            expect(heard.pulses === 2 * burst && heard.announced.length === 1, `heard, found ${JSON.stringify(heard)}`);
            await cut();
            expect(heard.pulses === 2 * burst && heard.announced.length === 1, `once, found ${JSON.stringify(heard)}`);
            queue.stop();
            """#)
    }

    @Test("the one burst of a medium alert is not lost to a pause, an untouched page or a high alert's burst")
    func burstThatWaits() async throws {
        try await Self.run(
            #"""
            const { Alarm, pauseMilliseconds } = await module("alarm/alarm");
            const heard = await listen();
            window.setInterval = () => undefined;
            const pulses = async (call) => {
                const before = heard.pulses;
                await call();
                await settle();
                return heard.pulses - before;
            };
            const medium = entryOf(1, { priority: "medium" });
            // A page that nobody has touched yet.
            const Context = window.AudioContext;
            let context;
            window.AudioContext = class extends Context {
                constructor() {
                    super();
                    this.state = "suspended";
                    context = this;
                }
                async resume() {}
            };
            let queue = heldQueue();
            let alarm = new Alarm(queue);
            await alarm.allow();
            expect(await pulses(() => queue.put(medium)) === 0, "nothing can sound");
            context.state = "running";
            const burst = await pulses(() => alarm.allow());
            expect(burst > 0, "heard once the page may sound");
            expect(await pulses(() => queue.tell()) === 0, "once");
            queue.put();
            window.AudioContext = Context;
            // Quiet to read.
            const realNow = Date.now;
            queue = heldQueue();
            alarm = new Alarm(queue);
            await alarm.allow();
            hurry(1000);
            alarm.pause();
            expect(await pulses(() => queue.put(medium)) === 0, "not in a pause");
            Date.now = () => realNow.call(Date) + pauseMilliseconds + 1000;
            const afterPause = await pulses(() => wait(300));
            Date.now = realNow;
            expect(afterPause === burst, `after the pause, found ${afterPause}`);
            queue.put();
            // Two bursts at once are none that anybody knows.
            queue = heldQueue();
            alarm = new Alarm(queue);
            await alarm.allow();
            window.setTimeout = realTimer;
            const high = await pulses(() => queue.put(entryOf(2)));
            expect(high > burst && await pulses(() => queue.put(entryOf(2), medium)) === 0, "not over the high one's");
            const before = heard.pulses;
            await until(() => heard.pulses > before);
            expect(heard.pulses - before === burst, `after it, found ${heard.pulses - before}`);
            """#)
    }

    @Test("a critical value that is opened anew with its alert reaches the list")
    func reopenedCriticalValue() async throws {
        try await Self.run(
            #"""
            await signIn("patients.read");
            hurry(50);
            const { CriticalValues } = await module("live/criticalValues");
            server.on("critical-values", () => ({ entries: [], now: time }));
            const queue = heldQueue();
            const values = new CriticalValues(queue);
            values.start();
            await until(() => values.isKnown);
            server.on("critical-values", () => ({ entries: [{ criticalValue: {}, ...entryOf(1) }], now: time }));
            queue.tell(noticeOf(11, "reopened", 1));
            await until(() => values.entries.length === 1);
            // What a later server tells may concern them too; what happens all the time does not.
            queue.tell(noticeOf(12, "seen", 1));
            await wait(300);
            expect(server.count("critical-values") === 2, "a look at an alert changes none");
            queue.tell(noticeOf(13, "of-a-later-version", 1));
            await until(() => server.count("critical-values") === 3);
            values.stop();
            """#)
    }

    @Test("a change that comes while critical values are read is read after them")
    func changeWhileReading() async throws {
        try await Self.run(
            #"""
            await signIn("patients.read");
            const { CriticalValues } = await module("live/criticalValues");
            const held = gate();
            server.on("critical-values", async () => {
                await held.opened;
                return { entries: [{ criticalValue: {}, ...entryOf(1) }], now: time };
            });
            const queue = heldQueue();
            const values = new CriticalValues(queue);
            values.start();
            await until(() => server.count("critical-values") === 1);
            // Somebody has called the clinic while the answer, which does not know it, is on its way.
            queue.tell(noticeOf(11, "critical-value", 1));
            server.on("critical-values", () => ({ entries: [], now: time }));
            held.open();
            await until(() => values.isKnown);
            await until(() => values.entries.length === 0);
            expect(server.count("critical-values") === 2, "read again once");
            values.stop();
            """#)
    }

    @Test("critical values that could not be read are read again, and none are shown after signing out")
    func unreadCriticalValues() async throws {
        try await Self.run(
            #"""
            await signIn("patients.read");
            hurry(50);
            const { CriticalValues } = await module("live/criticalValues");
            const queue = heldQueue();
            const values = new CriticalValues(queue);
            values.start();
            await until(() => server.count("critical-values") >= 2);
            const held = gate();
            const answer = { entries: [{ criticalValue: {}, ...entryOf(1) }], now: time };
            server.on("critical-values", async () => {
                await held.opened;
                return answer;
            });
            const before = server.count("critical-values");
            await until(() => server.count("critical-values") > before);
            values.stop();
            held.open();
            await settle();
            expect(values.entries.length === 0 && !values.isKnown, "nothing after signing out");
            server.on("critical-values", () => answer);
            values.start();
            await until(() => values.entries.length === 1);
            values.stop();
            """#)
    }
}
