import { element } from "../element.js";
import { language, t, titleOf, word } from "./language.js";

/**
 * What the machine says, in the reader's language. The server's own sentences are English; in Chinese they are made anew from the
 * rule's name, the leads and the numbers, and of the sentence only what stands in no number.
 */
const measures = {
    "Beats": "心搏数",
    "Change of ST at J": "J 点 ST 变化",
    "Change of ST at J+80": "J+80 ST 变化",
    "Concordant ST at J": "J 点同向性 ST 偏移",
    "Cornell voltage": "Cornell 电压",
    "Discordant ST at J": "J 点异向性 ST 偏移",
    "Duration": "持续时间",
    "Earlier ST at J": "既往 J 点 ST",
    "Four-variable formula": "四变量公式",
    "Heart rate": "心率",
    "Longest RR": "最长 RR 间期",
    "Lowest mean ventricular rate over 10 s": "10 秒最低平均心室率",
    "Lowest mean ventricular rate over up to 10 s": "10 秒以内最低平均心室率",
    "Negative part of T": "T 波负向部分",
    "Opposite change of ST at J+80": "J+80 对应性 ST 变化",
    "PR": "PR 间期",
    "Q": "Q 波",
    "Q or S": "Q 或 S 波",
    "QTc by Bazett": "QTc（Bazett）",
    "R": "R 波",
    "R duration": "R 波时限",
    "Rate of the wide-complex run": "宽 QRS 连发频率",
    "Reciprocal ST at J": "J 点对应性 ST 偏移",
    "ST at J": "J 点 ST",
    "ST at J above V2: right ventricle involved": "J 点 ST 高于 V2：提示右室受累",
    "ST at J+40, straight or convex": "J+40 ST（平直或弓背向上）",
    "ST/S": "ST/S 比值",
    "Sgarbossa score": "Sgarbossa 评分",
    "Shortest RR": "最短 RR 间期",
    "Sokolow-Lyon voltage": "Sokolow-Lyon 电压",
    "Sustained ventricular rate": "持续心室率",
    "T": "T 波",
    "Three-variable formula": "三变量公式",
    "Time since the last beat": "距末次心搏时间",
};

/** What was measured, by the name that the evidence has for it. */
export function measureName(name) {
    return language() === "zh" ? measures[name] ?? name : name;
}

export function number(value) {
    if (value === undefined) return "–";
    const digits = Math.abs(value) < 10 ? 2 : 0;
    return value.toFixed(digits).replace("-", "−");
}

const unitOf = (unit) => (unit === "1" ? "" : ` ${unit}`);

/** A finding in one sentence. */
export function findingSentence(finding) {
    if (language() !== "zh") return finding.text;
    const leads = finding.leads.length > 0 ? `（${finding.leads.join("、")}）` : "";
    const shown = finding.evidence.slice(0, 3).map(({ name, lead, value, unit, limit }) =>
        `${lead ? `${lead} ` : ""}${measureName(name)} ${number(value)}${unitOf(unit)}`
        + (limit === undefined ? "" : `，界限 ${number(limit)}${unitOf(unit)}`));
    const remarks = Object.values(told).filter(({ pattern }) => pattern.test(finding.text))
        .map(({ pattern, chinese }) => chinese(...finding.text.match(pattern).slice(1)));
    return `${titleOf(finding.rule.rule)}${leads}${shown.length > 0 ? `：${shown.join("；")}` : ""}。${remarks.join("")}`;
}

const daysInChinese = (days) => (days === "less than a day" ? "不到一天" : ` ${days === "one day" ? 1 : parseInt(days, 10)} 天`);

const walls = { inferior: "下壁", anterior: "前壁", lateral: "侧壁" };
const wallsInChinese = (names) => names.split(/, | and /).map((name) => walls[name] ?? name).join("、");
const leadsInChinese = (names) => names.replaceAll(/, | and /g, "、");

/** What stands in no number of a finding and decides how it is read, by the words that the server has for it. */
const told = {
    unchanged: {
        pattern: / Unchanged since a recording (less than a day|one day|\d+ days) earlier\./,
        chinese: (days) => `与${daysInChinese(days)}前的记录相比无变化。`,
    },
    newBlock: {
        pattern: / that a recording (less than a day|one day|\d+ days) earlier does not have\./,
        chinese: (days) => `${daysInChinese(days).trim()}前的记录无此改变。`,
    },
    isOver: { pattern: / and comes back: /, chinese: () => "已恢复。" },
    unjudged: {
        pattern: /^Infarction(?: of the ([a-z]+(?: and [a-z]+)?) walls?)? cannot be judged/,
        chinese: (walls) => `${walls ? wallsInChinese(walls) : "各壁"}梗死无法判断。`,
    },
    judgedInPart: {
        pattern: / of the ([a-z]+(?:(?:,| and) [a-z]+)*) walls?(?: can be judged)? only in part/,
        chinese: (walls) => `${wallsInChinese(walls)}梗死仅能部分判断。`,
    },
    notRecorded: {
        pattern: /: (\S.*) (?:was|were) not recorded or not named/,
        chinese: (leads) => `${leadsInChinese(leads)} 未记录或未标明导联。`,
    },
    unreadable: {
        pattern: /[:;] ([^:;]+) could not be read/,
        chinese: (leads) => `${leadsInChinese(leads)} 无法判读。`,
    },
    tooFewBeats: { pattern: / too few beats are alike\./, chinese: () => "形态一致的心搏过少。" },
};

/** The problems of a lead, the worst first; the worst that occurs is told, and with it the leads that have it. */
const problems = ["lead-off", "saturated", "mains", "baseline", "muscle"];

/** What whoever stands beside the patient may mend. */
export function qualityAdvice(quality) {
    if (!quality.advice || language() !== "zh") return quality.advice ?? "";
    const damage = quality.advice.match(/^Of the stored recording (\d+) s cannot be read/);
    if (damage) return t("advice.damage", { seconds: damage[1] });
    const leads = Object.entries(quality.leads);
    for (const problem of problems) {
        const affected = leads.filter(([, lead]) => lead.problems.includes(problem)).map(([name]) => name);
        if (affected.length > 0) return t(`advice.${problem}`, { leads: affected.join("、") });
    }
    return t("advice.check");
}

/** The rule's source as it is cited, with what is said in words of the table's own told in the reader's language. */
export function sourceNode(rule) {
    return [element("cite", { lang: "en" }, rule.source), " — ",
        t(rule.isVerified ? "evidence.verified" : "evidence.unverified")];
}

/** What the machine wrote into an alert's history. */
export function eventText(event) {
    if (event.kind === "worsened" && language() === "zh") return word("priority", event.priority);
    return event.text;
}
