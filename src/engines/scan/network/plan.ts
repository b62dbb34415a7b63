import type { Payloads } from "../payloads/payloads.ts";
import type { TextPattern } from "../template/text.ts";
import type { NetworkInput } from "./inputs.ts";
import type { PortChoice } from "./ports.ts";

/** Where a block connects. */
export interface NetworkHost {
  readonly text: TextPattern;
  readonly tls: boolean;
}

/** A block under `network` or `tcp`, compiled. */
export interface NetworkPlan {
  readonly hosts: readonly NetworkHost[];
  readonly ports: PortChoice;
  readonly inputs: readonly NetworkInput[];
  readonly payloads: Payloads | undefined;
  readonly threads: number | undefined;
  /** Bytes at most of the last read; undefined: all until the server stops. */
  readonly readSize: number | undefined;
  /** The block brings its own target. */
  readonly selfContained: boolean;
}
