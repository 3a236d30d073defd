import { remember, setting } from "../settings.js";
import en from "./en.js";
import { findings } from "./findings.js";
import zh from "./zh.js";

/** The languages by their codes, each with its own name. */
export const languages = { zh: "中文", en: "English" };
const texts = { en, zh };

let current = setting("language", null) ?? (navigator.languages.find((code) => /^(zh|en)/.test(code)) ?? "en").slice(0, 2);
if (!(current in texts)) current = "en";
document.documentElement.lang = current;

const listeners = new Set();

export const language = () => current;

/** Calls back when the reader has chosen another language. */
export function onLanguage(listener) {
    listeners.add(listener);
}

export function choose(code) {
    current = code;
    remember("language", code);
    document.documentElement.lang = code;
    for (const listener of listeners) listener();
}

/**
 * A text of the console.
 *
 * @param {string} key As in `en.js`.
 * @param {Object<string, *>} [values] What stands for `{name}`.
 */
export function t(key, values = {}) {
    const text = texts[current][key] ?? en[key];
    if (text === undefined) throw new Error(`there is no text '${key}'`);
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** What an alert or finding is called; its code, readable, where the console does not know it. */
export function titleOf(code) {
    return findings[current][code] ?? findings.en[code] ?? code.replaceAll("-", " ");
}

/** A word for a value that the API names, or the value itself where the console does not know it. */
export function word(kind, value) {
    return texts[current][`${kind}.${value}`] ?? en[`${kind}.${value}`] ?? String(value);
}

/** What went wrong, in the reader's language where the console knows the reason or the code. */
export function explain(error) {
    const reason = refusalText(error);
    if (reason) return reason;
    const key = `error.${error.code}`;
    return key in en ? t(key, { message: error.message }) : error.message;
}

/**
 * Why something is refused, in the reader's language.
 *
 * @param {{reason?: string, place?: string, values?: Object<string, string>}|null|undefined} refusal As the API tells it.
 * @param {boolean} [withPlace] Whether to say where.
 * @returns {string|null} Null where the API says no reason that the console knows.
 */
export function refusalText(refusal, withPlace = false) {
    const key = `reason.${refusal?.reason}`;
    if (!(key in en)) return null;
    const sentence = t(key, refusal.values);
    return withPlace && refusal.place ? t("refusal.at", { place: refusal.place, sentence }) : sentence;
}
