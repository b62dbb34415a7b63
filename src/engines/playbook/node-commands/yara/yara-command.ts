import { z } from "zod";
import type { Clock } from "../../../../base/clock.ts";
import type { Json } from "../../../../base/json.ts";
import type { CommandOutput } from "../../cacao/commands/call.ts";
import { CommandFailure } from "../../cacao/commands/failure.ts";
import { MemoryWatch } from "../../host/memory-watch.ts";
import { parseInput } from "../parse-input.ts";
import type { CommandTask, NodeCommand } from "../command.ts";
import { outputText, outputTextBytes } from "../output-text.ts";
import { askYara, type StartYara } from "./ask-yara.ts";
import type { MatchedRule, YaraAnswer } from "./yara-answer.ts";

export interface YaraCommandSetup {
  readonly start: StartYara;
  readonly atOnce: number;
  readonly timeoutMs: number;
  /** Resident memory that a process may take. */
  readonly maxRssMb: number;
  readonly clock: Clock;
}

const yaraInput = z.object({
  rules: z.string().min(1),
  data: z.discriminatedUnion("type", [
    z.object({ type: z.literal("text"), value: z.string() }),
    z.object({
      type: z.literal("hex"),
      value: z.string().regex(/^(?:[0-9a-fA-F]{2})*$/, { error: "it is not hexadecimal" }),
    }),
    z.object({ type: z.literal("base64"), value: z.base64() }),
  ]),
});

/**
 * Commands of `yara`, each in a process of its own: a compiler that crashes, or rules that take for ever, end that and fail the step.
 * @returns one whose output has the names of the rules that match as JSON text, and `matched`, `count` and `rules` as facts
 */
export const yaraCommand = ({ start, atOnce, timeoutMs, maxRssMb, clock }: YaraCommandSetup): NodeCommand => {
  const memory = new MemoryWatch(maxRssMb * 1_048_576, clock);
  return {
    atOnce,
    timeoutMs,
    run: async (input: Json, { signal }: CommandTask): Promise<CommandOutput> => {
      const answer = await askYara({ start, memory }, parseInput(yaraInput, input), signal);
      if (answer.type === "invalid") throw new CommandFailure("threw", `the rules do not compile: ${answer.message}`);
      return outputOf(answer);
    },
  };
};

const outputOf = ({ rules, count }: Extract<YaraAnswer, { readonly type: "matched" }>): CommandOutput => {
  const shown = fitting(rules);
  return {
    text: outputText(JSON.stringify(shown.map(({ name }) => name))).text,
    truncated: shown.length < count,
    facts: { matched: count > 0, count, rules: shown },
  };
};

/** The first rules that fit into an output, beside their names once more. */
const fitting = (rules: readonly MatchedRule[]): readonly MatchedRule[] => {
  let bytes = 0;
  return rules.filter((rule) => (bytes += Buffer.byteLength(JSON.stringify(rule))) <= outputTextBytes);
};
