/** An answer of the API other than success. The code is stable; the message is a sentence in English. */
export class APIError extends Error {
    /**
     * @param {number} status 0 when the server could not be reached.
     * @param {string} code
     * @param {string} message
     */
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

const base = "/api/v1/";

/** Longer than any answer takes on a line that works; what takes longer is a line that is cut. */
const answerMilliseconds = 20000;

/**
 * @param {string} method
 * @param {string} path Below the API's address.
 * @param {*} [body] Sent as JSON.
 * @returns {Promise<Response>} A successful one.
 * @throws {APIError}
 */
async function request(method, path, body) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), answerMilliseconds);
    let response;
    try {
        response = await fetch(base + path, {
            method,
            headers: body === undefined ? {} : { "Content-Type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: "same-origin",
            signal: abort.signal,
        });
    } catch {
        throw new APIError(0, "unreachable", "the server cannot be reached");
    } finally {
        clearTimeout(timer);
    }
    if (response.ok) return response;
    throw await errorOf(response);
}

/** @returns {Promise<APIError>} What an answer that is no success says. */
export async function errorOf(response) {
    try {
        const { error } = await response.json();
        return new APIError(response.status, error.code, error.message);
    } catch {
        return new APIError(response.status, "unreadable", "the server's answer cannot be read");
    }
}

async function json(response) {
    return response.status === 204 ? null : response.json();
}

export const api = {
    get: async (path) => json(await request("GET", path)),
    post: async (path, body = {}) => json(await request("POST", path, body)),
    put: async (path, body) => json(await request("PUT", path, body)),
    delete: async (path) => json(await request("DELETE", path)),
    /** @returns {Promise<ArrayBuffer>} */
    bytes: async (path) => (await request("GET", path)).arrayBuffer(),
    /** The address of a path, for what does not go through here. */
    address: (path) => base + path,
};
