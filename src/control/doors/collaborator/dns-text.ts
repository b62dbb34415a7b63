import type { Answer, Packet } from "dns-packet";

const rcodes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"] as const;
const flagNames = [
  [1 << 15, "qr"],
  [1 << 10, "aa"],
  [1 << 9, "tc"],
  [1 << 8, "rd"],
  [1 << 7, "ra"],
  [1 << 5, "ad"],
  [1 << 4, "cd"],
] as const;

/** A message as `dig` and interactsh show it: what templates see as an interaction's request and response. */
export const dnsText = (packet: Packet, isResponse: boolean): string => {
  const { id = 0, questions = [], answers = [], authorities = [] } = packet;
  const flags = (packet.flags ?? 0) | (isResponse ? 1 << 15 : 0);
  const shown = flagNames.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => ` ${name}`);
  return [
    `;; opcode: QUERY, status: ${rcodes[flags & 15] ?? "NOERROR"}, id: ${id}`,
    `;; flags:${shown.join("")}; QUERY: ${questions.length}, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: 0`,
    ...section(
      "QUESTION",
      questions.map(({ name, type }) => `;${name}.\tIN\t ${type}`),
    ),
    ...section("ANSWER", answers.map(recordText)),
    ...section("AUTHORITY", authorities.map(recordText)),
    "",
  ].join("\n");
};

const section = (name: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", `;; ${name} SECTION:`, ...lines];

const recordText = (record: Answer): string => {
  const ttl = "ttl" in record ? (record.ttl ?? 0) : 0;
  return `${record.name}.\t${ttl}\tIN\t${record.type}\t${dataText(record)}`;
};

/** Of the types that the collaborator answers with. */
const dataText = (record: Answer): string => {
  const { type } = record;
  if (type === "A" || type === "AAAA") return record.data;
  if (type === "NS") return `${record.data}.`;
  if (type === "MX") return `${record.data.preference ?? 0} ${record.data.exchange}.`;
  if (type !== "SOA") return '""';
  const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = record.data;
  return `${mname}. ${rname}. ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
};
