import { language } from "./language.js";

/** Why a message did not arrive, as the server writes it; `{}` stands for what differs. */
const chinese = {
    "the receiver's answer is no HL7 acknowledgement": "接收方的应答不是 HL7 确认",
    "no connection to the receiver": "无法连接接收方",
    "no answer in time": "未及时应答",
    "the receiver's answer is too long": "接收方的应答过长",
    "the receiver closed the connection before it acknowledged": "接收方在确认前断开了连接",
    "the receiver closed the connection before it answered": "接收方在应答前断开了连接",
    "the receiver's certificate cannot be trusted, or it speaks no TLS": "接收方的证书不可信，或不支持 TLS",
    "the receiver's certificate cannot be trusted": "接收方的证书不可信",
    "the connection broke": "连接中断",
    "the receiver answered {}": "接收方应答 {}",
    "the receiver acknowledged another message": "接收方确认的是另一条消息",
    "the receiver had an error ({})": "接收方出错（{}）",
    "the receiver rejected the message ({})": "接收方拒收消息（{}）",
    "the receiver's acknowledgement is none of AA, AE and AR": "接收方的确认不是 AA、AE 或 AR",
    "the request failed: {}": "请求失败：{}",
    "the attempt failed: {}": "尝试失败：{}",
    "the program took longer than {} s": "程序运行超过 {} 秒",
    "the program ended with status {}": "程序以状态 {} 结束",
    "the program was ended by signal {}": "程序被信号 {} 终止",
    "the program cannot be started": "程序无法启动",
    "no pipe for the program": "无法为程序建立管道",
    "the message does not fit into a pipe": "消息过长，无法传给程序",
    "the server ended during the last attempt, or the sink is gone": "服务器在最后一次尝试时停止，或该通知方式已被取消",
    "the secret's file cannot be read: put the secret there, readable by the server only": "无法读取密钥文件：请将密钥放入该文件，并仅允许服务器读取",
    "the secret's file can be read by everybody on this machine: chmod 600": "本机所有用户均可读取密钥文件：请执行 chmod 600",
    "the secret begins with {} and is not base64 after it": "密钥以 {} 开头，但其后不是 base64",
    "the secret has {} bytes: at least {}, made with openssl rand -base64 32": "密钥只有 {} 字节：至少需要 {} 字节，可用 openssl rand -base64 32 生成",
};

const patterns = Object.entries(chinese).map(([english, text]) => {
    let count = 0;
    return [
        new RegExp(`${english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll("{}", "(.+)")}$`),
        text.replaceAll("{}", () => `$${count += 1}`),
    ];
});

/** The problem at the end of a text, in the reader's language. */
export function tellProblem(text) {
    if (!text || language() !== "zh") return text;
    const found = patterns.find(([pattern]) => pattern.test(text));
    return found ? text.replace(...found) : text;
}
