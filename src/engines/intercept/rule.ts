import { z } from "zod";
import { printable } from "../../base/printable.ts";
import { InterceptError } from "./errors.ts";
import { parseNetwork } from "./networks.ts";

/** What a front end does with an access of a subject that is to be intercepted. */
export type InterceptAction = "deny" | "challenge";

/** Rule number of blocks that a person or a playbook asked for: every front end has it. */
export const manualRule = 0;

const mostRules = 65_535;
const mostThreshold = 1_000_000;
const mostDistinct = 10_000;
const mostMs = 24 * 3_600_000;
const mostAllowed = 1_000;
const mostEscalations = 10;
const mostProblems = 5;

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "has to be 1 to 64 letters, digits, dots, hyphens and underscores");
/** Also the name of a field of an access. */
const field = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "is no name of a field: 1 to 32 lower-case letters, digits, _ and -");
const duration = z.number().int().min(1).max(mostMs);

const shape = z
  .strictObject({
    number: z.number().int().min(1).max(mostRules),
    name,
    subject: field,
    threshold: z.number().int().min(1).max(mostThreshold),
    windowMs: duration,
    distinct: field.optional(),
    action: z.enum(["deny", "challenge"]).default("deny"),
    blockMs: duration,
    escalateMs: z.array(duration).max(mostEscalations).default([]),
    forgetMs: duration.default(mostMs),
    shadow: z.boolean().default(false),
    allow: z.array(z.string().min(1).max(256)).max(mostAllowed).default([]),
  })
  .refine(({ threshold, distinct }) => distinct === undefined || threshold <= mostDistinct, {
    path: ["threshold"],
    message: `has to be at most ${mostDistinct} where different values are counted`,
  })
  .refine(({ distinct, subject }) => distinct !== subject, {
    path: ["distinct"],
    message: "is the subject, of which there is one",
  })
  .refine(({ blockMs, escalateMs }) => escalateMs.every((ms, at) => ms >= (escalateMs[at - 1] ?? blockMs)), {
    path: ["escalateMs"],
    message: "has to be times that never become shorter, the first not shorter than blockMs",
  });

/**
 * When a subject is to be intercepted: after more than `threshold` accesses, or more than `threshold` different values of the field
 * `distinct`, within `windowMs`.
 */
export interface InterceptRule {
  /** 1 … 65,535: what front ends assign to accesses. */
  readonly number: number;
  readonly name: string;
  /** What is counted for: `ip`, `account`, or another field of the access. */
  readonly subject: string;
  readonly threshold: number;
  readonly windowMs: number;
  readonly distinct: string | undefined;
  readonly action: InterceptAction;
  /** How long, the first time. */
  readonly blockMs: number;
  /** How long the second, the third … time; the last one stays. */
  readonly escalateMs: readonly number[];
  /** After so long without a block the next one is the first again. */
  readonly forgetMs: number;
  /** Only said, not done. */
  readonly shadow: boolean;
  /** Subjects that the rule is not about; for `ip` also networks. */
  readonly allow: readonly string[];
}

/**
 * Reads a rule that a person wrote or the store holds.
 *
 * @throws InterceptError `invalid-rule` with the place of each problem
 */
export const parseInterceptRule = (input: unknown): InterceptRule => {
  const parsed = shape.safeParse(input);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")));
  }
  const rule = parsed.data;
  if (rule.subject === "ip") {
    const wrong = rule.allow.filter((entry) => !isNetwork(entry));
    if (wrong.length > 0) throw invalid(wrong.map((entry) => `allow: ${entry} is neither an address nor a network`));
  }
  return { ...rule, distinct: rule.distinct };
};

const isNetwork = (text: string): boolean => {
  try {
    parseNetwork(text);
    return true;
  } catch {
    return false;
  }
};

const invalid = (problems: readonly string[]): InterceptError =>
  new InterceptError(
    "invalid-rule",
    `rule: ${problems
      .slice(0, mostProblems)
      .map((problem) => printable(problem, 200))
      .join("; ")}`,
  );

/** How long a subject is intercepted for its `offence`th time, counted from 1. */
export const blockMsOf = ({ blockMs, escalateMs }: InterceptRule, offence: number): number =>
  [blockMs, ...escalateMs][Math.min(offence - 1, escalateMs.length)] ?? blockMs;
