import Testing

extension ScriptTests {
    @Test("a page that was left draws nothing over the next")
    func pagesThatWereLeft() async throws {
        try await Self.run(
            #"""
            await signIn("administration");
            const views = {
                settings: "administration/settings/settingsView:SettingsView", users: "administration/usersView:UsersView",
                devices: "administration/devicesView:DevicesView", tables: "administration/tablesView:TablesView",
                audit: "administration/auditView:AuditView",
            };
            for (const [name, place] of Object.entries(views)) {
                const [path, type] = place.split(":");
                const { [type]: View } = await module(path);
                const page = document.createElement("div");
                const held = gate();
                const answers = {
                    settings: { edition: 1, settings: { hospitals: [] }, sinks: [], versions: [] }, escalation: { hospitals: [] },
                    users: { users: [] }, devices: { devices: [] }, tables: { tables: [] }, "audit/search": { entries: [] },
                };
                for (const [asked, answer] of Object.entries(answers)) {
                    server.on(asked, async () => {
                        await held.opened;
                        return answer;
                    });
                }
                const view = new View(page);
                await settle();
                view.close?.();
                page.replaceChildren("The next page.");
                held.open();
                await settle();
                await settle();
                expect(page.textContent === "The next page.", `${name}, found ${page.textContent.slice(0, 40)}`);
            }
            """#)
    }

    @Test("what a page changes it changes in the name of whom it takes for signed in, or loads itself anew")
    func anotherUser() async throws {
        try await Self.run(
            #"""
            const { api, onOtherUser } = await module("api");
            const { session } = await module("session");
            let loaded = 0;
            onOtherUser(() => { loaded += 1; });
            const named = [];
            const record = ({ options }) => {
                named.push(`${options.method} ${new Headers(options.headers).get("X-Ecgnet-User")}`);
                return { name: "li", role: "cardiologist", permissions: [] };
            };
            server.on("thing", record);
            server.on("session", record);
            await api.post("thing");
            // Whoever signs in does so in nobody's name, even where somebody is signed in already.
            await session.signIn("li", "secret");
            await session.signInByLink("token");
            await api.get("thing");
            await api.post("thing");
            await api.put("thing", {});
            await api.delete("thing");
            const expected = ["POST null", "POST null", "POST null", "GET null", "POST li", "PUT li", "DELETE li"];
            expect(named.join() === expected.join(), "found " + named.join());
            expect(loaded === 0, "the page stays");
            server.on("thing", () => failure(409, "another-user"));
            const refused = await api.post("thing").then(() => null, (error) => error);
            expect(refused?.code === "another-user" && loaded === 1, "the page is loaded anew");
            server.on("thing", () => failure(409, "alert-closed"));
            await api.post("thing").catch(() => {});
            expect(loaded === 1, "for no other reason");
            """#)
    }

    @Test("an amendment or a report that is being written when the alert goes on without it stays to be read")
    func unsentWords() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const show = async (state, ...events) => {
                    detail = { ...detail, alert: alertOf(1, { state }), events: [eventOf(1, "raised"), ...events] };
                    const before = server.count("alerts/1");
                    queue.tell(noticeOf(9, "seen", 1));
                    await until(() => server.count("alerts/1") > before);
                    await settle();
                };
                const unsent = () => page.querySelector(".unsent .words")?.textContent;
                const view = await open();
                const text = page.querySelector("#report-text");
                text.value = "My own words.";
                text.dispatchEvent(new Event("input"));
                const reported = eventOf(2, "reported", { text: "Inferior STEMI.", by: "li" });
                await show("reported", reported);
                expect(unsent() === "My own words.", "the report that a colleague was faster with, found " + unsent());
                expect(page.querySelector(".message").textContent.includes("li has closed"), "and why");
                // Taken back: the words stand in the form again.
                await show("acknowledged", reported, eventOf(3, "undone", { text: "acknowledged" }));
                expect(unsent() === undefined && page.querySelector("#report-text").value === "My own words.", "in the form");
                // An amendment that is being written when the infarct comes back.
                text.value = "";
                await show("reported", reported);
                expect(unsent() === undefined, "nothing was being written");
                page.querySelector("#amend-text").value = "Inferior STEMI, old.";
                await show("raised", reported, eventOf(4, "reopened", { at: "2026-01-01T09:00:00Z" }));
                expect(page.querySelector("#report-text").value === "", "the form is the new episode's");
                expect(unsent() === "Inferior STEMI, old.", "the amendment stays to be read, found " + unsent());
                expect(page.querySelector(".message").textContent.includes("opened again"), "and its writer is told");
                view.close();
                """#)
    }

    @Test("of a critical value's steps each that holds can be taken back, the newest first")
    func secondStepBack() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const at = (minute) => `2026-01-01T08:0${minute}:00Z`;
                const step = (kind, minute, by = "reader") => ({ kind, at: at(minute), by });
                const opened = { kind: "opened", at: at(0) };
                detail = { ...detail, criticalValue: {
                    state: "notified", origin: "rule", openedAt: at(0),
                    steps: [opened, step("notified", 1), step("handled", 2), step("undone", 3), step("attempted", 4)],
                } };
                let of;
                server.on("alerts/1/critical-value/undo", ({ options }) => {
                    ({ of } = JSON.parse(options.body));
                    return {};
                });
                const view = await open();
                const button = () => page.querySelector("[name=critical-undo]");
                expect(button(), "a button for the call");
                button().click();
                await until(() => button().classList.contains("asking"));
                button().click();
                await until(() => of);
                expect(of === at(1), "the call is taken back, found " + of);
                view.close();
                // Another's step is another's.
                detail.criticalValue.steps[1].by = "li";
                const other = await open();
                expect(!button(), "no button for a colleague's step");
                other.close();
                """#)
    }

    @Test("who moves the paper with the wheel or a finger is there: the claim goes on")
    func wheelIsTouch() async throws {
        try await Self.run(
            #"""
            const { LeaseWatch } = await module("alert/leaseWatch");
            const { setServerTime } = await module("clock");
            await signIn("alerts.handle");
            setServerTime(new Date().toISOString());
            const realNow = Date.now;
            const inner = document.body.appendChild(document.createElement("div"));
            for (const [name, bubbles] of [["wheel", true], ["touchmove", true], ["scroll", false], [null, true]]) {
                let renewed = 0;
                let ahead = 0;
                Date.now = () => realNow.call(Date) + ahead;
                const watch = new LeaseWatch({ renew: () => { renewed += 1; }, ended() {} });
                watch.watch(alertOf(1, { leasedBy: "reader", leasedUntil: new Date(realNow.call(Date) + 200).toISOString() }));
                // Three minutes later, by the page's clock, half of the claim's time is over.
                ahead = 180000;
                if (name) inner.dispatchEvent(new Event(name, { bubbles }));
                await wait(180);
                expect(renewed === (name ? 1 : 0), `${name ?? "nothing"}, renewed ${renewed} times`);
                watch.close();
                Date.now = realNow;
            }
            """#)
    }

    @Test(
        "in Chinese, too, it is told that nothing has changed since an earlier recording, and why a message did not arrive"
    )
    func remarksInChinese() async throws {
        try await Self.run(
            #"""
            const { choose } = await module("language/language");
            const { findingSentence } = await module("language/machine");
            const { tellProblem } = await module("language/deliveryProblems");
            const finding = (text) => ({ ...alertOf(1).finding, text });
            const texts = {
                "ST elevation. Unchanged since a recording 30 days earlier.": "与 30 天前的记录相比无变化。",
                "ST elevation. Unchanged since a recording less than a day earlier.": "与不到一天前的记录相比无变化。",
                "ST falls within the recording in V5 and comes back: ischaemia.": "已恢复。",
                "Left bundle-branch block that a recording one day earlier does not have.": "1 天前的记录无此改变。",
            };
            for (const [english, chinese] of Object.entries(texts)) {
                choose("en");
                expect(findingSentence(finding(english)) === english, "the server's own sentence");
                choose("zh");
                expect(findingSentence(finding(english)).endsWith(chinese), "found " + findingSentence(finding(english)));
            }
            expect(!findingSentence(finding("ST elevation.")).includes("记录"), "nothing of what was not said");
            const told = tellProblem("the secret has 8 bytes: at least 16, made with openssl rand -base64 32");
            expect(told === "密钥只有 8 字节：至少需要 16 字节，可用 openssl rand -base64 32 生成", "found " + told);
            choose("en");
            """#)
    }
}
