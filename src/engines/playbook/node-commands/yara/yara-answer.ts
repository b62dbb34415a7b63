import { z } from "zod";

/** What a process that matches rules of YARA is asked. */
export interface YaraRequest {
  readonly rules: string;
  readonly data: { readonly type: "text" | "hex" | "base64"; readonly value: string };
}

/** On which the process writes its answer. */
export const yaraAnswerDescriptor = 3;

/** Bounds of an answer, so that the output of a step can hold it. */
export const yaraBounds = {
  rules: 100,
  nameChars: 256,
  tags: 16,
  meta: 16,
  metaChars: 256,
  messageChars: 2_000,
} as const;

const name = z.string().max(yaraBounds.nameChars);
const matchedRule = z.strictObject({
  name,
  tags: z.array(name).max(yaraBounds.tags),
  meta: z.record(name, z.union([z.string().max(yaraBounds.metaChars), z.number(), z.boolean()])),
});

/** A rule that matches. */
export type MatchedRule = z.infer<typeof matchedRule>;

const yaraAnswer = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("matched"),
    rules: z.array(matchedRule).max(yaraBounds.rules),
    /** Rules that match; `rules` are the first of them. */
    count: z.number().int().min(0),
  }),
  /** The rules do not compile: the compiler's message names the line. */
  z.strictObject({ type: z.literal("invalid"), message: z.string().max(yaraBounds.messageChars) }),
]);

export type YaraAnswer = z.infer<typeof yaraAnswer>;

/** An answer of a process, which executed rules of others in native code. Throws a ZodError or SyntaxError. */
export const parseYaraAnswer = (text: string): YaraAnswer => yaraAnswer.parse(JSON.parse(text));
