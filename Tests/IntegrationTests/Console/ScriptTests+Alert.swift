import Testing

extension ScriptTests {
    /// An open page of alert 1, of a recording of one lead that still comes in; the page's clocks run fifty times as fast.
    static let alertPage = #"""
        await signIn("alerts.handle", "patients.read");
        const { AlertView } = await module("alert/alertView");
        let sampleCount = 2000;
        /** What else is to be said of the recording; the voltage of each of its samples in microvolts. */
        let changes = {};
        let voltage = (channel, sample) => 0;
        let detail = { alert: alertOf(1), events: [eventOf(1, "raised")], reporting: { undoSeconds: 60 }, note: "" };
        server.on("alerts/1", () => detail);
        server.on("alerts/1/seen", () => detail.alert);
        server.on("alerts/1/draft", () => new Response(null, { status: 204 }));
        server.on("recordings/r1", () => recordingOf({ sampleCount, ...changes }));
        server.on("recordings/r1/reading", () => failure(404, "not-found"));
        server.on("recordings/r1/earlier", () => ({ recordings: [] }));
        server.on("recordings/r1/beats", () => ({ beats: [] }));
        const samplesOf = ({ url }) => {
            const from = Number(url.searchParams.get("from"));
            const count = Math.max(0, Math.min(sampleCount, Number(url.searchParams.get("to"))) - from);
            const leads = recordingOf(changes).leads.length;
            const bytes = new DataView(new ArrayBuffer(16 + 2 * count * leads));
            bytes.setUint32(4, count, true);
            bytes.setUint16(14, 2, true);
            for (let lead = 0; lead < leads; lead += 1) {
                for (let i = 0; i < count; i += 1) bytes.setInt16(16 + 2 * (lead * count + i), voltage(lead, from + i), true);
            }
            return new Response(bytes.buffer);
        };
        server.on("recordings/r1/samples", samplesOf);
        hurry(50);
        const page = document.body.appendChild(document.createElement("div"));
        const queue = heldQueue();
        const open = async () => {
            const view = new AlertView(page, { id: 1, queue });
            await until(() => page.querySelector(".position")?.textContent);
            return view;
        };
        const lastStart = () => Number(page.querySelector(".slider").max);
        """#

    @Test("a live ECG goes on after its beats could not be marked, once or ever")
    func growsWithoutBeats() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                server.answers.delete("recordings/r1/beats");
                const view = await open();
                await until(() => server.count("recordings/r1/beats") > 0);
                sampleCount = 3000;
                await until(() => lastStart() === 20);
                // The beats are marked once they can be.
                let marked = 0;
                server.on("recordings/r1/beats", () => {
                    marked += 1;
                    return { beats: [] };
                });
                await until(() => marked > 0);
                // A recording that is too long for it is shown as it comes, and the beats are not asked for again.
                let refused = 0;
                server.on("recordings/r1/beats", () => {
                    refused += 1;
                    return failure(413, "too-large");
                });
                sampleCount = 4000;
                await until(() => lastStart() === 30 && refused === 1);
                sampleCount = 5000;
                await until(() => lastStart() === 40);
                await wait(200);
                expect(refused === 1, "asked once, not " + refused);
                view.close();
                """#)
    }

    @Test("beats that are refused while more of the recording comes are not asked for again")
    func refusedWhileGrowing() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const held = gate();
                let refused = 0;
                server.on("recordings/r1/beats", async () => {
                    refused += 1;
                    await held.opened;
                    return failure(413, "too-large");
                });
                const view = await open();
                await until(() => refused === 1);
                sampleCount = 3000;
                await until(() => lastStart() === 20);
                held.open();
                await until(() => page.querySelector(".message").textContent !== "");
                await wait(200);
                expect(refused === 1, "asked once, not " + refused);
                view.close();
                """#)
    }

    @Test("of two answers about an alert the one that was asked for last is shown")
    func overtakenDetail() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const view = await open();
                const held = gate();
                const older = detail;
                server.on("alerts/1", async () => {
                    await held.opened;
                    return older;
                });
                queue.tell(noticeOf(2, "seen", 1));
                await until(() => server.count("alerts/1") === 2);
                server.on("alerts/1", () => ({
                    ...older, alert: alertOf(1, { state: "acknowledged", acknowledgedBy: "li" }),
                }));
                queue.tell(noticeOf(3, "acknowledged", 1));
                await until(() => page.querySelector(".taken"));
                held.open();
                await settle();
                expect(page.querySelector(".taken"), "still acknowledged");
                // After a cut the list is read anew, without a notice of each alert.
                server.on("alerts/1", () => ({ ...older, alert: alertOf(1, { state: "seen" }) }));
                queue.tell();
                await until(() => page.querySelector("button[name=acknowledge]"));
                view.close();
                """#)
    }

    @Test("what a reader takes or closes is told with the priority that stood on the page")
    func judgedPriority() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                detail = { ...detail, alert: alertOf(1, { priority: "medium" }) };
                const asked = [];
                for (const step of ["acknowledge", "dismiss"]) {
                    server.on(`alerts/1/${step}`, ({ options }) => {
                        asked.push([step, JSON.parse(options.body).priority]);
                        detail = { ...detail, alert: alertOf(1, { priority: "high" }) };
                        return failure(409, "alert-worsened");
                    });
                }
                const view = await open();
                page.querySelector("button[name=acknowledge]").click();
                await until(() => page.querySelector(".message").textContent.includes("more urgent"));
                await until(() => {
                    page.querySelector("#dismiss-reason").value = "artefact";
                    page.querySelector("button[name=dismiss]").click();
                    return asked.length > 1;
                });
                expect(JSON.stringify(asked.slice(0, 2)) === '[["acknowledge","medium"],["dismiss","high"]]', JSON.stringify(asked));
                view.close();
                """#)
    }

    @Test(
        "a page ends when its number is another patient's or nobody's, as after a restored backup, and every step says whose it is",
        arguments: [false, true])
    func restoredBackup(isLost: Bool) async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const asked = [];
                for (const step of ["seen", "lease", "acknowledge", "preliminary", "critical-value", "draft"]) {
                    server.on(`alerts/1/${step}`, ({ options }) => {
                        asked.push([step, options.headers["X-Ecgnet-Recording"]]);
                        return step === "draft" ? new Response(null, { status: 204 }) : detail.alert;
                    });
                }
                const view = await open();
                await until(() => asked.some(([step]) => step === "seen"));
                page.querySelector("button[name=claim]").click();
                await until(() => asked.some(([step]) => step === "lease"));
                page.querySelector("button[name=acknowledge]").click();
                await until(() => asked.some(([step]) => step === "acknowledge"));
                const text = page.querySelector("#report-text");
                text.value = "Anterior STEMI: lyse now.";
                text.dispatchEvent(new Event("input"));
                await until(() => asked.some(([step]) => step === "draft"));
                page.querySelector("button[name=preliminary]").click();
                await until(() => asked.some(([step]) => step === "preliminary"));
                expect(asked.every(([, recording]) => recording === "r1"), JSON.stringify(asked));

                const before = asked.length;
                """#
                + (isLost
                    ? #"server.on("alerts/1", () => failure(404, "not-found"));"#
                    : #"detail = { ...detail, alert: alertOf(1, { recording: "r2", clinic: "Other clinic" }) };"#)
                    + #"""
                    text.value = "Anterior STEMI: on the way.";
                    queue.tell();
                    await until(() => page.querySelector("p.message")?.textContent.includes("backup"));
                    expect(page.querySelector("p.message").textContent.includes("Test clinic"), "whom to call");
                    expect(!page.querySelector(".paper") && !page.querySelector("button"), "nothing of the patient's, nothing to press");
                    expect(page.querySelector(".words").textContent === "Anterior STEMI: on the way.", "what was written");
                    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
                    view.show();
                    queue.tell();
                    await settle();
                    expect(asked.slice(before).every(([step, recording]) => step === "draft" && recording === "r1"), "nothing is done");
                    expect(page.querySelector("p.message"), "it stays so");
                    view.close();
                    """#)
    }

    @Test("old words do not stand in the form of a new episode, and words that are being written stay")
    func newEpisode() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const first = detail.events;
                let draft = null;
                server.on("alerts/1/draft", ({ options }) => {
                    if (options.method === "PUT") {
                        draft = { text: JSON.parse(options.body).text, savedAt: "2026-01-01T08:05:00Z" };
                    }
                    return draft ?? new Response(null, { status: 204 });
                });
                const text = () => page.querySelector("#report-text");
                const show = async (state, ...events) => {
                    detail = { ...detail, alert: alertOf(1, { state }), events: [...first, ...events] };
                    const before = server.count("alerts/1");
                    queue.tell(noticeOf(9, "seen", 1));
                    await until(() => server.count("alerts/1") > before);
                    await settle();
                };
                const write = (words) => {
                    text().value = words;
                    text().dispatchEvent(new Event("input"));
                };
                const view = await open();
                write("Inferior STEMI.");
                await until(() => draft);
                // Worse, or raised again, while it is being written: the words are about this patient's state still.
                await show("raised", eventOf(2, "acknowledged"), eventOf(3, "worsened"), eventOf(4, "reopened"));
                expect(text().value === "Inferior STEMI.", "the words stay");
                const closed = [eventOf(2, "acknowledged"), eventOf(5, "reported", { text: "Inferior STEMI.", by: "reader" })];
                await show("reported", ...closed);
                expect(!text(), "no form");
                // A colleague amends: the next amendment begins from what holds.
                expect(page.querySelector("#amend-text").value === "Inferior STEMI.", "the report");
                const amended = eventOf(6, "amended", { text: "Old infarct.", by: "li", report: { reason: "earlier ECG" } });
                await show("reported", ...closed, amended);
                expect(page.querySelector("#amend-text").value === "Old infarct.", "the words that hold");
                // Unless somebody is writing: they keep their words, and are told.
                page.querySelector("#amend-text").value = "My own words.";
                await show("reported", ...closed, amended, { ...amended, sequence: 7, text: "Normal." });
                expect(page.querySelector("#amend-text").value === "My own words.", "words that are being written stay");
                expect(page.querySelector(".message").textContent.includes("li has amended"), "and their writer is told");
                // The infarct comes back.
                const reopened = eventOf(8, "reopened", { at: "2026-01-01T09:00:00Z" });
                await show("raised", ...closed, reopened);
                expect(text().value === "", "an empty form, found " + text().value);
                view.close();
                // The draft of the first episode does not come back either, one of this episode does.
                const second = await open();
                await settle();
                expect(text().value === "", "no old draft, found " + text().value);
                second.close();
                draft = { text: "Again.", savedAt: "2026-01-01T09:01:00Z" };
                const third = await open();
                await until(() => text().value === "Again.");
                third.close();
                """#)
    }

    @Test("a draft counts as saved when its newest words are")
    func savedDraft() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const drafts = [];
                const held = [gate(), gate()];
                server.on("alerts/1/draft", async ({ options }) => {
                    if (options.method !== "PUT") return new Response(null, { status: 204 });
                    const { text } = JSON.parse(options.body);
                    const { opened } = held[drafts.length];
                    drafts.push(text);
                    await opened;
                    return { text, savedAt: time };
                });
                const view = await open();
                const saved = () => page.querySelector(".report [role=status]").textContent;
                const write = (words) => {
                    page.querySelector("#report-text").value = words;
                    page.querySelector("#report-text").dispatchEvent(new Event("input"));
                };
                write("Inferior");
                await until(() => drafts.length === 1);
                write("Inferior STEMI.");
                await until(() => drafts.length === 2);
                held[0].open();
                await settle();
                expect(saved() === "", "the newest words are still on their way, found " + saved());
                held[1].open();
                await until(() => saved() !== "");
                expect(drafts[1] === "Inferior STEMI.", "found " + drafts[1]);
                view.close();
                """#)
    }

    @Test("a double click, or a key that is held, is one press and not its confirmation")
    func doubleClick() async throws {
        try await Self.run(
            #"""
            const { confirmButton } = await module("confirmButton");
            let acted = 0;
            const button = document.body.appendChild(confirmButton("final", "Send", () => { acted += 1; }));
            button.click();
            button.click();
            expect(acted === 0 && button.textContent === "Press again: Send", "a double click only asks");
            const held = new KeyboardEvent("keydown", { key: "Enter", repeat: true, cancelable: true });
            button.dispatchEvent(held);
            expect(held.defaultPrevented, "a held key does not press again");
            await until(() => button.classList.contains("asking"));
            button.click();
            expect(acted === 1, "the second press does it");
            button.click();
            expect(acted === 1, "and then it asks anew");
            """#)
    }

    @Test("what is written is held to the bytes that the server takes, in Chinese too")
    func bytes() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const view = await open();
                const bytesOf = (words) => new TextEncoder().encode(words).length;
                const bounds = { "report-text": 8192, "dismiss-reason": 1024 };
                for (const [id, bound] of Object.entries(bounds)) {
                    const field = page.querySelector(`#${id}`);
                    for (const words of ["胸痛".repeat(2500), "a" + "胸".repeat(5000), "x".repeat(9000), "😀".repeat(3000)]) {
                        field.value = words;
                        field.dispatchEvent(new Event("input"));
                        const length = bytesOf(field.value);
                        expect(length <= bound && length > bound - 4, `${id} full, found ${length}`);
                        expect(words.startsWith(field.value), "the beginning of the words, whole characters");
                        expect(page.querySelector(".message").textContent.includes("No more fits"), "and it is said");
                        page.querySelector(".message").textContent = "";
                    }
                    field.value = "STEMI";
                    field.dispatchEvent(new Event("input"));
                    expect(page.querySelector(".message").textContent === "", "nothing to say of what fits");
                }
                view.close();
                """#)
    }

    @Test("times of the clinic's device are by the server's clock, and a clock that is off is marked")
    func deviceClock() async throws {
        try await Self.run(
            #"""
            const { takenAt, byServerClock, clockMark } = await module("patient");
            const told = recordingOf({ deviceTime: "2026-01-01T07:20:00Z" });
            expect(takenAt(told) === "2026-01-01T07:20:00Z", "the device's time where the server tells no other");
            expect(takenAt(recordingOf()) === time, "the opening where the device tells none");
            const slow = { ...told, takenAt: "2026-01-01T08:00:00Z", clockOffsetSeconds: -2400 };
            expect(takenAt(slow) === "2026-01-01T08:00:00Z", "by the server's clock");
            const corrected = takenAt({ ...told, clockOffsetSeconds: -2400 });
            expect(Date.parse(corrected) === Date.parse("2026-01-01T08:00:00Z"), "corrected where only the offset is told");
            const contact = Date.parse(byServerClock(slow, "2026-01-01T07:15:00Z"));
            expect(contact === Date.parse("2026-01-01T07:55:00Z"), "what was typed on the device as well");
            expect(byServerClock(slow, undefined) === undefined, "nothing of nothing");
            expect(clockMark(told) === null && clockMark({ ...slow, clockOffsetSeconds: 59 }) === null, "no mark");
            expect(clockMark(slow).textContent.includes("−40"), "a mark, found " + clockMark(slow).textContent);
            // The pages show them.
            const { summaryNode } = await module("alert/summary");
            const { setServerTime } = await module("clock");
            setServerTime("2026-01-01T08:01:00Z");
            const patient = { firstMedicalContact: "2026-01-01T07:15:00Z", symptomOnset: "2026-01-01T06:15:00Z" };
            const summary = summaryNode(alertOf(1), { ...slow, patient });
            const clocks = [...summary.querySelectorAll("dd b")].map((node) => node.textContent.replace(/:\d\d$/, ""));
            expect(clocks.join(" ") === "1:06 6 1 1", "onset, contact, ECG, raised; found " + clocks.join(" "));
            expect(summary.querySelector(".clock-off"), "the mark on the alert's page");
            """#)
    }
}
