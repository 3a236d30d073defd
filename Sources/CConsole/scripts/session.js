import { actAs, api, APIError } from "./api.js";

/** Who is signed in. The token itself is in a cookie that scripts cannot read. */
class Session {
    #user = null;

    /** @type {{name: string, role: string, permissions: string[]}|null} */
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
    }

    /** @param {string} link The token of a login link, which it uses up. */
    async signInByLink(link) {
        this.user = await api.post("session", { link }, null);
    }

    async signOut() {
        await api.delete("session");
        this.user = null;
    }

    may(permission) {
        return this.user?.permissions.includes(permission) ?? false;
    }
}

export const session = new Session();
