import { t, titleOf } from "../language/language.js";
import { go } from "../router.js";

/** Whether the browser could show notifications and has not been asked yet. */
export const mayAsk = () => "Notification" in globalThis && Notification.permission === "default" && isSecureContext;

export const ask = () => Notification.requestPermission();

/** Shows an alert outside the page. It says where, and nothing of the patient: others see the screen too. */
export function notify(alert) {
    const words = `${t(`priority.${alert.priority}`)}: ${titleOf(alert.finding.code)}`;
    show(words, { body: alert.clinic, tag: `alert-${alert.id}` }, () => go(`/alerts/${alert.id}`));
}

/** Says outside the page that nothing arrives here any more. */
export function notifyEnd() {
    show(t("session.endedTitle"), { body: t("login.ended"), tag: "session-ended" }, () => {});
}

function show(words, options, act) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted" || !document.hidden) return;
    // One that is told again, by a rung of the ladder, is to be noticed again.
    const notification = new Notification(words, { ...options, requireInteraction: true, renotify: true });
    notification.onclick = () => {
        focus();
        act();
        notification.close();
    };
}
