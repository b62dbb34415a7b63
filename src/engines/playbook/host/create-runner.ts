import { availableParallelism } from "node:os";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { PlaybookRunner } from "../runner.ts";
import type { CacaoLimits } from "./cacao-settings.ts";
import { Execution, type ExecutionSetup } from "./execution.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { NodeCommands } from "./node-commands.ts";
import { PrivateFolders } from "./process/private-folders.ts";
import { ProcessPool } from "./process/process-pool.ts";
import type { PlaybookSecrets } from "./secrets.ts";
import type { ChildLimits, PlaybookLog, PoolLimits } from "./settings.ts";
import type { StartChild } from "./process/start-child.ts";
import { startProcess } from "./process/start-process.ts";

export interface PlaybookRunnerSetup {
  readonly startChild: StartChild;
  /** Playbooks may start processes of their own. */
  readonly childProcess: boolean;
  readonly child: ChildLimits;
  readonly pool: PoolLimits;
  /** A process gets those only that its playbook may have. */
  readonly secrets: PlaybookSecrets;
  /** What actions may connect to. */
  readonly egress: readonly string[];
  readonly cacao: CacaoLimits;
  /** Executes the steps that the process of a run may not execute. */
  readonly nodeCommands: NodeCommands;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: PlaybookLog;
}

/** A runner with processes of its own. */
export interface ProcessRunner extends PlaybookRunner {
  /** Processes that are there, those of them that are spare, and all that were ever started. */
  readonly processes: { readonly alive: number; readonly spare: number; readonly started: number };
  /** Whether spares are kept started: not before this says so, since a node without playbooks needs none. */
  wantSpares(wanted: boolean): void;
}

/** Executes each playbook in a fresh process from a pool. */
export const createPlaybookRunner = (setup: PlaybookRunnerSetup): ProcessRunner => {
  const {
    startChild,
    childProcess,
    child,
    pool: limits,
    secrets,
    egress,
    cacao,
    nodeCommands,
    clock,
    random,
    log,
  } = setup;
  const folders = new PrivateFolders();
  const { maxOldSpaceMb, stallMs } = child;
  const start = { maxOldSpaceMb, stallMs, warmThreads: limits.warmThreads, childProcess };
  const pool = new ProcessPool({
    limits,
    start: (signal) => startProcess({ startChild, start, folders, clock }, signal),
    startsAtOnce: Math.max(2, availableParallelism()),
    clock,
    random,
    log,
  });
  const memory = new MemoryWatch(child.maxRssMb * 1_048_576, clock);
  const execution: ExecutionSetup = { limits: child, secrets, egress, cacao, nodeCommands, memory, clock };
  const alive = new Set<Execution>();
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    const ended = [...alive].map((run) => {
      run.abandon("its node ends");
      return run.ended;
    });
    await pool.close();
    await Promise.all(ended);
    await folders.close();
  };

  return {
    get free() {
      return pool.free;
    },
    get processes() {
      return pool.counts;
    },
    onFree: (listener) => pool.onFree(listener),
    wantSpares: (wanted) => pool.wantSpares(wanted),
    start: (work, handlers) => {
      const run = new Execution(execution, work, handlers, (signal) => pool.take(signal));
      alive.add(run);
      void run.ended.then(() => alive.delete(run));
      return run;
    },
    close: () => (closing ??= close()),
  };
};
