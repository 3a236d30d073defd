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
}

const base = "/api/v1/";

/** A line that brings nothing for longer is cut: no answer takes so long to begin, or between two of its pieces. */
const silenceMilliseconds = 20000;

/**
 * @param {string} method
 * @param {string} path Below the API's address.
 * @param {*} [body] Sent as JSON.
 * @returns {Promise<Uint8Array>} What a successful answer holds.
 * @throws {APIError}
 */
async function request(method, path, body) {
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
            headers: body === undefined ? {} : { "Content-Type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: "same-origin",
            signal: abort.signal,
        });
        if (!response.ok) throw await errorOf(response);
        return await contents(response, heard);
    } catch (error) {
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
    post: async (path, body = {}) => json(await request("POST", path, body)),
    put: async (path, body) => json(await request("PUT", path, body)),
    delete: async (path) => json(await request("DELETE", path)),
    /** @returns {Promise<ArrayBuffer>} */
    bytes: async (path) => (await request("GET", path)).buffer,
    /** The address of a path, for what does not go through here. */
    address: (path) => base + path,
};
