import { type Answer, AUTHENTIC_DATA, decode, encode, RECURSION_DESIRED } from "dns-packet";

/** The classes of questions by the names that templates use. */
export const questionClasses = { inet: 1, csnet: 2, chaos: 3, hesiod: 4, none: 254, any: 255 } as const;

export type QuestionClass = keyof typeof questionClasses;

export const questionTypes = [
  "A",
  "NS",
  "DS",
  "CNAME",
  "SOA",
  "PTR",
  "MX",
  "TXT",
  "AAAA",
  "CAA",
  "TLSA",
  "ANY",
  "SRV",
] as const;

export type QuestionType = (typeof questionTypes)[number];

const typeNumbers: Readonly<Record<QuestionType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  TLSA: 52,
  ANY: 255,
  CAA: 257,
};

/** What is asked. */
export interface Question {
  /** Without the root's dot. */
  readonly name: string;
  readonly type: QuestionType;
  readonly class: QuestionClass;
  /** Whether the server is to ask others. */
  readonly recursion: boolean;
}

/** A message as the library reads it; it knows more of the flags than its types say. */
export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly flags: number;
  readonly rcode: number;
  readonly questions: readonly { readonly name: string; readonly type: string; readonly class: string }[];
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

/** The bits of a message's flags. */
export const flagBits = { aa: 10, tc: 9, rd: 8, ra: 7, z: 6, ad: 5, cd: 4 } as const;

const headerBytes = 12;
const udpPayloadSize = 4096;

/** Labels of at most 63 bytes, 253 in all: what fits into a question. */
export const isQuestionName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 253 &&
  name.split(".").every((label) => label.length > 0 && label.length <= 63) &&
  /^[\x21-\x7e]+$/.test(name);

/** The bytes of a question, as nuclei asks it: with EDNS, and for TXT with the AD bit. */
export const encodeQuestion = (id: number, { name, type, class: asked, recursion }: Question): Buffer => {
  const flags = (recursion ? RECURSION_DESIRED : 0) | (type === "TXT" ? AUTHENTIC_DATA : 0);
  const bytes = encode({
    type: "query",
    id,
    flags,
    questions: [{ name, type: "A" }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  // The library does not know every class, nor that ANY is 255.
  const afterName = headerBytes + Buffer.byteLength(name) + 2;
  bytes.writeUInt16BE(typeNumbers[type], afterName);
  bytes.writeUInt16BE(questionClasses[asked], afterName + 2);
  return bytes;
};

/** @throws what the library throws for bytes that are no message */
export const decodeMessage = (bytes: Buffer): Message => {
  const { id = 0, flags = 0, questions = [], answers = [], authorities = [], additionals = [] } = decode(bytes);
  const first = bytes.readUInt16BE(2);
  const extended = additionals.find((record) => record.type === "OPT")?.extendedRcode ?? 0;
  return {
    id,
    isResponse: first >= 0x8000,
    flags,
    rcode: extended * 16 + (first & 0xf),
    questions: questions.map((question) => ({
      name: question.name,
      type: question.type,
      class: question.class ?? "IN",
    })),
    answers,
    authorities,
    additionals,
  };
};

/** Whether a message answers a question. */
export const answersQuestion = (message: Message, id: number, { name, type }: Question): boolean => {
  const [question] = message.questions;
  if (message.id !== id || !message.isResponse) return false;
  // Servers leave the question out of some errors.
  if (question === undefined) return message.rcode !== 0;
  return question.name.toLowerCase() === name.toLowerCase() && question.type === type;
};

export const isTruncated = ({ flags }: Message): boolean => (flags & (1 << flagBits.tc)) !== 0;
