import Testing

/// Rows on a printed sheet, whose height is given: what is drawn of them keeps apart, at a gain that the sheet tells.
extension ScriptTests {
    /// What is read from a sheet of twelve leads.
    private static let rows = #"""
        const { remember } = await module("settings");
        sampleCount = 1000;
        changes = { leads, status: "closed" };
        /** Runs of what is near to each other, in millimetres, as [upper, lower] edges. */
        const runs = (dark) => dark.reduce((found, y) => {
            if (found.length > 0 && y - found.at(-1)[1] < 0.3) found.at(-1)[1] = y;
            else found.push([y, y]);
            return found;
        }, []);
        const linesAt = (seconds) => runs(darkAt(seconds)).map(([upper, lower]) => (upper + lower) / 2);
        /** How high the calibration pulses are that stand alone, by their rising lines. */
        const pulses = () => {
            const grid = page.querySelector("canvas.grid");
            const scale = grid.width / 265;
            const { data } = grid.getContext("2d").getImageData(Math.round(4 * scale), 0, 1, grid.height);
            const dark = [];
            for (let y = 0; y < grid.height; y += 1) {
                if (data[4 * y] + data[4 * y + 1] + data[4 * y + 2] < 200) dark.push(y / scale);
            }
            return runs(dark).map(([upper, lower]) => lower - upper);
        };
        const expectPulses = (count, millimetres) => {
            const found = pulses();
            expect(found.length === count && found.every((height) => Math.abs(height - millimetres) < 0.6),
                `${count} pulses of ${millimetres} mm, found ${found}`);
        };
        const look = () => page.querySelector(".position").textContent;
        const beyond = () => page.querySelector(".beyond");
        const pictures = () => ["grid", "traces", "names"].map((name) => page.querySelector(`canvas.${name}`).toDataURL());
        /** Opens the sheet, has it printed, and looks whether the screen is as before. */
        const printed = async (settings, check) => {
            remember("paper", settings);
            const view = await open();
            await until(() => server.count("alerts/1/seen") > 0 && darkAt(9).length > 0);
            await wait(300);
            const [screen, words, named] = [pictures(), look(), beyond().textContent];
            dispatchEvent(new Event("beforeprint"));
            const { width, height } = canvas();
            expect(height / (width / 265) <= 155.1, `fits the paper, ${height / (width / 265)} mm`);
            check();
            dispatchEvent(new Event("afterprint"));
            expect(look() === words, "what was chosen, found " + look());
            expect(beyond().textContent === named, "what the screen cuts, found " + beyond().textContent);
            pictures().forEach((picture, index) => expect(picture === screen[index], `layer ${index} as before`));
            view.close();
        };
        /** The lead's voltage is this from one second to another. */
        const during = (sample, from, to, microvolts) => (sample >= 100 * from && sample < 100 * to ? microvolts : 0);
        """#

    @Test("printed rows that have no room at the chosen gain keep apart at a lower one, which the sheet tells")
    func rowsApartAtALowerGain() async throws {
        try await Self.run(
            Self.alertPage + Self.sheet + Self.rows
                + #"""
                // Each lead rises by 1 mV and later falls by 0.8 mV: 18 mm at 10 mm/mV, eleven times.
                voltage = (_, sample) => during(sample, 5, 5.2, 1000) + during(sample, 6, 6.2, -800);
                for (const gain of [10, 20]) {
                    await printed({ layout: "12x1", gain }, () => {
                        expect(look().includes("25 mm/s · 5 mm/mV"), `the gain that is drawn, found ${look()}`);
                        const told = page.querySelector(".position strong.warned");
                        expect(told?.textContent === "5 mm/mV", "and that it is not the chosen one");
                        const [levels, tops, bottoms] = [3, 5.1, 6.1].map(linesAt);
                        expect(levels.length === 12, "twelve rows, found " + levels);
                        levels.forEach((level, row) => {
                            expect(Math.abs(level - tops[row] - 5) < 0.3, `row ${row}: 5 mm up, found ${level - tops[row]}`);
                            expect(Math.abs(bottoms[row] - level - 4) < 0.3, `row ${row}: 4 mm down`);
                            expect(row === 11 || bottoms[row] < tops[row + 1] - 0.5, `row ${row} is above the next`);
                        });
                        expectPulses(12, 5);
                        expect(beyond().hidden, "none meet, found " + beyond().textContent);
                    });
                }
                """#)
    }

    @Test("printed rows keep the chosen gain where those that need more can have it")
    func rowsApartAtTheChosenGain() async throws {
        try await Self.run(
            Self.alertPage + Self.sheet + Self.rows
                + #"""
                // III falls and aVR rises: 23 mm between these two, where twelve even rows have 12.
                voltage = (channel, sample) => during(sample, 6, 6.2, { 2: -1200 }[channel] ?? 0)
                    + during(sample, 5, 5.2, { 3: 1100 }[channel] ?? 0);
                await printed({ layout: "12x1", gain: 10 }, () => {
                    expect(look().includes("10 mm/mV") && !page.querySelector(".position strong.warned"), "as chosen, found " + look());
                    const [top, bottom] = [linesAt(5.1)[3], linesAt(6.1)[2]];
                    const level = linesAt(3);
                    expect(Math.abs(level[3] - top - 11) < 0.3, "11 mm up, found " + (level[3] - top));
                    expect(Math.abs(bottom - level[2] - 12) < 0.3, "12 mm down, found " + (bottom - level[2]));
                    expect(bottom < top - 0.5, `III ends at ${bottom}, aVR begins at ${top}`);
                    expectPulses(12, 10);
                    expect(beyond().hidden, "none meet, found " + beyond().textContent);
                });
                // What stands in the other half of the sheet meets nobody: I falls in the first, V2 rises in the second.
                voltage = (channel, sample) => during(sample, 2, 2.2, { 0: -4800 }[channel] ?? 0)
                    + during(sample, 7, 7.2, { 7: 4800 }[channel] ?? 0);
                await printed({ layout: "6x2", gain: 10 }, () => {
                    expect(look().includes("10 mm/mV"), "as chosen, found " + look());
                    expectPulses(6, 10);
                    expect(beyond().hidden, "none meet, found " + beyond().textContent);
                });
                """#)
    }

    @Test("printed rows that meet at the lowest gain are named below the sheet, and no others are")
    func rowsThatMeet() async throws {
        try await Self.run(
            Self.alertPage + Self.sheet + Self.rows
                + #"""
                // At 5 mm/mV aVF and V1 need 90 mm between them, II and III 10 mm.
                const falls = { 1: -1000, 5: -9000 };
                const rises = { 2: 1000, 6: 9000 };
                voltage = (channel, sample) => during(sample, 6, 6.2, falls[channel] ?? 0)
                    + during(sample, 5, 5.2, rises[channel] ?? 0);
                await printed({ layout: "12x1", gain: 10 }, () => {
                    expect(look().includes("5 mm/mV"), "the lowest gain, found " + look());
                    expect(!beyond().hidden && beyond().textContent === "aVF, V1: drawn over their neighbours.",
                        "the two that meet, found " + beyond().textContent);
                    const [top, bottom] = [linesAt(5.1)[2], linesAt(6.1)[1]];
                    expect(bottom < top - 0.5, `II ends at ${bottom}, III begins at ${top}`);
                    expectPulses(12, 5);
                });
                """#)
    }
}
