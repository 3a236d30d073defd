import { actAs, api, APIError } from "./api.js";

/** What the pages of one browser tell each other. */
const signedInMessage = "signed-in";
const signedOutMessage = "signed-out";
/** Where they tell it; old browsers have none. */
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("ecgnet-session") : null;

/** Who is signed in. The token itself is in a cookie that scripts cannot read. */
class Session {
    #user = null;

    /** @type {{name: string, role: string, permissions: string[], expiresAt?: string}|null} */
    get user() {
        return this.#user;
    }

    set user(user) {
        this.#user = user;
        actAs(user?.name ?? null);
    }

    /** Finds out who is signed in; null if nobody is. Other errors are the caller's. */
    async restore() {
        try {
            this.user = await api.get("me");
        } catch (error) {
            if (!(error instanceof APIError) || error.status !== 401) throw error;
            this.user = null;
        }
        return this.user;
    }

    /** Whoever signs in does so in nobody's name, whoever was here before. */
    async signIn(name, password) {
        this.user = await api.post("session", { name, password }, null);
        others?.postMessage(signedInMessage);
    }

    /** @param {string} link The token of a login link, which it uses up. */
    async signInByLink(link) {
        this.user = await api.post("session", { link }, null);
        others?.postMessage(signedInMessage);
    }

    async signOut() {
        await api.delete("session");
        this.user = null;
        others?.postMessage(signedOutMessage);
    }

    /**
     * Follows what the reader does on other pages of this browser.
     *
     * @param {{signedIn: () => void, signedOut: () => void}} listeners
     */
    onElsewhere({ signedIn, signedOut }) {
        others?.addEventListener("message", ({ data }) => {
            if (data === signedInMessage) signedIn();
            if (data !== signedOutMessage || this.#user === null) return;
            this.user = null;
            signedOut();
        });
    }

    /** When the session ends, in milliseconds since 1970; null where nobody is signed in. */
    get endsAt() {
        return this.#user?.expiresAt ? Date.parse(this.#user.expiresAt) : null;
    }

    /** Asks again when the session ends: who is signed in may have signed in anew on another page. */
    async renew() {
        const user = await api.get("me");
        if (user.name === this.#user?.name) this.user = user;
    }

    may(permission) {
        return this.user?.permissions.includes(permission) ?? false;
    }
}

export const session = new Session();
