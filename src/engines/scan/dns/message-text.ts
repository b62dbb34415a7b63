import { flagBits, type Message } from "./message.ts";
import { classText, nameText, recordText, typeText } from "./record-text.ts";

const rcodes = [
  "NOERROR",
  "FORMERR",
  "SERVFAIL",
  "NXDOMAIN",
  "NOTIMP",
  "REFUSED",
  "YXDOMAIN",
  "YXRRSET",
  "NXRRSET",
  "NOTAUTH",
  "NOTZONE",
];
const badVersion = 16;

/** The response code by its name; empty for one without a name. */
const rcodeText = (rcode: number): string => (rcode === badVersion ? "BADVERS" : (rcodes[rcode] ?? ""));

type Asked = Message["questions"][number];

export const questionText = ({ name, class: asked, type }: Asked): string =>
  `;${nameText(name)}\t${classText(asked)}\t ${typeText(type)}`;

const opcodes = ["QUERY", "IQUERY", "STATUS", "", "NOTIFY", "UPDATE"];

/** A message as miekg/dns prints it, as a byte string: what nuclei calls `raw`. */
export const messageText = (message: Message): string => {
  const { id, isResponse, flags, rcode, questions, answers, authorities, additionals } = message;
  const set = Object.entries(flagBits).flatMap(([name, bit]) => ((flags & (1 << bit)) === 0 ? [] : [name]));
  const shown = [...(isResponse ? ["qr"] : []), ...set].map((name) => ` ${name}`).join("");
  const opt = additionals.find(({ type }) => type === "OPT");
  const head =
    `;; opcode: ${opcodes[(flags >> 11) & 0xf] ?? ""}, status: ${rcodeText(rcode)}, id: ${id}\n` +
    `;; flags:${shown}; QUERY: ${questions.length}, ANSWER: ${answers.length}, ` +
    `AUTHORITY: ${authorities.length}, ADDITIONAL: ${additionals.length}\n`;
  return [
    head,
    opt === undefined ? "" : `${recordText(opt)}\n`,
    section("QUESTION", questions.map(questionText)),
    section("ANSWER", answers.map(recordText)),
    section("AUTHORITY", authorities.map(recordText)),
    section("ADDITIONAL", additionals.filter(({ type }) => type !== "OPT").map(recordText)),
  ].join("");
};

const section = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\n;; ${name} SECTION:\n${lines.map((line) => `${line}\n`).join("")}`;
