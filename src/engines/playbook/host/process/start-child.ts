import type { ChildProcess } from "node:child_process";

/** What a process for runs is started with. */
export interface ChildStart {
  /** The one folder that is its own: its playbook is put there. */
  readonly folder: string;
  readonly maxOldSpaceMb: number;
  readonly stallMs: number;
  readonly warmThreads: number;
  /** Playbooks may start processes. */
  readonly childProcess: boolean;
}

/** Places of the streams in `ChildProcess.stdio`. Standard input is not there. */
export const childStreams = {
  stdout: 1,
  stderr: 2,
  /** Frames, in both directions. */
  frames: 3,
  /** Ends in the child when this process ends, in whatever way. The child's watchdog tells frames on it. */
  life: 4,
} as const;

/**
 * Starts a process that serves one run: leader of a process group of its own, with an empty environment, and with pipes at the places of
 * `childStreams`. May throw, and may return one that then says it could not be started.
 */
export type StartChild = (start: ChildStart) => ChildProcess;
