import { AuditView } from "./administration/auditView.js";
import { onOtherUser } from "./api.js";
import { DevicesView } from "./administration/devicesView.js";
import { SettingsView } from "./administration/settings/settingsView.js";
import { TablesView } from "./administration/tablesView.js";
import { UsersView } from "./administration/usersView.js";
import { Alarm } from "./alarm/alarm.js";
import { AlarmSound } from "./alarm/alarmSound.js";
import { EndOfWatch } from "./alarm/endOfWatch.js";
import { notifyEnd } from "./alarm/notification.js";
import { AlertView } from "./alert/alertView.js";
import { ClinicView } from "./clinic/clinicView.js";
import { now } from "./clock.js";
import { element, fill } from "./element.js";
import { FiguresView } from "./figures/figuresView.js";
import { Frame } from "./frame.js";
import { explain, onLanguage, t } from "./language/language.js";
import { CriticalValuesView } from "./critical/criticalValuesView.js";
import { AlertQueue } from "./live/alertQueue.js";
import { CriticalValues } from "./live/criticalValues.js";
import { Ladder } from "./live/ladder.js";
import { LoginView } from "./login/loginView.js";
import { NetworkView } from "./network/networkView.js";
import { go, onMove, place } from "./router.js";
import { session } from "./session.js";
import { SessionEnd } from "./sessionEnd.js";
import { WorklistView } from "./worklist/worklistView.js";

/** A server that is away when it is asked who is signed in is asked again after so long. */
const retryMilliseconds = 3000;

/** The views of pages that are no alert. What somebody may not see, the API refuses. */
const views = {
    figures: (page) => new FiguresView(page),
    network: (page, queue) => new NetworkView(page, queue),
    devices: (page) => new DevicesView(page),
    users: (page) => new UsersView(page),
    audit: (page) => new AuditView(page),
    settings: (page) => new SettingsView(page),
    tables: (page) => new TablesView(page),
};

/** Puts the parts together and shows the view that the address names. */
const page = document.getElementById("page");
const queue = new AlertQueue();
const sound = new AlarmSound();
const alarm = new Alarm(queue, sound);
const endOfWatch = new EndOfWatch(sound);
const criticalValues = new CriticalValues(queue);
const ladder = new Ladder(queue);
const sessionEnd = new SessionEnd();
const frame = new Frame(document.getElementById("frame"), {
    queue, criticalValues, alarm, ladder, sessionEnd, signOut, endedAt: () => watchEndedAt,
});
let view = null;

function show() {
    view?.close?.();
    view = null;
    const here = place();
    // Who signs in anew before the session ends comes back here.
    if (session.user && here.name !== "login") wanted = location.pathname;
    if (!session.user || here.name === "login") {
        view = new LoginView(page, { signedIn, notice: expired ? t("login.ended") : "" });
    } else if (session.may("clinic.read")) {
        // A clinic has one page, whatever the address.
        view = new ClinicView(page, { signedOut: ended });
    } else if (here.name === "alert") {
        view = new AlertView(page, { id: here.id, queue });
    } else if (here.name === "critical-values") {
        view = new CriticalValuesView(page, criticalValues);
    } else if (views[here.name]) {
        view = views[here.name](page, queue);
    } else {
        view = new WorklistView(page, queue);
    }
    frame.show();
    if (here.name === "alert") scrollTo(0, 0);
}

/** Whether the session ended by itself, which the login page says. */
let expired = false;
/** Since when nothing arrives here because the session has ended by itself, in milliseconds since 1970. */
let watchEndedAt = null;
/** Where the reader was, or wanted to go, before signing in. */
let wanted = "/";

function signedIn() {
    expired = false;
    watchEndedAt = null;
    endOfWatch.end();
    // Signing in is a touch, after which browsers let a page sound.
    alarm.allow();
    start();
    go(wanted, { replace: true });
}

async function signOut() {
    try {
        await session.signOut();
    } catch (error) {
        // A session that has ended already is what was wanted; otherwise it is still open and the reader has to know.
        if (error.status !== 401) {
            alertReader(error);
            return;
        }
        session.user = null;
    }
    wanted = "/";
    leave();
}

/** Follows what the hospital has to know. */
function start() {
    sessionEnd.start();
    if (!session.may("alerts.read")) return;
    queue.start();
    criticalValues.start();
    ladder.start();
}

function leave() {
    sessionEnd.stop();
    queue.stop();
    criticalValues.stop();
    ladder.stop();
    alarm.stop();
    go("/login", { replace: true });
}

function alertReader(error) {
    document.querySelector(".message")?.remove();
    page.prepend(element("p", { class: "message", role: "alert" }, explain(error)));
}

/** The session has ended by itself, perhaps while nobody looks: silence would be taken for calm. */
function ended() {
    const wereWaiting = alarm.isWaitedFor;
    session.user = null;
    expired = true;
    watchEndedAt = now();
    leave();
    endOfWatch.begin({ wereWaiting });
    notifyEnd();
}

/**
 * Goes on where a session that ended by itself was begun anew on another page. The page is not loaded anew: browsers would keep
 * it silent until somebody touched it.
 */
async function signedInElsewhere() {
    // A page that still has its session has a later end now.
    sessionEnd.look();
    if (!expired) return;
    try {
        await session.restore();
    } catch {
        // The server is away: nothing arrives here, as the page says.
        setTimeout(signedInElsewhere, retryMilliseconds);
        return;
    }
    if (expired && session.user) signedIn();
}

// A page that the browser keeps for its "back" button would keep its stream too, and a browser has six connections to a server:
// after some addresses typed in, the next page waited for a minute. What comes back is read anew.
addEventListener("pagehide", () => queue.stop());
addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
});

queue.addEventListener("signedout", ended);
session.onElsewhere({
    signedIn: signedInElsewhere,
    signedOut: () => {
        wanted = "/";
        leave();
    },
});
// What stands on the page was read, and is being written, in another's name.
onOtherUser(() => location.reload());
onMove(show);
onLanguage(() => {
    frame.show();
    view?.show?.();
});

async function begin() {
    try {
        await session.restore();
    } catch (error) {
        fill(page, element("p", { class: "message", role: "alert" }, explain(error)));
        frame.show();
        setTimeout(begin, retryMilliseconds);
        return;
    }
    if (!session.user) {
        if (place().name !== "login") wanted = location.pathname;
    } else {
        start();
        if (place().name === "login" && !location.hash) go("/", { replace: true });
    }
    show();
}

begin();
