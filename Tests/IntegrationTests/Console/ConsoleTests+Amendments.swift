import Foundation
import Testing

extension ConsoleTests {
    @Test("an amendment that waits for a signature stands in the worklist until it is signed or withdrawn")
    func waitingAmendment() async throws {
        let site = try await ConsoleSite.open(settings: #"{"secondSignature": true}"#)
        let browser = site.browser
        let colleague = try #require(try await site.server.addReader("dr.wang")["ECGNET_TOKEN"])
        /// A step that the colleague takes at a screen of their own.
        func take(_ step: String, _ body: String) async throws {
            let status = try await browser.run(Self.takingStep, [colleague, step, body])
            #expect(status as? Int == 200, "\(step)")
        }
        try await site.send()
        try await browser.click("td.finding a")
        try await browser.type("Normal ECG.", into: "#report-text")
        try await browser.choose("input[name=conclusion][value=not-confirmed]")
        try await browser.confirm("button[name=final]")
        try await browser.waitFor("blockquote.submitted")
        let submission = try #require(try await browser.run(Self.newestSubmission) as? Int)
        try await take("sign", #"{"submission": \#(submission)}"#)
        try await browser.waitFor("blockquote.reported")
        try await browser.click("#frame .home")
        try await browser.wait(forText: "No alert is open.")

        try await take("amend", #"{"text": "Inferior STEMI.", "reason": "seen again", "conclusion": "confirmed"}"#)
        try await browser.wait(forText: "amendment by dr.wang waits for a signature", in: "tr.high")
        try await browser.wait(until: "document.title.startsWith('(1)')")
        try await browser.keepPicture("amendment-waits")
        try await browser.click("td.finding a")
        try await browser.wait(forText: "Amendment waiting for a signature", in: "blockquote.submitted")
        try await browser.wait(forText: "Normal ECG.", in: "blockquote.reported")
        #expect(try await !browser.isTrue("document.querySelector('blockquote.replaced, #report-text')"))
        try await browser.click("button[name=acknowledge]")
        try await browser.waitFor(".taken")
        try await browser.confirm("button[name=sign]")
        try await browser.wait(forText: "Inferior STEMI.", in: "blockquote.amended")
        #expect(try await browser.isTrue("document.querySelector('blockquote.reported.replaced')"))

        // The reader's own: for a colleague at once where it does not say the same of the suspicion.
        try await browser.click(".amend summary")
        try await browser.type(" Or not.", into: "#amend-text")
        try await browser.type("doubt", into: "#amend-reason")
        try await browser.confirm("button[name=amend]")
        try await browser.wait(forText: "whether the suspicion is confirmed", in: ".message")
        try await browser.choose("input[name=conclusion][value=not-confirmed]")
        try await browser.confirm("button[name=amend]")
        try await browser.wait(forText: "Inferior STEMI. Or not.", in: "blockquote.submitted")
        try await browser.wait(forText: "Somebody else has to sign it", in: ".actions")
        #expect(try await !browser.isTrue("document.querySelector('button[name=acknowledge], button[name=sign]')"))
        try await browser.click(".withdraw summary")
        try await browser.confirm("button[name=withdraw]")
        try await browser.wait(forText: "Write a reason", in: ".message")
        try await browser.type("no doubt left", into: "#withdraw-reason")
        try await browser.confirm("button[name=withdraw]")
        try await browser.wait(forText: "amendment withdrawn", in: ".history")
        try await browser.wait(forText: "no doubt left", in: ".history")
        try await browser.wait(until: "!document.querySelector('blockquote.submitted, .withdraw')")
        try await browser.click("#frame .home")
        try await browser.wait(forText: "No alert is open.")
        try await site.close()
    }

    /// Takes a step with the first alert as the user of a token, and returns the status.
    private static let takingStep = """
        const [token, step, body] = arguments;
        return fetch(`/api/v1/alerts/1/${step}`, {
            method: "POST", body, credentials: "omit",
            headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
        }).then((answer) => answer.status);
        """
    private static let newestSubmission = """
        return fetch("/api/v1/alerts/1").then((answer) => answer.json())
            .then(({ events }) => events.filter(({ kind }) => kind === "submitted").pop().sequence);
        """
}

extension ScriptTests {
    @Test("a reader hears others' amendments that wait and not their own")
    func amendmentsHeard() async throws {
        try await Self.run(
            #"""
            await signIn("alerts.read", "alerts.handle");
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            window.setInterval = () => undefined;
            const queue = heldQueue();
            const alarm = new Alarm(queue);
            await alarm.allow();
            queue.put(entryOf(1, { state: "raised", isAmendment: true, submittedBy: "reader" }));
            await settle();
            expect(heard.pulses === 0 && !alarm.isActive, "silence about one's own");
            // A report of one's own that was not signed in time goes back to everybody.
            queue.put(entryOf(2, { state: "raised", submittedBy: "reader" }));
            await settle();
            const pulses = heard.pulses;
            expect(pulses > 0, "a report");
            queue.put(entryOf(3, { state: "raised", isAmendment: true, submittedBy: "li" }));
            await settle();
            expect(heard.pulses > pulses && alarm.isActive, "another's amendment");
            """#)
    }

    @Test("an amendment that is being written stays when another's is sent for signature, and its writer is told")
    func amendmentBegun() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const show = async (changes, ...events) => {
                    detail = { ...detail, alert: alertOf(1, changes), events };
                    const before = server.count("alerts/1");
                    queue.tell(noticeOf(9, "seen", 1));
                    await until(() => server.count("alerts/1") > before);
                    await settle();
                };
                const text = () => page.querySelector("#amend-text");
                const reported = [eventOf(1, "raised"), eventOf(2, "reported", { text: "Normal.", by: "li" })];
                detail = { ...detail, alert: alertOf(1, { state: "reported" }), events: reported };
                const view = await open();
                const begin = () => {
                    text().value = "My own words.";
                    page.querySelector("#amend-reason").value = "my reason";
                };
                begin();
                const amendment = (sequence, words) =>
                    eventOf(sequence, "submitted", { text: words, by: "li", report: { reason: "seen again" } });
                const waiting = { state: "raised", isAmendment: true, submittedBy: "li" };
                await show(waiting, ...reported, amendment(3, "STEMI."), eventOf(4, "reopened", { by: "li" }));
                expect(text().value === "My own words.", "the words, found " + text().value);
                expect(page.querySelector("#amend-reason").value === "my reason", "the reason");
                expect(page.querySelector(".amend").open, "in sight");
                expect(page.querySelector(".message").textContent.includes("li"), "and their writer is told");
                expect(!page.querySelector("#report-text"), "no form for a first report");
                view.close();
                // Who has begun nothing begins with what waits.
                const second = await open();
                expect(text().value === "STEMI.", "what waits, found " + text().value);
                expect(page.querySelector("#amend-reason").value === "seen again", "and its reason");
                expect(page.querySelector("blockquote.submitted [name=sign]"), "to be signed");
                second.close();
                """#)
    }
}
