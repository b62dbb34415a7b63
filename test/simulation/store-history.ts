import type { Change, Claim, ClaimRef, Guard } from "../../src/store/index.ts";

/** What the store accepted, in the order in which it did; noted where the change is made, whether or not anyone hears of it. */
export type StoreFact =
  | { readonly type: "added"; readonly queue: string; readonly ids: readonly string[] }
  | {
      readonly type: "claimed";
      readonly owner: string;
      readonly leaseMs: number;
      readonly claims: readonly Pick<Claim, "queue" | "id" | "token" | "failures" | "losses">[];
    }
  | { readonly type: "extended"; readonly leaseMs: number; readonly claims: readonly ClaimRef[] }
  | {
      readonly type: "committed";
      readonly owner: string;
      readonly guard: Guard | undefined;
      readonly changes: readonly Change[];
    };

export type StoreEvent = StoreFact & { readonly atMs: number };

/** Who knows what of the work: what the submitter was told is stored, and what the engine was made to do. */
export interface WorkLog {
  /** Ids of tasks whose submission was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Items that kill the process of whoever runs them, always. */
  readonly deadly: ReadonlySet<string>;
  /** Items whose work fails, always. */
  readonly hopeless: ReadonlySet<string>;
}

/** The end of every item, as the store tells it when everything is over. */
export interface FinalItem {
  readonly queue: string;
  readonly id: string;
  readonly status: string;
  readonly failures: number;
  readonly losses: number;
  readonly deadBy: "failures" | "losses" | undefined;
  /** Findings records that its task has of it. */
  readonly findings: number;
}
