import type { Ledger } from "../../../src/bin/demo/ledger.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";

/** A count, and how much of it ten minutes owe at least. */
export interface Floor {
  readonly seen: number;
  readonly tenMinutes: number;
}

export type SystemLedger = Omit<Ledger, "system"> & { readonly system: string };

/** What came of the work of a load. */
export interface Settled {
  /** One for each system that had a part in it. */
  readonly ledgers: readonly SystemLedger[];
  readonly floors: Readonly<Record<string, Floor>>;
  /** What must not be, at most the first of each kind. */
  readonly violations: readonly string[];
  readonly seen: Readonly<Record<string, unknown>>;
}

/** Work for one system of a run in which all have some. Its ledger is its own: what it asked for, and what it acts on has seen. */
export interface Load {
  readonly name: string;
  /** Sections of the config of a node, asked for before there are nodes. */
  config(node: number): ConfigSections;
  /** Gives the nodes work until `stop`. Rejects when that is not possible. */
  feed(fleet: Fleet): Promise<void>;
  stop(): void;
  /** Waits until everything that was accepted has ended, or never will, and settles it. After `feed`, with all nodes there. */
  settle(fleet: Fleet, disturbed: Disturbed): Promise<Settled>;
  /** How far it is, for people. */
  progress(): string;
  /** Ends all that it has started. Idempotent. */
  end(): Promise<void>;
}
