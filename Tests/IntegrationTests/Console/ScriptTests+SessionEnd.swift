import Testing

extension ScriptTests {
    /// A session, what is told of its end in the bar, and the time, which the test lets pass.
    private static let ending = #"""
        const { session } = await module("session");
        const { setServerTime, now } = await module("clock");
        const { SessionEnd } = await module("sessionEnd");
        const { Frame } = await module("frame");
        const minute = 60000;
        const realNow = Date.now;
        let ahead = 0;
        Date.now = () => realNow.call(Date) + ahead;
        /** The timers of a minute and more. */
        const due = new Map();
        const realClear = window.clearTimeout.bind(window);
        window.setTimeout = (call, milliseconds) => {
            if (milliseconds < minute) return realTimer(call, milliseconds);
            const id = realTimer(() => {}, 0);
            due.set(id, { call, milliseconds, at: Date.now() + milliseconds });
            return id;
        };
        window.clearTimeout = (id) => {
            due.delete(id);
            realClear(id);
        };
        /** Lets so much time pass, after which what is due is done. */
        const pass = async (milliseconds) => {
            ahead += milliseconds;
            for (const [id, { call, at }] of [...due]) {
                if (at > Date.now()) continue;
                due.delete(id);
                call();
            }
            await settle();
        };
        const inMinutes = (minutes) => new Date(now() + minutes * minute).toISOString();
        const userUntil = (expiresAt) => ({ name: "reader", role: "cardiologist", permissions: ["alerts.read"], expiresAt });
        const sessionEnd = new SessionEnd();
        const bar = document.createElement("div");
        const part = (parts) => Object.assign(new EventTarget(), parts);
        const frame = new Frame(bar, {
            queue: heldQueue(), alarm: part({ isAllowed: true, isActive: false }), criticalValues: part({ entries: [], overdueCount: 0 }),
            ladder: part({ state: null, failing: [] }), sessionEnd, signOut() {}, endedAt: () => null,
        });
        const isWarned = () => bar.querySelector(".session-ending a[href='/login']") !== null;
        let answer = null;
        server.on("me", () => answer);
        /** Begins a session of so many minutes. */
        const begin = async (minutes) => {
            session.user = answer = userUntil(inMinutes(minutes));
            frame.show();
            sessionEnd.start();
            await settle();
        };
        /** As a new sign-in on another page does. */
        const beginElsewhere = (minutes) => { answer = userUntil(inMinutes(minutes)); };
        const isRenewed = () => session.endsAt === Date.parse(answer.expiresAt);
        const end = () => {
            session.user = null;
            sessionEnd.stop();
            Date.now = realNow;
        };
        setServerTime(time);
        """#

    @Test("half an hour before its end a session says so, and not where it was begun anew on another page")
    func endIsNear() async throws {
        try await Self.run(
            Self.ending
                + #"""
                await begin(600);
                expect(!isWarned() && server.count("me") === 0, "ten hours are long");
                await begin(31);
                expect(!isWarned() && server.count("me") === 0, "half an hour and a minute, too");
                beginElsewhere(600);
                await pass(2 * minute);
                expect(server.count("me") === 1 && !isWarned() && isRenewed(), "the new session's end");
                await begin(31);
                await pass(2 * minute);
                expect(server.count("me") === 2 && isWarned(), "asked before it is told");
                // The reader signs in anew on another page while this one says so.
                beginElsewhere(600);
                await pass(minute);
                expect(!isWarned() && isRenewed(), "a warning that no longer holds goes");
                // The new session, too, comes to its end.
                await pass(572 * minute);
                expect(isWarned(), "and comes again");
                end();
                """#)
    }

    @Test("after a sleep, or by a clock that is slow, the warning is no later than a minute")
    func endByServerClock() async throws {
        try await Self.run(
            Self.ending
                + #"""
                await begin(600);
                const looks = [...due.values()].map(({ milliseconds }) => milliseconds);
                expect(looks.length === 1 && looks[0] <= minute, "a look within a minute, found " + looks.join());
                // The computer sleeps, its timers with it, until somebody opens it.
                ahead += 580 * minute;
                await settle();
                expect(!isWarned(), "nothing has happened yet");
                document.dispatchEvent(new Event("visibilitychange"));
                await until(isWarned);
                // The server's time becomes known only after the page has begun to look.
                await begin(600);
                expect(!isWarned(), "by the computer's own clock there is time");
                setServerTime(new Date(now() + 580 * minute).toISOString());
                await pass(minute);
                expect(isWarned(), "by the server's there is none");
                // Nobody is signed in: nothing is looked at.
                const before = server.count("me");
                end();
                expect(due.size === 0 && !isWarned(), "no timer stays");
                document.dispatchEvent(new Event("visibilitychange"));
                await settle();
                expect(server.count("me") === before, "and nothing is asked");
                """#)
    }

    /// The page itself, with who signs in at it.
    private static let wholePage = #"""
        const heard = await listen();
        const isSignedIn = () => document.querySelector("#frame [data-control=sign-out]") !== null;
        const isRed = () => document.querySelector("#frame .cut:not([hidden])") !== null && document.title.startsWith("⚠");
        const signInAs = async (user) => {
            server.on("session", () => user);
            server.on("me", () => user);
            document.querySelector("#name").value = user.name;
            document.querySelector("#password").value = "secret";
            document.querySelector("form.login").requestSubmit();
            await until(isSignedIn);
        };
        const unknown = () => failure(401, "not-signed-in");
        """#

    @Test("where a session has ended by itself a new sign-in on one page is one on each page of the browser")
    func signedInElsewhere() async throws {
        try await Self.run(
            Self.wholePage
                + #"""
                const { go } = await module("router");
                const other = new BroadcastChannel("ecgnet-session");
                const said = [];
                other.onmessage = ({ data }) => said.push(data);
                let list = () => listOf(10, entryOf(1));
                server.on("worklist", () => list());
                server.on("critical-values", () => ({ entries: [], now: time }));
                const reader = { name: "li", role: "cardiologist", permissions: ["alerts.read", "patients.read"] };
                await signInAs(reader);
                await until(() => said.length > 0);
                expect(said.join() === "signed-in", "the other pages are told, found " + said.join());
                await until(() => server.streams.length === 1 && heard.pulses > 0);
                go("/critical-values");
                for (const words of ["something else", "signed-in"]) other.postMessage(words);
                await settle();
                expect(isSignedIn(), "neither ends a session");
                // It ends by itself.
                list = unknown;
                server.on("me", unknown);
                hurry(20);
                server.streams.at(-1).cut();
                await until(() => !isSignedIn() && isRed());
                const atEnd = heard.pulses;
                await until(() => heard.pulses > atEnd);
                // Another page signs in, but the server is away for this one.
                list = () => listOf(10);
                server.answers.delete("me");
                const asked = server.count("me");
                other.postMessage("signed-in");
                await until(() => server.count("me") > asked);
                await settle();
                expect(!isSignedIn() && isRed(), "nothing arrives here still");
                server.on("me", () => reader);
                await until(isSignedIn);
                expect(!document.title.startsWith("⚠"), "no mark");
                expect(location.pathname === "/critical-values", "where the reader was, found " + location.pathname);
                const after = heard.pulses;
                await wait(1000);
                expect(heard.pulses === after, "and it no longer sounds");
                // Who signs out on another page signs out quietly on this one.
                other.postMessage("signed-out");
                await until(() => !isSignedIn());
                await wait(1000);
                expect(!isRed() && heard.pulses === after, "quietly");
                other.close();
                """#)
    }

    @Test("a clinic's page, as an administrator's, says in red and aloud that its session has ended by itself")
    func everyPageEnds() async throws {
        try await Self.run(
            Self.wholePage
                + #"""
                hurry(20);
                const endsAloud = async (whose) => {
                    await until(() => !isSignedIn() && isRed());
                    expect(heard.pulses > 0, `aloud, ${whose}`);
                    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
                    heard.pulses = 0;
                };
                server.on("clinic/recordings", () => ({ clinic: "Village", now: time, entries: [] }));
                await signInAs({ name: "wang", role: "clinic", permissions: ["clinic.read"] });
                await until(() => server.count("clinic/recordings") > 0);
                expect(heard.pulses === 0 && !isRed(), "while it lasts it is quiet");
                server.on("clinic/recordings", unknown);
                await endsAloud("a clinic's");
                server.on("worklist", () => listOf(10));
                await signInAs({ name: "zhao", role: "administrator", permissions: ["alerts.read", "users.manage"] });
                await until(() => server.streams.length > 0);
                expect(heard.pulses === 0 && !isRed(), "while it lasts it is quiet");
                server.on("worklist", unknown);
                server.streams.at(-1).cut();
                await endsAloud("an administrator's");
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
