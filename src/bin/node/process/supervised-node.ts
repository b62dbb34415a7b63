import type { Clock, Timer } from "../../../base/clock.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { NodeProcess, type NodeExit, type NodeReady } from "../node-process.ts";

/** What happens to a node of this machine, for whoever started it. */
export type NodeNews =
  | { readonly event: "ready"; readonly ready: NodeReady; readonly again: boolean }
  /** `againInMs`: when it is started again; absent: it is not. */
  | { readonly event: "exited"; readonly exit: NodeExit; readonly againInMs: number | undefined }
  /** It gave no sign of life for this long and is killed. */
  | { readonly event: "silent"; readonly silentMs: number }
  | { readonly event: "line"; readonly line: string };

export interface SupervisedNodeOptions {
  readonly id: string;
  /** Of `garrison node`. */
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly onNews: (news: NodeNews) => void;
}

const firstPauseMs = 200;
const longestPauseMs = 10_000;
/** A node that was up this long has recovered: the next pause is the first one again. */
const steadyMs = 30_000;
/**
 * A frozen process may hold the lock of the embedded store, for which all others wait: after this it is killed, which frees the lock. On
 * Redis nobody waits for it, but its place is empty. Far longer than a busy machine delays a node.
 */
const mostSilentMs = 15_000;
/** It says nothing before it is ready, and waits for a dead predecessor's lease until then. */
const mostStartMs = 60_000;

/**
 * Whether a node that ended by itself is started again. One that never was ready would not be the next time either, unless its
 * incarnation was ended while it joined.
 */
export const startsAgain = ({ code }: Pick<NodeExit, "code">, wasReady: boolean): boolean =>
  code === exitCodes.lost || (code !== exitCodes.complete && wasReady);

/** A node as a child process that is started again when it ends by itself with a signal or with a code other than 0. */
export class SupervisedNode {
  readonly id: string;
  readonly #options: SupervisedNodeOptions;
  #process: NodeProcess | undefined;
  #readyAtMs: number | undefined;
  #wasReady = false;
  #stopping = false;
  #pauseMs = firstPauseMs;
  #timer: Timer | undefined;
  #end: () => void = () => undefined;
  /** Resolves when there is no process and there will be none. */
  readonly ended: Promise<void>;

  constructor(options: SupervisedNodeOptions) {
    this.id = options.id;
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#start();
  }

  /** Kills the process if nothing was heard of it for too long. */
  checkSigns(): void {
    const node = this.#process;
    if (node === undefined) return;
    const { silentMs } = node;
    if (silentMs < (node.ready ? mostSilentMs : mostStartMs)) return;
    this.#options.onNews({ event: "silent", silentMs });
    node.signal("SIGKILL");
  }

  forgive(): void {
    this.#process?.forgive();
  }

  /** Asks the process to end in order; it is not started again. */
  stop(): void {
    this.#stopping = true;
    this.#timer?.cancel();
    if (this.#process === undefined) this.#end();
    else this.#process.signal("SIGTERM");
  }

  kill(): void {
    this.#process?.signal("SIGKILL");
  }

  #start(): void {
    const { args, clock, onNews } = this.#options;
    this.#timer = undefined;
    this.#process = new NodeProcess({
      args,
      clock,
      onReady: (ready) => {
        this.#readyAtMs = clock.monotonicMs();
        onNews({ event: "ready", ready, again: this.#wasReady });
        this.#wasReady = true;
      },
      onLine: (line) => onNews({ event: "line", line }),
      onExit: (exit) => this.#exited(exit),
    });
  }

  #exited(exit: NodeExit): void {
    const { clock, onNews } = this.#options;
    this.#process = undefined;
    const upMs = this.#readyAtMs === undefined ? 0 : clock.monotonicMs() - this.#readyAtMs;
    this.#readyAtMs = undefined;
    if (this.#stopping || !startsAgain(exit, this.#wasReady)) {
      onNews({ event: "exited", exit, againInMs: undefined });
      return this.#end();
    }
    const pauseMs = upMs >= steadyMs ? firstPauseMs : this.#pauseMs;
    this.#pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    onNews({ event: "exited", exit, againInMs: pauseMs });
    this.#timer = clock.after(pauseMs, () => this.#start());
  }
}
