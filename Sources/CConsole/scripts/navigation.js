import { element } from "./element.js";
import { t } from "./language/language.js";
import { session } from "./session.js";

/** The pages beside the worklist, each with the right that it needs. */
const pages = [
    { path: "/network", text: "nav.network", permission: "figures.read" },
    { path: "/figures", text: "nav.figures", permission: "figures.read" },
    { path: "/devices", text: "nav.devices", permission: "devices.manage" },
    { path: "/users", text: "nav.users", permission: "users.manage" },
    { path: "/audit", text: "nav.audit", permission: "audit.read" },
    { path: "/settings", text: "nav.settings", permission: "settings.manage" },
    { path: "/tables", text: "nav.tables", permission: "tables.manage" },
];

/** Links to the pages that this user may see. */
export function navigation() {
    const allowed = pages.filter(({ permission }) => session.may(permission));
    if (allowed.length === 0) return null;
    return element("nav", { "aria-label": t("nav.label") }, allowed.map(({ path, text }) => element("a", {
        href: path, "aria-current": location.pathname === path ? "page" : null,
    }, t(text))));
}
