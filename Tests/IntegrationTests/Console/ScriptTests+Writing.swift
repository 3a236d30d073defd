import Testing

/// Who writes goes on writing, whatever happens to the alert meanwhile.
extension ScriptTests {
    /// Beside an open page of alert 1: what its server tells next, keys where the focus is, and what was acknowledged.
    private static let writing =
        alertPage
            + #"""
            let acknowledged = 0;
            server.on("alerts/1/acknowledge", () => {
                acknowledged += 1;
                return {};
            });
            const show = async (changes) => {
                detail = { ...detail, ...changes };
                const before = server.count("alerts/1");
                queue.tell(noticeOf(9, "seen", 1));
                await until(() => server.count("alerts/1") > before);
                await settle();
            };
            const press = async (key) => {
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
                await settle();
            };
            const field = (selector) => page.querySelector(selector);
            const write = (selector, text) => {
                const written = field(selector);
                written.focus();
                written.value = text;
                written.setSelectionRange(2, 4);
                written.dispatchEvent(new Event("input"));
                return written;
            };
            const isWriting = (selector, text) => {
                const written = field(selector);
                return document.activeElement === written && written.value === text
                    && written.selectionStart === 2 && written.selectionEnd === 4;
            };
            """#

    @Test("an alert that worsens leaves who writes its report where they are, and the next letter acknowledges nothing")
    func writingWhileItWorsens() async throws {
        try await Self.run(
            Self.writing
                + #"""
                detail = { ...detail, alert: alertOf(1, { priority: "medium" }) };
                const view = await open();
                field("#dismiss-reason").value = "a treadmill";
                field("[name=conclusion][value=confirmed]").click();
                write("#report-text", "Inferior STEMI");
                await show({ alert: alertOf(1), events: [eventOf(1, "raised"), eventOf(2, "worsened")] });
                expect(isWriting("#report-text", "Inferior STEMI"), "the words, the focus and the place among the words");
                await press("a");
                expect(acknowledged === 0, "nothing is acknowledged");
                expect(field("#dismiss-reason").value === "a treadmill", "the reason in the other field");
                expect(field("[name=conclusion][value=confirmed]").checked, "what was chosen");
                // What makes the form another one.
                await show({ reporting: { undoSeconds: 60, secondSignature: true } });
                expect(isWriting("#report-text", "Inferior STEMI"), "in a form that is drawn anew");
                expect(field("#dismiss-reason").value === "a treadmill", "and the reason beside it");
                expect(field("[name=conclusion][value=confirmed]").checked, "and what was chosen");
                let sent;
                server.on("alerts/1/report", ({ options }) => {
                    sent = JSON.parse(options.body);
                    return {};
                });
                field("[name=final]").click();
                await until(() => field("[name=final]").classList.contains("asking"));
                field("[name=final]").click();
                await until(() => sent);
                expect(sent.conclusion === "confirmed", "what stands there is what is sent, found " + sent.conclusion);
                view.close();
                """#)
    }

    @Test("an amendment goes on in a form that is drawn anew, and one whose form is gone acknowledges nothing")
    func writingAnAmendment() async throws {
        try await Self.run(
            Self.writing
                + #"""
                const reported = eventOf(2, "reported", { text: "Normal.", by: "li" });
                detail = { ...detail, alert: alertOf(1, { state: "reported" }), events: [eventOf(1, "raised"), reported] };
                const view = await open();
                field(".amend").open = true;
                write("#amend-reason", "seen late");
                await show({ reporting: { undoSeconds: 60, secondSignature: true } });
                expect(field(".amend").open && isWriting("#amend-reason", "seen late"), "the reason that is being written");
                write("#amend-text", "Inferior STEMI");
                await show({ reporting: { undoSeconds: 60, secondSignature: false } });
                expect(isWriting("#amend-text", "Inferior STEMI"), "the words that are being written");
                await show({ alert: alertOf(1, { state: "raised" }), events: [...detail.events, eventOf(3, "reopened", { at: "2026-01-01T09:00:00Z" })] });
                expect(!field("#amend-text"), "the amendment's form is gone");
                for (const key of ["a", "c", "Escape"]) await press(key);
                expect(acknowledged === 0 && server.count("alerts/1/lease") === 0, "a hand that writes on acknowledges nothing");
                expect(location.pathname === "/login", "and leaves nothing");
                // Whoever has turned to the page means it.
                document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
                await press("a");
                expect(acknowledged === 1, "acknowledged");
                view.close();
                """#)
    }

    @Test("what the clinic reads back stays while a colleague notes an attempt, or has told the clinic first")
    func writingACall() async throws {
        try await Self.run(
            Self.writing
                + #"""
                const at = (minute) => `2026-01-01T08:0${minute}:00Z`;
                const step = (kind, minute) => ({ kind, at: at(minute), by: "li" });
                const valueOf = (state, ...steps) => ({ criticalValue: {
                    state, origin: "rule", openedAt: at(0), steps: [{ kind: "opened", at: at(0) }, ...steps],
                } });
                detail = { ...detail, ...valueOf("to-notify") };
                const view = await open();
                const readBack = "form[data-step=notify] [name=readBack]";
                field("form[data-step=notify] [name=person]").value = "Zhao";
                write(readBack, "ST up in II");
                await show(valueOf("to-notify", step("attempted", 1)));
                expect(field(".critical-steps").children.length === 2, "the attempt is told");
                expect(isWriting(readBack, "ST up in II"), "the words, the focus and the place among the words");
                await press("a");
                expect(acknowledged === 0, "nothing is acknowledged");
                await show(valueOf("notified", step("attempted", 1), step("notified", 2)));
                expect(isWriting(readBack, "ST up in II"), "where the clinic can be told again");
                expect(field(readBack).closest("details").open, "which is open");
                expect(field("form[data-step=notify] [name=person]").value === "Zhao", "and who was told");
                // Nothing more is to be told: the words stay to be read.
                await show(valueOf("recorded", step("attempted", 1), step("notified", 2), step("handled", 3), step("recorded", 4)));
                expect(field(".critical .unsent").textContent.includes("ST up in II"), "the words");
                view.close();
                """#)
    }

    @Test("what was sent of a critical value does not stand in the next form")
    func sentCall() async throws {
        try await Self.run(
            Self.writing
                + #"""
                const at = (minute) => `2026-01-01T08:0${minute}:00Z`;
                const opened = { kind: "opened", at: at(0) };
                const value = (state, ...steps) => ({ state, origin: "rule", openedAt: at(0), steps: [opened, ...steps] });
                detail = { ...detail, criticalValue: value("to-notify") };
                server.on("alerts/1/critical-value/notify", () => {
                    detail = { ...detail, criticalValue: value("notified", { kind: "notified", at: at(1), by: "reader" }) };
                    return {};
                });
                const view = await open();
                field("form[data-step=notify] [name=person]").value = "Zhao";
                write("form[data-step=notify] [name=readBack]", "ST up in II");
                field("form[data-step=notify]").requestSubmit();
                await until(() => field("form[data-step=handle]"));
                expect(field("form[data-step=notify] [name=readBack]").value === "", "an empty field");
                expect(!field("form[data-step=notify]").closest("details").open && !field(".critical .unsent"), "nothing unsent");
                // Who has sent it has ended writing: keys are commands again.
                await press("a");
                expect(acknowledged === 1, "acknowledged");
                view.close();
                """#)
    }
}
