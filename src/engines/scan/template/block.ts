import type { Operators } from "../operators/evaluate.ts";
import type { BlockRun } from "../run/block-run.ts";

export const protocols = ["http", "dns", "network", "ssl", "websocket", "file"] as const;

/** The protocols that are run. */
export type Protocol = (typeof protocols)[number];

/** One entry under a protocol of a template, compiled: it knows how to run itself. */
export interface Block {
  readonly protocol: Protocol;
  /** The block's own name, by which flows call it and later requests see its response. */
  readonly id: string | undefined;
  readonly operators: Operators;
  /** Requests that it sends at most, as far as that is known before anything is extracted; without redirects. */
  readonly requests: number;
  readonly stopAtFirstMatch: boolean;
  /** Blocks of equal keys send the same request: it is sent once and judged by all. Undefined: never shared. */
  readonly clusterKey: string | undefined;
  /**
   * Sends its requests and has what comes back judged. Whatever the other side does is told to the run's tally.
   *
   * @throws only what `admit` throws
   */
  run(run: BlockRun): Promise<void>;
}
