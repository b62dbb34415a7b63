import { StoreError, type Change, type Guard, type Space } from "../../../../src/store/index.ts";
import type { OwnershipEvent, OwnershipFact } from "../../../support/invariants/index.ts";

/** What the store did for one node: told when the store has done it, whatever becomes of the answer. */
export type Heard = (event: OwnershipEvent) => void;

/** How a call and its answer get to the store and back. */
export type Carry = <Output>(call: () => Promise<Output>) => Promise<Output>;

export interface Spy {
  /** Node and incarnation. */
  readonly owner: string;
  readonly nowMs: () => number;
  readonly deadlineMs: () => number;
  readonly heard: Heard;
}

/** The space as one node sees it: each call goes through `carry`, each commit is written down as it happens in the store. */
export const spiedSpace = (space: Space, carry: Carry, spy: Spy): Space => ({
  name: space.name,
  queue: space.queue,
  groups: space.groups,
  leases: space.leases,
  limits: space.limits,
  records: {
    get: (key) => carry(() => space.records.get(key)),
    getMany: (keys) => carry(() => space.records.getMany(keys)),
    list: (prefix, page) => carry(() => space.records.list(prefix, page)),
  },
  revision: () => carry(() => space.revision()),
  changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
  commit: (guard, changes) =>
    carry(async () => {
      const tell = (key: string, token: number, fact: OwnershipFact): void =>
        spy.heard({ ...fact, key, token, owner: spy.owner, atMs: spy.nowMs() });
      try {
        const result = await space.commit(guard, changes);
        for (const change of changes) tellOf(change, result.revision, spy, tell);
        if (guard?.type === "record") tell(guard.record.key, guard.record.version, { type: "accepted" });
        return result;
      } catch (error) {
        if (isStale(error, guard)) tell(guard.record.key, guard.record.version, { type: "refused" });
        throw error;
      }
    }),
});

const isStale = (error: unknown, guard: Guard | undefined): guard is Extract<Guard, { readonly type: "record" }> =>
  error instanceof StoreError && error.code === "stale-guard" && guard?.type === "record";

const tellOf = (
  change: Change,
  revision: number,
  spy: Spy,
  tell: (key: string, token: number, fact: OwnershipFact) => void,
): void => {
  if (change.type !== "put" || !change.key.startsWith("owner/")) return;
  const { state } = change.value as { readonly state: string };
  if (state === "held") tell(change.key, revision, { type: "granted", deadlineMs: spy.deadlineMs() });
  else tell(change.key, change.expectedVersion ?? 0, { type: "released" });
};
