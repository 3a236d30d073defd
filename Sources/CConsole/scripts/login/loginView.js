import { element, fill } from "../element.js";
import { explain, t } from "../language/language.js";
import { session } from "../session.js";

/**
 * Signing in by name and password, or by the link that an operator printed on the server: `/login#link=TOKEN`. The token is
 * in the fragment, which browsers never send, and leaves the address at once.
 */
export class LoginView {
    #page;
    #signedIn;
    #notice;

    /**
     * @param {HTMLElement} page
     * @param {{signedIn: () => void, notice?: string}} options
     */
    constructor(page, { signedIn, notice = "" }) {
        this.#page = page;
        this.#signedIn = signedIn;
        this.#notice = notice;
        const link = new URLSearchParams(location.hash.slice(1)).get("link");
        if (link) this.#signInByLink(link);
        else this.show();
    }

    show() {
        const name = element("input", { id: "name", name: "name", autocomplete: "username", maxlength: 64, required: true });
        const password = element("input", {
            id: "password", name: "password", type: "password", autocomplete: "current-password", required: true,
        });
        const message = element("p", { class: "message", role: "alert" }, this.#notice);
        const button = element("button", { class: "primary" }, t("login.submit"));
        const submit = async (event) => {
            event.preventDefault();
            button.disabled = true;
            message.textContent = "";
            try {
                await session.signIn(name.value, password.value);
                this.#signedIn();
            } catch (error) {
                message.textContent = explain(error);
                button.disabled = false;
                password.select();
            }
        };
        fill(this.#page, element("form", { class: "login", onsubmit: submit },
            element("h1", {}, t("login.title")),
            element("label", { for: "name" }, t("login.name")), name,
            element("label", { for: "password" }, t("login.password")), password,
            button, message));
        name.focus();
    }

    async #signInByLink(link) {
        history.replaceState(null, "", "/login");
        fill(this.#page, element("p", { class: "login" }, t("login.byLink")));
        try {
            await session.signInByLink(link);
            this.#signedIn();
        } catch (error) {
            this.#notice = explain(error);
            this.show();
        }
    }
}
