import type { Transport } from "../../../src/cluster/index.ts";

/** What a transport's adapter gives to the suite. */
export interface TransportAdapter {
  /** A new network of its own for each test. */
  open(): Promise<TransportNetwork>;
}

export interface TransportNetwork {
  /** A node that listens, at an address of its own. */
  join(node: string): Promise<{ readonly transport: Transport; readonly address: string }>;
  /** Where nobody listens. */
  nowhere(): Promise<string>;
  close(): Promise<void>;
}
