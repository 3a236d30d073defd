import Testing

extension ScriptTests {
    @Test("half an hour before its end a session says so, and not where it was begun anew on another page")
    func endIsNear() async throws {
        try await Self.run(
            #"""
            const { session } = await module("session");
            const { setServerTime, now } = await module("clock");
            const { SessionEnd } = await module("sessionEnd");
            const { Frame } = await module("frame");
            const minute = 60000;
            const inMinutes = (minutes) => new Date(now() + minutes * minute).toISOString();
            setServerTime(time);
            const userUntil = (expiresAt) => ({ name: "reader", role: "cardiologist", permissions: ["alerts.read"], expiresAt });
            const sessionEnd = new SessionEnd();
            const bar = document.createElement("div");
            const part = (parts) => Object.assign(new EventTarget(), parts);
            const frame = new Frame(bar, {
                queue: heldQueue(), alarm: part({ isAllowed: true, isActive: false }), criticalValues: part({ entries: [], overdueCount: 0 }),
                ladder: part({ state: null, failing: [] }), sessionEnd, signOut() {}, endedAt: () => null,
            });
            const isWarned = () => bar.querySelector("a[href='/login']") !== null;
            // What is due within two minutes is due now, and what is due later never.
            window.setTimeout = (call, milliseconds) => realTimer(call, milliseconds < 2 * minute ? 0 : 1e7);
            let answer = null;
            server.on("me", () => answer);
            session.user = userUntil(inMinutes(600));
            frame.show();
            sessionEnd.start();
            await settle();
            expect(!isWarned() && server.count("me") === 0, "ten hours are long");
            // Another page has signed in anew.
            session.user = userUntil(inMinutes(31));
            answer = userUntil(inMinutes(600));
            sessionEnd.start();
            await until(() => server.count("me") === 1);
            await settle();
            expect(!isWarned() && session.endsAt === Date.parse(answer.expiresAt), "the new session's end");
            session.user = answer = userUntil(inMinutes(29));
            sessionEnd.start();
            await until(isWarned);
            expect(server.count("me") === 2, "asked before it is told");
            session.user = null;
            sessionEnd.stop();
            """#)
    }

    @Test(
        "that no alert arrives here any more is heard until somebody touches the page, more urgently where one waited")
    func endIsHeard() async throws {
        try await Self.run(
            #"""
            const { AlarmSound } = await module("alarm/alarmSound");
            const { EndOfWatch } = await module("alarm/endOfWatch");
            const heard = await listen();
            hurry(200);
            const bursts = {};
            for (const wereWaiting of [false, true]) {
                const sound = new AlarmSound();
                await sound.allow();
                const end = new EndOfWatch(sound);
                const before = heard.pulses;
                end.begin({ wereWaiting });
                bursts[wereWaiting] = heard.pulses - before;
                await until(() => heard.pulses >= before + 3 * bursts[wereWaiting]);
                document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
                const after = heard.pulses;
                await wait(600);
                expect(heard.pulses === after, "a touch ends it");
            }
            expect(0 < bursts.false && bursts.false < bursts.true, `more urgently, found ${JSON.stringify(bursts)}`);
            """#)
    }
}
