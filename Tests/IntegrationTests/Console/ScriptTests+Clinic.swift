import Testing

extension ScriptTests {
    @Test(
        "a clinic's page shows when a report was written, and does not show one of before an alert came back as its report"
    )
    func reportOfBefore() async throws {
        try await Self.run(
            #"""
            const { ClinicView } = await module("clinic/clinicView");
            hurry(100);
            const at = (hour) => `2026-01-01T${hour}:00:00Z`;
            const step = (state, hour, changes = {}) => ({ state, at: at(hour), ...changes });
            const normal = step("reported", "09", { report: "final", by: "li", text: "Normal, go home." });
            let steps = [step("raised", "08"), normal];
            server.on("clinic/recordings", () => ({
                clinic: "Village", now: time, entries: [{ recording: recordingOf({ status: "closed" }), alerts: [{ ...alertOf(1), steps }] }],
            }));
            const page = document.body.appendChild(document.createElement("div"));
            const view = new ClinicView(page, { signedOut() {} });
            const reports = () => [...page.querySelectorAll(".clinic-alert blockquote")];
            await until(() => reports().length === 1);
            expect(!reports()[0].matches(".of-before"), "the report that holds");
            expect(reports()[0].querySelector(".by time")?.dateTime === at("09"), "and when it was written");
            // The infarct comes back.
            steps = [step("raised", "08"), { ...normal, isOfBefore: true }, step("raised", "10")];
            await until(() => reports()[0]?.matches(".of-before"));
            expect(reports().length === 1 && reports()[0].textContent.includes("before"), "of before, in so many words");
            expect(reports()[0].querySelector(".by time").dateTime === at("09"), "and when it was written");
            expect(page.querySelectorAll(".critical-steps li.of-before").length === 1, "among the steps as well");
            // What is written now is the report.
            const preliminary = step("acknowledged", "11", { report: "preliminary", by: "li", text: "STEMI." });
            steps = [...steps, preliminary];
            await until(() => reports()[0]?.textContent.includes("STEMI."));
            expect(reports().length === 1 && !reports()[0].matches(".of-before"), "the report of now alone");
            view.close();
            """#)
    }
}
