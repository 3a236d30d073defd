/** An answer of the API other than success. The code is stable; the message is a sentence in English. */
export class APIError extends Error {
    /**
     * @param {number} status 0 when the server could not be reached.
     * @param {string} code
     * @param {string} message
     * @param {{reason?: string, place?: string, values?: Object<string, string>}} [refusal] The message in parts.
     */
    constructor(status, code, message, { reason, place, values } = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.reason = reason;
        this.place = place;
        this.values = values ?? {};
    }

    /** Whether the same question may have an answer in a while: the line was cut, or the server is busy or in trouble. */
    get mayPass() {
        return this.status === 0 || this.status === 429 || this.status >= 500;
    }
}

const base = "/api/v1/";

/** Another tab may have signed somebody else in, whose cookie this page's requests carry. */
let user = null;
let otherUser = () => {};

/** @param {string|null} name Whom the page takes for signed in: what it changes is changed in this name or not at all. */
export function actAs(name) {
    user = name;
}

/** @param {() => void} listener Called when the server says that somebody else is signed in. */
export function onOtherUser(listener) {
    otherUser = listener;
}

/** A line that brings nothing for longer is cut: no answer takes so long to begin, or between two of its pieces. */
const silenceMilliseconds = 20000;

/**
 * @param {string} method
 * @param {string} path Below the API's address.
 * @param {*} [body] Sent as JSON.
 * @param {string|null} [name] In whose name, which only what changes something says.
 * @param {string|null} [recording] Of which recording the page takes the alert to be that it asks about.
 * @returns {Promise<Uint8Array>} What a successful answer holds.
 * @throws {APIError}
 */
async function request(method, path, body, name = user, recording = null) {
    const abort = new AbortController();
    let timer;
    const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), silenceMilliseconds);
    };
    heard();
    try {
        const response = await fetch(base + path, {
            method,
            headers: {
                ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                ...(name === null || method === "GET" ? {} : { "X-Ecgnet-User": name }),
                ...(recording === null ? {} : { "X-Ecgnet-Recording": recording }),
            },
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: "same-origin",
            signal: abort.signal,
        });
        if (!response.ok) throw await errorOf(response);
        return await contents(response, heard);
    } catch (error) {
        if (error.code === "another-user") otherUser();
        throw error instanceof APIError ? error : new APIError(0, "unreachable", "the server cannot be reached");
    } finally {
        clearTimeout(timer);
    }
}

/** The bytes of an answer; `heard` is called for each piece of them. */
async function contents(response, heard) {
    const pieces = [];
    const reader = response.body?.getReader();
    for (;;) {
        const { done, value } = await reader?.read() ?? { done: true };
        if (done) break;
        heard();
        pieces.push(value);
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** @returns {Promise<APIError>} What an answer that is no success says. */
export async function errorOf(response) {
    try {
        const { error } = await response.json();
        return new APIError(response.status, error.code, error.message, error);
    } catch {
        return new APIError(response.status, "unreadable", "the server's answer cannot be read");
    }
}

/** What an answer says; null where it is empty. */
function json(bytes) {
    if (bytes.length === 0) return null;
    try {
        return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
        throw new APIError(0, "unreadable", "the server's answer cannot be read");
    }
}

export const api = {
    get: async (path) => json(await request("GET", path)),
    post: async (path, body = {}, name = user) => json(await request("POST", path, body, name)),
    put: async (path, body) => json(await request("PUT", path, body)),
    delete: async (path) => json(await request("DELETE", path)),
    /** Asks about an alert of this recording or not at all: after a restored backup its number may be another patient's. */
    about: (recording) => ({
        get: async (path) => json(await request("GET", path, undefined, user, recording)),
        post: async (path, body = {}) => json(await request("POST", path, body, user, recording)),
        put: async (path, body) => json(await request("PUT", path, body, user, recording)),
    }),
    /** @returns {Promise<ArrayBuffer>} */
    bytes: async (path) => (await request("GET", path)).buffer,
    /** The address of a path, for what does not go through here. */
    address: (path) => base + path,
};
