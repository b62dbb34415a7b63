import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Change {
  readonly name: string;
  readonly description: string;
  /** What became of the run, in JSON and in words. */
  readonly apply: (
    runs: GarrisonClient["runs"],
    id: string,
  ) => Promise<{ readonly fields: object; readonly words: string }>;
}

const changes: readonly Change[] = [
  {
    name: "cancel",
    description: "end runs; their processes are gone within a second, what their steps did stays done",
    apply: async (runs, id) => {
      const cancelled = await runs.cancel(id);
      return { fields: { id, cancelled }, words: `${id} ${cancelled ? "cancelled" : "had ended before"}\n` };
    },
  },
  {
    name: "retry",
    description: "make new runs of runs that have ended, from the beginning, and print the new ids",
    apply: async (runs, id) => {
      const made = await runs.retry(id);
      return { fields: { id: made.id, retryOf: id, known: made.known }, words: `${made.id}\n` };
    },
  },
];

/** `run cancel`, `run retry`. */
export const addRunChanges = (run: Command, onExit: OnExit): void => {
  for (const { name, description, apply } of changes) {
    withConnectionFlags(run.command(`${name} <id...>`).description(description)).action(
      async (ids: readonly string[], flags: ConnectionFlags) => {
        const code = await callNode(flags, ({ runs }) =>
          eachId(ids, async (id) => {
            const { fields, words } = await apply(runs, id);
            await toStdout(flags.json === true ? jsonLine(fields) : words);
          }),
        );
        onExit(code);
      },
    );
  }
};
