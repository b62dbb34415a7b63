import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { DemoNode } from "../demo-node.ts";
import type { Disturbance } from "../disturbances.ts";
import { awaitDetector } from "./detector-process.ts";

export interface DetectorKillSetup {
  /** The node that runs the detector. */
  readonly node: DemoNode;
  /** A name under which it is started, of a kind without whose only detector nothing is decided. */
  readonly detector: string;
  /** Once so many samples are decided. */
  readonly after: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Nothing decided for so long: all that is under way waits for the detector that is frozen. */
const stillMs = 500;
const lookEveryMs = 50;

/**
 * Kills the process of a detector, with samples in its hands: it is frozen first, until nothing is decided any more. Its relay starts it
 * again by itself.
 */
export class DetectorKill implements Disturbance {
  readonly what: string;
  readonly after: number;
  readonly #setup: DetectorKillSetup;
  #decidedAtMs = -Infinity;
  /** Begun once it has surely been started; without a process yet there is nothing to kill. */
  #pid: Promise<number> | undefined;
  #killed: { readonly pid: number; readonly atMs: number } | undefined;

  constructor(setup: DetectorKillSetup) {
    this.what = `detector ${setup.detector} is killed`;
    this.after = setup.after;
    this.#setup = setup;
  }

  /** When it was killed, on the monotonic clock; undefined: it was not. */
  get killedAtMs(): number | undefined {
    return this.#killed?.atMs;
  }

  /** A sample has been decided. */
  decided(): void {
    // Found before it is needed: the other samples are decided within moments.
    this.#pid ??= this.#find();
    this.#decidedAtMs = this.#setup.clock.monotonicMs();
  }

  async strike(): Promise<void> {
    const { clock, signal } = this.#setup;
    const pid = await this.#freeze();
    const frozenAtMs = clock.monotonicMs();
    const isStill = (): boolean => clock.monotonicMs() - Math.max(frozenAtMs, this.#decidedAtMs) >= stillMs;
    while (!isStill() && !signal.aborted) await pause(clock, lookEveryMs, signal);
    this.#killed = { pid, atMs: clock.monotonicMs() };
    // Its relay may have been quicker: it ends who is silent.
    signalled(pid, "SIGKILL");
  }

  async mend(): Promise<void> {
    const { node, detector, clock, signal } = this.#setup;
    const before = this.#killed === undefined ? {} : { before: this.#killed.pid };
    await awaitDetector(node.pid, detector, { ...before, clock, signal });
  }

  /** One that has ended by itself since it was found is started again. */
  async #freeze(): Promise<number> {
    for (let pid = await (this.#pid ?? this.#find()); ; pid = await this.#find(pid)) {
      if (signalled(pid, "SIGSTOP")) return pid;
    }
  }

  #find(before?: number): Promise<number> {
    const { node, detector, clock, signal } = this.#setup;
    const pid = awaitDetector(node.pid, detector, { ...(before === undefined ? {} : { before }), clock, signal });
    // Whoever waits for it is told.
    pid.catch(() => undefined);
    return pid;
  }
}

/** @returns whether there was such a process */
const signalled = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH") return false;
    throw thrown;
  }
};
