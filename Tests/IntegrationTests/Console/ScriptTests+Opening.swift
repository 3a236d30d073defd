import Testing

extension ScriptTests {
    @Test("an alert that worsens shows why now, and so do the words for the telephone")
    func worsened() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const raised = detail.alert.finding;
                const findingOf = (text, ...leads) => ({ ...raised, text, leads });
                const worsen = async (finding) => {
                    detail = { ...detail, alert: alertOf(1, { finding }) };
                    queue.tell(noticeOf(3, "worsened", 1));
                    await until(() => page.querySelector(".evidence").textContent.includes(finding.text));
                };
                detail = {
                    ...detail, alert: alertOf(1, { priority: "medium", finding: findingOf("T inversion.", "V2", "V3") }),
                    criticalValue: { state: "to-notify", origin: "rule", openedAt: time, steps: [{ kind: "opened", at: time }] },
                };
                const view = await open();
                const told = () => page.querySelector("[name=told]");
                expect(page.querySelector(".evidence").textContent.includes("T inversion."), "why it was raised");
                expect(told().value.endsWith("V2 V3"), "what the clinic is told, found " + told().value);
                page.querySelector("[name=person]").value = "Nurse Wu";
                await worsen(findingOf("ST elevation.", "II", "III", "aVF"));
                expect(!page.querySelector(".evidence").textContent.includes("T inversion."), "and nothing of before");
                expect(told().value.endsWith("II III aVF"), "the new leads, found " + told().value);
                expect(page.querySelector("[name=person]").value === "Nurse Wu", "what is being filled in stays");
                // Words of one's own stay, and their writer is told.
                told().value = "Inferior infarct, come at once.";
                await worsen(findingOf("ST elevation and more.", "II", "III", "aVF", "V4R"));
                expect(told().value === "Inferior infarct, come at once.", "own words stay");
                const words = page.querySelector(".message").textContent;
                expect(words.includes("V4R"), "and their writer is told, found " + words);
                view.close();
                """#)
    }

    @Test("a page that could not be opened takes no keys and opens as soon as it can")
    func openedLater() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const key = (name) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
                const recording = server.answers.get("recordings/r1");
                let asked = 0;
                server.on("recordings/r1", () => {
                    asked += 1;
                    return failure(503, "busy");
                });
                const view = new AlertView(page, { id: 1, queue });
                await until(() => asked === 1 && page.querySelector(".message"));
                key("a");
                key("c");
                await settle();
                expect(server.count("alerts/1/acknowledge") + server.count("alerts/1/lease") === 0, "no step unseen");
                expect(server.count("alerts/1/seen") === 0, "and nothing seen");
                // Asked again by and by, and at once when something happens to the alert.
                await until(() => asked > 2);
                server.on("recordings/r1", recording);
                queue.tell(noticeOf(2, "delivered", 1));
                await until(() => page.querySelector(".summary"));
                server.on("alerts/1/acknowledge", () => detail.alert);
                key("a");
                await until(() => server.count("alerts/1/acknowledge") === 1);
                view.close();
                await settle();
                // What is refused is not asked for again.
                server.on("alerts/1", () => failure(404, "not-found"));
                const before = server.count("alerts/1");
                const refused = new AlertView(page, { id: 1, queue });
                await wait(300);
                expect(server.count("alerts/1") === before + 1, "asked once");
                refused.close();
                """#)
    }

    @Test("what happens while an alert is being opened is on its page")
    func changedWhileOpening() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const held = gate();
                const recording = server.answers.get("recordings/r1");
                server.on("recordings/r1", async () => {
                    await held.opened;
                    return recording();
                });
                const view = new AlertView(page, { id: 1, queue });
                await until(() => server.count("recordings/r1") === 1);
                detail = { ...detail, alert: alertOf(1, { state: "acknowledged", acknowledgedBy: "li" }) };
                queue.tell(noticeOf(2, "acknowledged", 1));
                held.open();
                await until(() => page.querySelector(".taken"));
                view.close();
                """#)
    }

    @Test("an alert is seen when its ECG is on the screen, and not before")
    func seenWhenDrawn() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                let failing = true;
                server.on("recordings/r1/samples", (asked) => (failing ? failure(503, "busy") : samplesOf(asked)));
                const view = await open();
                await until(() => server.count("recordings/r1/samples") > 0);
                await wait(300);
                expect(server.count("alerts/1/seen") === 0, "nobody has seen an empty sheet");
                const problem = () => page.querySelector(".paper .message").textContent;
                const isBusy = () => page.querySelector(".paper .sheet").getAttribute("aria-busy") === "true";
                await until(() => problem() !== "");
                expect(isBusy(), "the sheet waits for its samples");
                server.on("alerts/1/seen", () => failure(503, "busy"));
                failing = false;
                await until(() => server.count("alerts/1/seen") > 0);
                expect(problem() === "" && !isBusy(), "the sheet is there, without being asked for by hand");
                // What the clinic could not be told is told again, once.
                server.on("alerts/1/seen", () => detail.alert);
                const before = server.count("alerts/1/seen");
                await until(() => server.count("alerts/1/seen") > before);
                await wait(300);
                expect(server.count("alerts/1/seen") === before + 1, "once");
                view.close();
                """#)
    }
}
