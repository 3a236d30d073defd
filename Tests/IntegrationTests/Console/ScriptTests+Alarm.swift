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
