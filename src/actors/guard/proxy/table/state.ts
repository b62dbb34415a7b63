import type { Address } from "../../../../kernel/index.ts";
import type { ReportsMessage } from "../reports/reports-protocol.ts";
import type { ProxySetup } from "../setup.ts";
import type { Generation } from "./generation.ts";
import type { HostTable } from "./host-table.ts";
import type { Subscription } from "./subscription.ts";

export interface TableSetup extends ProxySetup {
  /** Is told how many shards there are. */
  readonly reports: Address<ReportsMessage>;
}

export interface TableState {
  readonly host: HostTable;
  /** Undefined: none of this proxy holds all that is known. */
  generation: Generation | undefined;
  /** There is a table in force, of this proxy or of one before. */
  isInForce: boolean;
  /** When the first settings and rules had come; undefined before. */
  usableAtMs: number | undefined;
  /** The file could not be written: not again before a pause. */
  isPaused: boolean;
  subscription: Subscription | undefined;
  /** Subscriptions that failed since the table was whole. */
  failures: number;
  problem: string | undefined;
  writeProblem: string | undefined;
  readonly counts: { generations: number; subscriptions: number; mismatches: number };
}
