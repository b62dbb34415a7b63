import type { Command } from "commander";
import type { OnExit } from "../common-flags.ts";
import { addActorChanges } from "./actor-changes.ts";
import { addClusterDeadLetters } from "./dead-letters.ts";
import { addClusterDrain } from "./drain.ts";
import { addClusterMembers } from "./members.ts";
import { addClusterQueues } from "./queues.ts";
import { addClusterReplay } from "./replay.ts";
import { addClusterTree } from "./tree.ts";

/** `garrison cluster …`. */
export const addClusterCommands = (cluster: Command, onExit: OnExit): void => {
  addClusterMembers(cluster, onExit);
  addClusterTree(cluster, onExit);
  addActorChanges(cluster, onExit);
  addClusterDrain(cluster, onExit);
  addClusterQueues(cluster, onExit);
  addClusterDeadLetters(cluster, onExit);
  addClusterReplay(cluster, onExit);
};
