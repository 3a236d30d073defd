import { t, titleOf } from "../language/language.js";
import { go } from "../router.js";

/** Whether the browser could show notifications and has not been asked yet. */
export const mayAsk = () => "Notification" in globalThis && Notification.permission === "default" && isSecureContext;

export const ask = () => Notification.requestPermission();

/** Shows an alert outside the page. It says where, and nothing of the patient: others see the screen too. */
export function notify(alert) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted" || !document.hidden) return;
    const notification = new Notification(`${t(`priority.${alert.priority}`)}: ${titleOf(alert.finding.code)}`, {
        body: alert.clinic,
        tag: `alert-${alert.id}`,
        // One that is told again, by a rung of the ladder, is to be noticed again.
        renotify: true,
        requireInteraction: true,
    });
    notification.onclick = () => {
        focus();
        go(`/alerts/${alert.id}`);
        notification.close();
    };
}
