import { parseArgs } from "node:util";
import { asError } from "../../../../base/errors.ts";
import type { InterceptAction } from "../../../../engines/intercept/index.ts";
import { durationMs } from "../../../../engines/playbook/catalog/bindings/duration.ts";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";

/** Whom an order is about. */
export interface Subject {
  readonly field: string;
  readonly subject: string;
}

/** What `block` asks for. */
export interface BlockRequest extends Subject {
  readonly blockMs: number;
  readonly action: InterceptAction;
  readonly reason: string;
}

const usualMs = 3_600_000;
const mostMs = 30 * 24 * 3_600_000;
const reasonChars = 200;
const blockUsage = "block SUBJECT [--field NAME] [--for 1h] [--challenge] [--reason TEXT]";
const unblockUsage = "unblock SUBJECT [--field NAME]";
const field = { type: "string", default: "ip" } as const;

/**
 * Reads what follows the word `block`.
 * @throws CommandFailure
 */
export const parseBlockWords = (words: readonly string[]): BlockRequest => {
  const { values, positionals } = parsed(blockUsage, () =>
    parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        field,
        for: { type: "string" },
        challenge: { type: "boolean", default: false },
        reason: { type: "string", default: "" },
      },
    }),
  );
  return {
    ...{ field: values.field, subject: onlyOne(positionals, blockUsage) },
    blockMs: values.for === undefined ? usualMs : lengthOf(values.for),
    action: values.challenge ? "challenge" : "deny",
    // It may come from an event: what is too long of it is no reason not to block.
    reason: values.reason.slice(0, reasonChars),
  };
};

/**
 * Reads what follows the word `unblock`.
 * @throws CommandFailure
 */
export const parseUnblockWords = (words: readonly string[]): Subject => {
  const { values, positionals } = parsed(unblockUsage, () =>
    parseArgs({ args: [...words], allowPositionals: true, options: { field } }),
  );
  return { field: values.field, subject: onlyOne(positionals, unblockUsage) };
};

const onlyOne = (positionals: readonly string[], usage: string): string => {
  const [subject, ...more] = positionals;
  if (subject !== undefined && subject !== "" && more.length === 0) return subject;
  throw new CommandFailure("threw", `it names ${positionals.length} subjects, or an empty one: ${usage}`);
};

const lengthOf = (text: string): number => {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1 && ms <= mostMs) return ms;
  throw new CommandFailure(
    "threw",
    `--for: use a duration such as 90s, 10m or 2h, at most 30d, not "${text.slice(0, 40)}"`,
  );
};

const parsed = <Result>(usage: string, parse: () => Result): Result => {
  try {
    return parse();
  } catch (thrown) {
    throw new CommandFailure("threw", `${asError(thrown).message} Use ${usage}`, { cause: thrown });
  }
};
