import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly on?: string;
}

interface Change {
  readonly name: "kill" | "stop" | "restart";
  readonly description: string;
  readonly done: string;
  readonly apply: (control: GarrisonClient["control"], node: string, path: string) => Promise<void>;
}

const changes: readonly Change[] = [
  {
    name: "kill",
    description: "put a fault into an actor; its supervisor decides what becomes of it",
    done: "killed",
    apply: (control, node, path) => control.kill(node, path),
  },
  {
    name: "stop",
    description: "end an actor and all below it in order, without a restart",
    done: "stopped",
    apply: (control, node, path) => control.stop(node, path),
  },
  {
    name: "restart",
    description:
      "end an actor's life in order and begin another one, with its mailbox kept; siblings begin again that would if it failed",
    done: "restarted",
    apply: (control, node, path) => control.restart(node, path),
  },
];

/** `cluster kill`, `cluster stop`, `cluster restart`. */
export const addActorChanges = (cluster: Command, onExit: OnExit): void => {
  for (const { name, description, done, apply } of changes) {
    withConnectionFlags(cluster.command(`${name} <path>`).description(description))
      .option("--on <id>", "the node that the actor lives on (default: the one that is called)")
      .action(async (path: string, flags: Flags) => {
        await callNode(flags, ({ control }) => apply(control, flags.on ?? "", path));
        await toStdout(flags.json === true ? jsonLine({ path, node: flags.on, [done]: true }) : `${path} ${done}\n`);
        onExit(exitCodes.complete);
      });
  }
};
