import type { Change, Claim, ClaimRef, Guard } from "../../src/store/index.ts";
import type { SentRequest } from "./request-log.ts";

/** What the store accepted, in the order in which it did; noted where the change is made, whether or not anyone hears of it. */
export type StoreFact =
  | { readonly type: "added"; readonly queue: string; readonly ids: readonly string[] }
  | {
      readonly type: "claimed";
      readonly owner: string;
      /** In whose name, as the store has it. */
      readonly by: string;
      readonly leaseMs: number;
      readonly claims: readonly Pick<Claim, "queue" | "id" | "token" | "failures" | "losses">[];
    }
  /** From here on the order holds, whatever becomes of the call. */
  | {
      readonly type: "ordered";
      readonly space: string;
      readonly group: string;
      readonly order: "hold" | "resume" | "cancel";
    }
  /** Items of a queue were cancelled, those of them that had not ended. */
  | { readonly type: "withdrawn"; readonly queue: string; readonly ids: readonly string[] }
  | {
      readonly type: "extended";
      readonly owner: string;
      readonly leaseMs: number;
      readonly claims: readonly ClaimRef[];
    }
  | {
      readonly type: "committed";
      readonly space: string;
      readonly owner: string;
      readonly revision: number;
      readonly guard: Guard | undefined;
      readonly changes: readonly Change[];
    }
  /** A commit that changed nothing: its guard did not stand. */
  | { readonly type: "refused"; readonly owner: string; readonly guard: Guard }
  | LeaseFact
  /** What the holder of a fence did on the outside, where no store could refuse it. */
  | { readonly type: "acted"; readonly owner: string; readonly key: string; readonly token: number };

export type LeaseFact =
  | {
      readonly type: "leased";
      readonly owner: string;
      readonly name: string;
      readonly token: number;
      readonly ttlMs: number;
    }
  | {
      readonly type: "renewed";
      readonly owner: string;
      readonly name: string;
      readonly token: number;
      readonly ttlMs: number;
    }
  /** Taken from whoever held it under `expected`, before it ran out. */
  | {
      readonly type: "seized";
      readonly owner: string;
      readonly name: string;
      readonly token: number;
      readonly ttlMs: number;
      readonly expected: number;
    }
  | { readonly type: "freed"; readonly owner: string; readonly name: string; readonly token: number }
  /** Someone else holds it. */
  | { readonly type: "denied"; readonly owner: string; readonly name: string }
  /** Someone looked, and nobody held these. */
  | { readonly type: "missed"; readonly owner: string; readonly names: readonly string[] };

export type StoreEvent = StoreFact & { readonly atMs: number };

/** Who knows what of the work: what the submitter was told is stored, and what the engine was made to do. */
export interface WorkLog {
  /** Ids of tasks whose submission was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Templates of each scan. */
  readonly templates: ReadonlyMap<string, readonly string[]>;
  /** Templates that kill the process of whoever runs them, always. */
  readonly deadly: ReadonlySet<string>;
  /** Templates whose work fails, always. */
  readonly hopeless: ReadonlySet<string>;
  /** What the targets saw. */
  readonly requests: readonly SentRequest[];
}

/** The end of every item, as the store tells it when everything is over. */
export interface FinalItem {
  readonly queue: string;
  readonly id: string;
  readonly status: string;
  readonly failures: number;
  readonly losses: number;
  readonly deadBy: "failures" | "losses" | undefined;
  /** The scan that a subtask is a part of; a task's own id. */
  readonly taskId: string;
  /** Of a subtask. */
  readonly templates: readonly string[];
  /** It was cut into parts, which are items of their own. */
  readonly split: boolean;
  /** Findings records that its task has of it. */
  readonly findings: number;
}
