import type { Verdicts } from "../../../actors/detect/index.ts";
import { BundleStore, Scans, scanSpace, taskQueue } from "../../../actors/scan/index.ts";
import type { BlockPort } from "../../../actors/guard/block-port.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import { mostWaitingScans, QueueGate } from "../../../control/index.ts";
import {
  bashCommand,
  createNodeCommands,
  yaraCommand,
  type NodeCommand,
  type OwnedNodeCommands,
} from "../../../engines/playbook/node-commands/index.ts";
import { createScopeGuard } from "../../../engines/scan/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { Store } from "../../../store/index.ts";
import { startSandbox } from "../../process/start-sandbox.ts";
import { startYara } from "../../process/start-yara.ts";
import { shippedTemplates } from "../shipped-templates.ts";
import { garrisonCommand } from "./garrison-command/garrison-command.ts";

export interface NodeCommandsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  /** The verdict library, asked for with each command; undefined: this node has no detection centre. */
  readonly verdicts: () => Verdicts | undefined;
  /** Where blocks are ordered, asked for with each command; undefined: this node reaches no guard. */
  readonly blocks: () => BlockPort | undefined;
}

const atOnce = { bash: 4, yara: 2, garrison: 64 } as const;
/** Of one kind. */
const mostWaiting = 1_000;

/** The commands that this node executes for the processes of runs, as far as its config permits. */
export const openNodeCommands = (options: NodeCommandsOptions): OwnedNodeCommands => {
  const { config, clock, store, log, verdicts, blocks } = options;
  const { commands, child, templates } = config.respond;
  const timeoutMs = child.actionTimeoutMs;
  const space = store.space(scanSpace);
  const ifOn = (name: keyof typeof atOnce, open: () => NodeCommand): NodeCommand | undefined =>
    commands[name] ? open() : undefined;
  return createNodeCommands({
    bash: ifOn("bash", () => bashCommand({ start: startSandbox, atOnce: atOnce.bash, timeoutMs, clock, log })),
    yara: ifOn("yara", () =>
      yaraCommand({ start: startYara, atOnce: atOnce.yara, timeoutMs, maxRssMb: child.maxRssMb, clock }),
    ),
    garrison: ifOn("garrison", () =>
      garrisonCommand({
        scans: new Scans(space, clock),
        bundles: new BundleStore(space, clock),
        gate: new QueueGate(space.queue, taskQueue, mostWaitingScans, clock),
        scope: createScopeGuard(config.scan.scope),
        enable: config.scan.enable,
        templates: { shipped: shippedTemplates, folders: templates },
        verdicts,
        blocks,
        clock,
        atOnce: atOnce.garrison,
        // It waits for scans, verdicts and owners of shards, which take longer than an action may.
        timeoutMs: child.deadlineMs,
      }),
    ),
    clock,
    log,
    limits: { mostWaiting, waitMs: child.deadlineMs, mostTimeoutMs: child.deadlineMs },
  });
};
