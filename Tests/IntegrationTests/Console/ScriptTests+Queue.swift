import Testing

extension ScriptTests {
    @Test("a list that is older than the stream takes away nothing that the stream has brought")
    func olderList() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            const held = gate();
            server.on("worklist", () => listOf(10, entryOf(1), entryOf(2)));
            const queue = new AlertQueue();
            queue.start();
            await until(() => server.streams.length === 1);
            expect(server.streams[0].lastEventID === 10, "the stream begins where the list ended");
            // The list is on its way while one alert is raised and another closed.
            server.on("worklist", async () => {
                await held.opened;
                return listOf(10, entryOf(1), entryOf(2));
            });
            const reload = queue.reload();
            server.streams[0].send(11, noticeOf(11, "raised", 3));
            server.streams[0].send(12, noticeOf(12, "reported", 1, { state: "reported" }));
            await settle();
            held.open();
            await reload;
            expect(queue.entries.map(({ alert }) => alert.id).join() === "2,3", "what the stream brought, found "
                + queue.entries.map(({ alert }) => alert.id));
            queue.stop();
            """#)
    }

    @Test("what the stream tells of events that the list holds already does not make alerts older")
    func olderNotice() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            server.on("worklist", () => listOf(10, entryOf(1)));
            const queue = new AlertQueue();
            queue.start();
            await until(() => server.streams.length === 1);
            server.on("worklist", () => listOf(20, entryOf(1, { state: "acknowledged" })));
            await queue.reload();
            let told = 0;
            queue.addEventListener("change", (event) => { told += event.detail?.event.sequence === 15 ? 1 : 0; });
            server.streams[0].send(15, noticeOf(15, "seen", 1, { state: "seen" }));
            await until(() => told === 1);
            expect(queue.entry(1).alert.state === "acknowledged", "the list's state, found " + queue.entry(1).alert.state);
            server.streams[0].send(21, noticeOf(21, "raised-again", 1, { state: "raised" }));
            await until(() => queue.entry(1).alert.state === "raised");
            queue.stop();
            """#)
    }

    @Test("a list that was overtaken by a younger one is dropped")
    func overtakenList() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            server.on("worklist", () => listOf(10, entryOf(1)));
            const queue = new AlertQueue();
            queue.start();
            await until(() => server.streams.length === 1);
            const held = gate();
            server.on("worklist", async () => {
                await held.opened;
                return listOf(10, entryOf(1, { leasedBy: "li" }));
            });
            const older = queue.reload();
            server.on("worklist", () => listOf(10, entryOf(1)));
            await queue.reload();
            held.open();
            await older;
            expect(queue.entry(1).alert.leasedBy === undefined, "the younger list");
            queue.stop();
            """#)
    }

    @Test("after a cut nothing is heard of an alert that was raised and closed meanwhile")
    func closedDuringCut() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            const { Alarm } = await module("alarm/alarm");
            const heard = await listen();
            server.on("worklist", () => listOf(10));
            const queue = new AlertQueue();
            const alarm = new Alarm(queue);
            await alarm.allow();
            queue.start();
            await until(() => server.streams.length === 1);
            server.on("worklist", () => listOf(30));
            server.streams[0].cut();
            await until(() => server.streams.length === 2);
            // The server tells what came after the event that it is asked to go on from, and takes what it has told this
            // screen for delivered: so what was missed is asked for as well, though the list has it.
            expect(server.streams[1].lastEventID === 10, "the stream goes on where it was");
            const missed = [[11, noticeOf(11, "raised", 2)], [30, noticeOf(30, "reported", 2, { state: "reported" })]];
            for (const [id, notice] of missed) if (id > server.streams[1].lastEventID) server.streams[1].send(id, notice);
            await settle();
            expect(heard.announced.length === 0 && heard.pulses === 0, "silence, heard " + JSON.stringify(heard));
            expect(queue.entries.length === 0, "nothing of it in the list");
            // What comes from now on is heard.
            server.streams[1].send(31, noticeOf(31, "raised", 3));
            await until(() => heard.announced.length === 1 && heard.pulses > 0);
            // A restored backup numbers its events anew.
            server.on("worklist", () => listOf(5));
            server.streams[1].cut();
            await until(() => server.streams.length === 3);
            expect(server.streams[2].lastEventID === 5 && queue.entries.length === 0, "the backup's numbers and alerts");
            server.streams[2].send(6, noticeOf(6, "raised", 1));
            await until(() => queue.entry(1));
            queue.stop();
            """#)
    }

    @Test("a list that comes after the reader has signed out is not shown to the next")
    func lateList() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            const held = gate();
            const queue = new AlertQueue();
            for (const isFirst of [false, true]) {
                server.on("worklist", () => listOf(10));
                queue.start();
                await until(() => isFirst || server.streams.length === 1);
                server.on("worklist", async () => {
                    await held.opened;
                    return listOf(11, entryOf(1));
                });
                const reload = isFirst ? null : queue.reload();
                if (isFirst) {
                    queue.stop();
                    queue.start();
                    await settle();
                }
                const streams = server.streams.length;
                queue.stop();
                held.open();
                await reload;
                await settle();
                expect(queue.entries.length === 0 && !queue.isKnown, "nothing on the login page");
                expect(server.streams.length === streams, "no stream of who has signed out");
            }
            """#)
    }

    @Test("a worklist that is not complete says so")
    func incompleteList() async throws {
        try await Self.run(
            #"""
            const { AlertQueue } = await module("live/alertQueue");
            const { WorklistView } = await module("worklist/worklistView");
            server.on("worklist", () => ({ ...listOf(10, entryOf(1)), isComplete: false }));
            const queue = new AlertQueue();
            const page = document.createElement("div");
            const view = new WorklistView(page, queue);
            queue.start();
            await until(() => server.streams.length === 1);
            expect(page.innerText.includes("not the whole list") || page.textContent.includes("not the whole list"),
                "a note, found " + page.querySelector(".note").textContent);
            // Once it is worked off it is read again for what it left out.
            server.on("worklist", () => listOf(11, entryOf(2)));
            server.streams[0].send(11, noticeOf(11, "reported", 1, { state: "reported" }));
            await until(() => queue.entry(2));
            expect(page.querySelector(".note").textContent === "", "no note on a whole list");
            view.close();
            queue.stop();
            """#)
    }

    @Test("an answer whose line is cut in the middle is one that did not come")
    func cutAnswer() async throws {
        try await Self.run(
            #"""
            hurry(100);
            const { api } = await module("api");
            // Pieces that come slowly are waited for; a line that is silent after one is not.
            const piece = new TextEncoder().encode('{"a": 1}     ');
            const answer = ({ pieces, ends, signal }) => new Response(new ReadableStream({
                async start(controller) {
                    signal.addEventListener("abort", () => controller.error(new Error("aborted")));
                    for (const part of pieces) {
                        controller.enqueue(part);
                        await wait(150);
                    }
                    if (ends) controller.close();
                },
            }));
            const pieces = [...piece].map((byte) => Uint8Array.of(byte));
            server.on("slow", ({ options }) => answer({ pieces, ends: true, signal: options.signal }));
            expect((await api.get("slow")).a === 1, "a slow answer is read");
            server.on("cut", ({ options }) => answer({ pieces: [pieces[0]], ends: false, signal: options.signal }));
            const failed = await api.get("cut").then(() => null, (error) => error);
            expect(failed?.code === "unreachable", "a cut answer fails, found " + failed?.code);
            server.on("broken", () => new Response("{"));
            const unreadable = await api.get("broken").then(() => null, (error) => error);
            expect(unreadable?.code === "unreadable", "an answer that is none, found " + unreadable?.code);
            server.on("empty", () => new Response(null, { status: 204 }));
            expect(await api.get("empty") === null, "nothing");
            """#)
    }
}
