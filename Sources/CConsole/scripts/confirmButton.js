import { element } from "./element.js";
import { t } from "./language/language.js";

/** So long a button waits for the second press. */
const patienceMilliseconds = 5000;
/** A second press that comes sooner is the other half of a double click: systems take up to 500 ms for one, people some 200. */
const doubleClickMilliseconds = 400;

/**
 * A button that asks once more before it does what cannot be taken back.
 *
 * @param {string} name
 * @param {string} label
 * @param {() => void} act
 * @param {{isPrimary?: boolean}} [options]
 */
export function confirmButton(name, label, act, { isPrimary = false } = {}) {
    const button = element("button", { type: "button", name, class: isPrimary ? "primary" : "" }, label);
    let timer = null;
    let isAsked = false;
    const calm = () => {
        clearTimeout(timer);
        isAsked = false;
        button.textContent = label;
        button.classList.remove("asking");
    };
    button.addEventListener("click", () => {
        if (button.classList.contains("asking")) {
            calm();
            act();
            return;
        }
        if (isAsked) return;
        isAsked = true;
        button.textContent = t("report.confirm", { action: label });
        timer = setTimeout(() => {
            button.classList.add("asking");
            timer = setTimeout(calm, patienceMilliseconds);
        }, doubleClickMilliseconds);
    });
    // A key that is held down presses again and again.
    button.addEventListener("keydown", (event) => {
        if (event.repeat) event.preventDefault();
    });
    button.addEventListener("blur", calm);
    return button;
}
