import { api, errorOf } from "../api.js";
import { onReasonToLook } from "./reasonToLook.js";

/**
 * Reads server-sent events by `fetch`: unlike `EventSource` it shows heartbeats, and so that a line is cut, and it tells a
 * session that has ended from a server that is away.
 */

/** Twice the server's five-second heartbeat and some: after so long without a byte the line counts as cut. */
export const silenceMilliseconds = 12000;

/**
 * Follows the stream until it ends or the line is cut.
 *
 * @param {string} path
 * @param {{lastEventID: number, signal: AbortSignal, opened: () => void, heard: () => void,
 *   message: (message: {name: string, id: string, data: string}) => void}} options
 * @throws {import("../api.js").APIError} What the server answers instead of a stream; other errors when the line is cut.
 */
export async function follow(path, { lastEventID, signal, opened, heard, message }) {
    const cut = new AbortController();
    const end = () => cut.abort();
    signal.addEventListener("abort", end);
    let timer;
    let heardAt;
    const listen = () => {
        clearTimeout(timer);
        heardAt = performance.now();
        timer = setTimeout(end, silenceMilliseconds);
    };
    listen();
    // The timer may sleep, and a machine that wakes has none of the server's bytes yet.
    const stop = onReasonToLook(() => {
        if (performance.now() - heardAt > silenceMilliseconds) end();
    });
    try {
        const response = await fetch(api.address(path), {
            headers: { Accept: "text/event-stream", "Last-Event-ID": String(lastEventID) },
            cache: "no-store",
            credentials: "same-origin",
            signal: cut.signal,
        });
        if (!response.ok) throw await errorOf(response);
        opened();
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        const parser = new MessageParser(message);
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            listen();
            heard();
            parser.take(decoder.decode(value, { stream: true }));
        }
    } finally {
        stop();
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
    }
}

/** Takes a stream of server-sent events apart (WHATWG HTML, section 9.2.6), for a server that ends lines with line feeds. */
class MessageParser {
    #rest = "";
    #name = "";
    #id = "";
    #data = [];
    #message;

    constructor(message) {
        this.#message = message;
    }

    take(text) {
        const lines = (this.#rest + text).split("\n");
        this.#rest = lines.pop();
        for (const line of lines) this.#line(line);
    }

    #line(line) {
        if (line === "") {
            if (this.#data.length > 0) {
                this.#message({ name: this.#name || "message", id: this.#id, data: this.#data.join("\n") });
            }
            this.#name = "";
            this.#data = [];
            return;
        }
        const colon = line.indexOf(":");
        // A line that begins with a colon is a comment: the heartbeat.
        if (colon === 0) return;
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") this.#name = value;
        else if (field === "id") this.#id = value;
        else if (field === "data") this.#data.push(value);
    }
}
