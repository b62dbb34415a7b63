import { spawn } from "node:child_process";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import {
  createPlaybookRunner,
  type LogLine,
  type NodeCommands,
  type PlaybookRunnerSetup,
  type ProcessRunner,
  type RunHandlers,
  type RunWork,
  type StartChild,
  type StepEnd,
  type StepStart,
} from "../../src/engines/playbook/index.ts";
import { inRepository } from "./built.ts";
import { CapturedLog } from "./captured-log.ts";
import { script } from "./script.ts";

/** Starts `scripted-child.ts` in place of the process that executes playbooks. */
export const startScriptedChild: StartChild = ({ maxOldSpaceMb }) => {
  const { file, execArgv } = script("./scripted-child", import.meta.url);
  return spawn(process.execPath, [`--max-old-space-size=${maxOldSpaceMb}`, ...execArgv, file], {
    cwd: inRepository("."),
    detached: true,
    env: {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
};

export type RunnerOptions = Partial<
  Omit<PlaybookRunnerSetup, "child" | "pool"> & {
    readonly child: Partial<PlaybookRunnerSetup["child"]>;
    readonly pool: Partial<PlaybookRunnerSetup["pool"]>;
  }
>;

/** A node that executes nothing. */
const noCommands: NodeCommands = {
  run: ({ name }) =>
    Promise.resolve({ state: "failed", error: { code: "refused", message: `${name} is not allowed here` } }),
};

/** A runner with small limits, which starts scripted processes unless told otherwise. */
export const openRunner = (options: RunnerOptions = {}): ProcessRunner =>
  createPlaybookRunner({
    startChild: startScriptedChild,
    childProcess: false,
    secrets: {},
    egress: [],
    cacao: { ssh: true, manualTimeoutMs: 60_000, knownHosts: [], authorities: [], repeats: [] },
    nodeCommands: noCommands,
    clock: systemClock,
    random: systemRandom,
    log: new CapturedLog().logger,
    ...options,
    child: {
      maxOldSpaceMb: 64,
      maxRssMb: 512,
      maxThreads: 4,
      deadlineMs: 20_000,
      actionTimeoutMs: 5_000,
      stallMs: 2_000,
      ...options.child,
    },
    pool: { spare: 0, max: 4, warmThreads: 1, ...options.pool },
  });

let runs = 0;

/** A run of a module whose text is `code`. */
export const runOf = (code: string, journal: RunWork["journal"] = []): RunWork => ({
  runId: `run-${++runs}`,
  playbook: { id: "tested", version: "0".repeat(64), kind: "module", code },
  event: { id: `event-${runs}`, source: "sensor", kind: "mining", data: { host: "web-1" } },
  startedAtMs: 1_700_000_000_000,
  variables: {},
  journal,
});

/** Handlers that keep everything at once and remember it. */
export class KeptJournal implements RunHandlers {
  readonly starts: StepStart[] = [];
  readonly ends: StepEnd[] = [];
  readonly lines: LogLine[] = [];

  readonly stepsStarted = (steps: readonly StepStart[]): Promise<void> => {
    this.starts.push(...steps);
    return Promise.resolve();
  };

  readonly stepsEnded = (ends: readonly StepEnd[]): Promise<void> => {
    this.ends.push(...ends);
    return Promise.resolve();
  };

  readonly logged = (lines: readonly LogLine[]): void => void this.lines.push(...lines);

  get texts(): readonly string[] {
    return this.lines.map(({ text }) => text);
  }
}
