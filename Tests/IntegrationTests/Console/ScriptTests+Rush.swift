import Testing

extension ScriptTests {
    @Test("in a rush the critical values are read now and then, and at once when somebody acts on one")
    func rushOfAlerts() async throws {
        try await Self.run(
            #"""
            await signIn("patients.read");
            const { CriticalValues } = await module("live/criticalValues");
            server.on("critical-values", () => ({ entries: [], now: time }));
            const queue = heldQueue();
            const values = new CriticalValues(queue);
            values.start();
            await until(() => values.isKnown);
            for (let number = 1; number <= 20; number += 1) {
                queue.tell(noticeOf(number, "raised", number));
                await wait(50);
            }
            const asked = server.count("critical-values");
            expect(asked <= 2, "at most twice for twenty alerts in a second, found " + asked);
            // What somebody has done about one is there at once, and so is what this reader has done.
            queue.tell(noticeOf(21, "critical-value", 1));
            await until(() => server.count("critical-values") === asked + 1);
            const own = noticeOf(22, "reported", 1);
            queue.tell({ ...own, event: { ...own.event, by: "reader" } });
            await until(() => server.count("critical-values") === asked + 2);
            // What waits is not forgotten.
            hurry(50);
            queue.tell(noticeOf(23, "raised", 23));
            await until(() => server.count("critical-values") === asked + 3);
            values.stop();
            """#)
    }

    @Test("a list of critical values that is not whole says so, where it stands and where it is counted")
    func moreCriticalValues() async throws {
        try await Self.run(
            #"""
            await signIn("patients.read");
            const { CriticalValues } = await module("live/criticalValues");
            const { CriticalValuesView } = await module("critical/criticalValuesView");
            let isComplete = false;
            const value = { state: "to-notify", openedAt: time, since: time, steps: [] };
            server.on("critical-values", () => ({ entries: [{ criticalValue: value, ...entryOf(1) }], now: time, isComplete }));
            const queue = heldQueue();
            const values = new CriticalValues(queue);
            const page = document.body.appendChild(document.createElement("div"));
            const view = new CriticalValuesView(page, values);
            values.start();
            const note = page.querySelector(".note");
            await until(() => note.textContent.includes("more are open"));
            isComplete = true;
            queue.tell(noticeOf(2, "critical-value", 1));
            await until(() => note.textContent === "");
            view.close();
            values.stop();
            """#)
    }

    @Test("each of several alerts is announced, and one that sounds like the last one is announced again")
    func announcedTogether() async throws {
        try await Self.run(
            #"""
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            const queue = heldQueue();
            const alarm = new Alarm(queue);
            const entries = [entryOf(1, { clinic: "Shangcun" }), entryOf(2, { clinic: "Xiacun" })];
            queue.put(...entries);
            await settle();
            expect(heard.announced.length === 1, "in one breath, heard " + heard.announced.length);
            for (const clinic of ["Shangcun", "Xiacun"]) expect(heard.announced[0].includes(clinic), `${clinic} is named`);
            const region = document.querySelector("body > [role=alert].visually-hidden");
            const first = region.firstChild;
            queue.put(...entries, entryOf(3, { clinic: "Shangcun" }));
            await settle();
            const again = region.firstChild;
            queue.put(...entries, entryOf(3, { clinic: "Shangcun" }), entryOf(4, { clinic: "Shangcun" }));
            await settle();
            expect(heard.announced.length === 3, "each is announced, heard " + heard.announced.length);
            expect(first !== again && again !== region.firstChild && region.firstChild instanceof Element,
                "in an element of its own, which screen readers take for news");
            // Of a whole list nobody waits for the last.
            queue.put(...[11, 12, 13, 14, 15].map((id) => entryOf(id)));
            await settle();
            expect(heard.announced.at(-1).includes("2 more"), "found " + heard.announced.at(-1));
            alarm.stop();
            queue.put();
            """#)
    }
}
