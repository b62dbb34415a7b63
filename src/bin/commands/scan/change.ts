import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { hasEnded } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Change {
  readonly name: string;
  readonly description: string;
  /** What became of the scan, as its key in JSON and in words. */
  readonly apply: (
    scans: GarrisonClient["scans"],
    id: string,
  ) => Promise<{ readonly key: string; readonly done: boolean; readonly words: string }>;
}

const endedBefore = "had ended before";

const changes: readonly Change[] = [
  {
    name: "cancel",
    description: "end scans; what they have found stays",
    apply: async (scans, id) => {
      const cancelled = await scans.cancel(id);
      return { key: "cancelled", done: cancelled, words: cancelled ? "cancelled" : endedBefore };
    },
  },
  {
    name: "pause",
    description: "hand out no more work of scans and free their places, until they are resumed",
    apply: async (scans, id) => {
      await scans.pause(id);
      const paused = !hasEnded(await scans.get(id));
      return { key: "paused", done: paused, words: paused ? "paused" : endedBefore };
    },
  },
  {
    name: "resume",
    description: "let paused scans go on",
    apply: async (scans, id) => {
      await scans.resume(id);
      const resumed = !hasEnded(await scans.get(id));
      return { key: "resumed", done: resumed, words: resumed ? "resumed" : endedBefore };
    },
  },
];

/** `scan cancel`, `scan pause`, `scan resume`. */
export const addScanChanges = (scan: Command, onExit: OnExit): void => {
  for (const { name, description, apply } of changes) {
    withConnectionFlags(scan.command(`${name} <id...>`).description(description)).action(
      async (ids: readonly string[], flags: ConnectionFlags) => {
        const code = await callNode(flags, ({ scans }) =>
          eachId(ids, async (id) => {
            const { key, done, words } = await apply(scans, id);
            await toStdout(flags.json === true ? jsonLine({ id, [key]: done }) : `${id} ${words}\n`);
          }),
        );
        onExit(code);
      },
    );
  }
};
