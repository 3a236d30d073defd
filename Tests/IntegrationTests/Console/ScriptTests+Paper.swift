import Testing

extension ScriptTests {
    /// Twelve leads of ten seconds, and what is drawn of them: a canvas's dark pixels in a column, in millimetres.
    static let sheet = #"""
        const names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
        const leads = names.map((lead) => ({ lead, label: lead, nanovoltsPerCount: 1000, baseline: 0 }));
        const canvas = () => page.querySelector("canvas.traces");
        /** Where the trace is dark at a time of the page, from the upper edge; 265 mm are the sheet at 25 mm/s. */
        const darkAt = (seconds, widthMillimetres = 265) => {
            const { width, height } = canvas();
            const scale = width / widthMillimetres;
            const { data } = canvas().getContext("2d").getImageData(Math.round((12 + 25 * seconds) * scale), 0, 1, height);
            const dark = [];
            for (let y = 0; y < height; y += 1) if (data[4 * y + 3] > 40) dark.push(y / scale);
            return dark;
        };
        """#

    @Test("the tallest waves are drawn whole, on the screen and in print, or the sheet says that they are not")
    func tallWaves() async throws {
        try await Self.run(
            Self.alertPage + Self.sheet
                + #"""
                const { remember } = await module("settings");
                sampleCount = 1000;
                changes = { leads, status: "closed" };
                // In the middle of the page lead I rises, and V6 falls, by 3 mV for 0.1 s.
                let tall = 3000;
                voltage = (channel, sample) => (sample >= 500 && sample < 510 ? { 0: tall, 11: -tall }[channel] ?? 0 : 0);
                for (const layout of ["12x1", "6x2", "3x4"]) {
                    remember("paper", { layout });
                    const view = await open();
                    await until(() => server.count("alerts/1/seen") > 0 && darkAt(3).length > 0);
                    await wait(300);
                    for (const isPrinted of [false, true]) {
                        if (isPrinted) dispatchEvent(new Event("beforeprint"));
                        const what = `${layout}${isPrinted ? " printed" : ""}`;
                        if (layout === "12x1") {
                            // Twice 30 mm and twelve calibration pulses of 10 mm are more than a sheet holds.
                            const high = isPrinted ? 15 : 30;
                            const level = darkAt(3);
                            const wave = darkAt(5.05);
                            const up = level[0] - wave[0];
                            expect(Math.abs(up - high) < 0.6, `${what}: ${high} mm up, found ${up}`);
                            const down = wave.at(-1) - level.at(-1);
                            expect(Math.abs(down - high) < 0.6, `${what}: ${high} mm down, found ${down}`);
                        }
                        const { width, height } = canvas();
                        if (isPrinted) expect(height / (width / 265) <= 155.5, `${what} fits the paper`);
                        expect(page.querySelector(".beyond").hidden, `${what} is whole`);
                    }
                    dispatchEvent(new Event("afterprint"));
                    view.close();
                }
                // What no sheet holds is named.
                tall = 12000;
                remember("paper", { layout: "12x1" });
                const view = await open();
                await until(() => !page.querySelector(".beyond").hidden);
                const words = page.querySelector(".beyond").textContent;
                expect(words.startsWith("I, V6:"), "the leads that are cut, found " + words);
                view.close();
                // A lead that has lost its electrode does not hide the others.
                voltage = (channel, sample) => (channel === 5 ? (sample % 2 ? 30000 : -30000) : 0);
                const noisy = await open();
                await until(() => page.querySelector(".beyond").textContent.startsWith("aVF:"));
                // Rows are 17 mm: the twelve lines are there but for those that the noise covers.
                const apart = new Set(darkAt(3).map((y) => Math.round((y - 16.5) / 17)));
                expect(apart.has(0) && apart.has(2) && apart.has(9) && apart.has(11), "found " + [...apart]);
                const bare = darkAt(3).filter((y) => y < 3 * 17 || y > 9 * 17);
                expect(bare.length < 40, "no noise beyond its neighbours, found " + bare.length);
                noisy.close();
                """#)
    }

    @Test("a page that is being printed stays drawn for the printer, whatever asks for it to be drawn")
    func drawnWhilePrinting() async throws {
        try await Self.run(
            Self.alertPage + Self.sheet
                + #"""
                const { remember } = await module("settings");
                sampleCount = 1000;
                changes = { leads, status: "closed" };
                remember("paper", { layout: "12x1", speed: 50 });
                const view = await open();
                await until(() => darkAt(3, 515).length > 0);
                await wait(300);
                const screen = canvas().width;
                dispatchEvent(new Event("beforeprint"));
                const printed = canvas().width;
                const look = () => page.querySelector(".position").textContent;
                expect(printed !== screen && look().includes("25 mm/s"), "drawn for the printer, found " + look());
                // The paper is narrower than the window.
                dispatchEvent(new Event("resize"));
                await wait(100);
                expect(canvas().width === printed, `${printed} pixels wide, found ${canvas().width}`);
                expect(look().includes("25 mm/s"), "still for the printer, found " + look());
                dispatchEvent(new Event("afterprint"));
                expect(canvas().width === screen && look().includes("50 mm/s"), "as on the screen, found " + look());
                view.close();
                """#)
    }

    @Test("averaged beats are drawn whole, however tall")
    func tallAverages() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                const { averagedBeatsNode } = await module("ecg/averagedBeats");
                const { Waveform } = await module("ecg/waveform");
                sampleCount = 1000;
                // 2 mV up and 3 mV down.
                voltage = (_, sample) => ({ 500: 2000, 503: -3000 })[sample] ?? 0;
                const waveform = new Waveform(recordingOf({ sampleCount }));
                await waveform.load(0, 10, "off");
                const beat = { rPeak: 500, qrsOnset: 496, jPoint: 506, beatClass: "normal" };
                const canvas = averagedBeatsNode(waveform, [beat]).querySelector("canvas");
                const { data, width, height } = canvas.getContext("2d")
                    .getImageData(0, 0, canvas.width, canvas.height);
                const dark = [];
                for (let y = 0; y < height; y += 1) {
                    for (let x = 0; x < width; x += 1) {
                        const at = 4 * (y * width + x);
                        if (data[at] + data[at + 1] + data[at + 2] < 150) dark.push(y / (width / 35));
                    }
                }
                const span = dark.at(-1) - dark[0];
                expect(Math.abs(span - 50) < 1, "5 mV are 50 mm, found " + span);
                """#)
    }

    @Test("the end of a live ECG is drawn though its samples were asked for when there were fewer")
    func endOfALiveECG() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                sampleCount = 500;
                const held = gate();
                server.on("recordings/r1/samples", async (asked) => {
                    const answer = samplesOf(asked);
                    await held.opened;
                    return answer;
                });
                const view = await open();
                await until(() => server.count("recordings/r1/samples") === 1);
                sampleCount = 1000;
                changes = { status: "closed" };
                await until(() => page.querySelector(".position").textContent.includes("10.0 s of 10.0 s"));
                server.on("recordings/r1/samples", samplesOf);
                held.open();
                const canvas = page.querySelector("canvas.traces");
                const isDrawn = (seconds) => canvas.getContext("2d")
                    .getImageData(Math.round((12 + 25 * seconds) * canvas.width / 265), 0, 1, canvas.height)
                    .data.some((value) => value > 40);
                await until(() => isDrawn(2) && isDrawn(9.9));
                await settle();
                expect(isDrawn(2) && isDrawn(9.9), "the beginning and the end stay");
                view.close();
                """#)
    }

    @Test("earlier recordings that cannot be listed are listed when they can")
    func earlierListedLater() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                server.on("recordings/r1/earlier", () => failure(503, "busy"));
                const view = await open();
                await until(() => page.querySelector(".earlier .hint"));
                server.on("recordings/r1/earlier", () => ({ recordings: [recordingOf({ id: "r0" })] }));
                await until(() => page.querySelector(".earlier button"));
                view.close();
                """#)
    }

    @Test("an earlier recording that cannot be fetched says so, and is there when it can")
    func earlierLater() async throws {
        try await Self.run(
            Self.alertPage
                + #"""
                server.on("recordings/r1/earlier", () => ({ recordings: [recordingOf({ id: "r0" })] }));
                server.on("recordings/r0/samples", () => failure(503, "busy"));
                const view = await open();
                await until(() => page.querySelector(".earlier button"));
                page.querySelector(".earlier button").click();
                const problem = () => page.querySelector(".earlier-paper .message")?.textContent;
                await until(() => server.count("recordings/r0/samples") > 0);
                await settle();
                expect(problem(), "why the sheet is blank");
                server.on("recordings/r0/samples", samplesOf);
                await until(() => problem() === "");
                view.close();
                """#)
    }
}
