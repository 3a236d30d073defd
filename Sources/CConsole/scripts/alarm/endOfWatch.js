/** Silence between the bursts where alerts were waiting, as while they wait, and where none did: one signal after the other. */
const repeatMilliseconds = { high: 8000, medium: 60000 };
const gestures = ["pointerdown", "keydown"];

/** Makes it heard that nothing arrives here any more, until somebody touches the page. */
export class EndOfWatch {
    #sound;
    #timer = null;
    #end = () => this.end();

    /** @param {import("./alarmSound.js").AlarmSound} sound */
    constructor(sound) {
        this.#sound = sound;
    }

    /** @param {{wereWaiting: boolean}} options Whether alerts waited for somebody. */
    begin({ wereWaiting }) {
        this.end();
        for (const name of gestures) addEventListener(name, this.#end);
        this.#call(wereWaiting ? "high" : "medium");
    }

    end() {
        clearTimeout(this.#timer);
        for (const name of gestures) removeEventListener(name, this.#end);
    }

    #call(kind) {
        this.#sound.play(kind);
        this.#timer = setTimeout(() => this.#call(kind), repeatMilliseconds[kind]);
    }
}
