import { element } from "./element.js";
import { t } from "./language/language.js";

/** So long a button waits for the second press. */
const patienceMilliseconds = 5000;

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
    const calm = () => {
        clearTimeout(timer);
        button.textContent = label;
        button.classList.remove("asking");
    };
    button.addEventListener("click", () => {
        if (button.classList.contains("asking")) {
            calm();
            act();
            return;
        }
        button.classList.add("asking");
        button.textContent = t("report.confirm", { action: label });
        timer = setTimeout(calm, patienceMilliseconds);
    });
    button.addEventListener("blur", calm);
    return button;
}
