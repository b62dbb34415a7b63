import { StoreError, type Claim, type CommitResult, type Guard, type Space } from "../../src/store/index.ts";
import { openMemoryStore } from "../../src/store/memory/index.ts";
import type { Enter } from "./event-loop.ts";
import { accepted, Link, type CutWay } from "./link.ts";
import { loggedLeases } from "./logged-leases.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { World } from "./world.ts";

export interface StoreHandle {
  readonly space: (name: string) => Space;
  /** Calls that have neither been answered nor given up. */
  openCalls(): number;
  /** From now until then nothing gets through this way. */
  cut(way: CutWay, untilMs: number): void;
  /** From now on everything gets through. */
  heal(): void;
}

const lostHintChance = 0.1;
const labelLength = 60;

/**
 * One process' handle on the store: the real one, over a link that the world decides about. What the store accepts is noted at the moment
 * it does.
 */
export const openSimulatedStore = (world: World, store: SimulatedStore, owner: string, enter: Enter): StoreHandle => {
  const link = new Link(world, store, owner, enter);
  const inner = openMemoryStore(store.database, link.carry);

  /** The order itself is the first call; those that carry it out follow. */
  const ordered = (space: Space, group: string, order: "hold" | "resume" | "cancel"): Promise<void> =>
    link.noted(
      `${order} ${group}`,
      accepted(() => ({ type: "ordered", space: space.name, group, order })),
      () => space.groups[order](group),
    );

  const queueOf = ({ queue }: Space): Space["queue"] => ({
    add: (name, items) =>
      link.noted(
        `add ${name}`,
        accepted(() => ({ type: "added", queue: name, ids: items.map((item) => item.id) })),
        () => queue.add(name, items),
      ),
    claim: (request) =>
      link.noted(
        `claim ${request.queue}`,
        accepted(({ claims }: { readonly claims: readonly Claim[] }) =>
          claims.length === 0
            ? undefined
            : { type: "claimed", owner, by: request.owner, leaseMs: request.leaseMs, claims },
        ),
        () => queue.claim(request),
      ),
    extend: (claims, leaseMs) =>
      link.noted(
        "extend",
        accepted((output: readonly { readonly token: number }[]) => {
          const lost = new Set(output.map(({ token }) => token));
          return { type: "extended", owner, leaseMs, claims: claims.filter(({ token }) => !lost.has(token)) };
        }),
        () => queue.extend(claims, leaseMs),
      ),
    cancel: (name, ids) =>
      link.noted(
        `cancel ${name}`,
        accepted(() => ({ type: "withdrawn", queue: name, ids })),
        () => queue.cancel(name, ids),
      ),
    counts: (name) => queue.counts(name),
    get: (name, id) => queue.get(name, id),
    deadLetters: (name, page) => queue.deadLetters(name, page),
    replay: (name, ids) => queue.replay(name, ids),
  });

  const commitTo =
    (space: Space): Space["commit"] =>
    (guard: Guard | undefined, changes) => {
      const what = changes.map((change) => change.type).join(" ");
      const call = link.noted(
        `commit ${what.slice(0, labelLength)}`,
        (outcome) => {
          if (!(outcome instanceof StoreError)) {
            const { revision } = outcome as CommitResult;
            return { type: "committed", space: space.name, owner, revision, guard, changes };
          }
          return outcome.code === "stale-guard" && guard !== undefined ? { type: "refused", owner, guard } : undefined;
        },
        () => space.commit(guard, changes),
      );
      return guard?.type === "lease" ? store.leases.followWrite(call, guard.lease) : call;
    };

  /** A hint may get lost; a frozen process hears none. */
  const changedIn =
    (space: Space): Space["changed"] =>
    (seen, timeoutMs) => {
      const lost = store.lossy && world.chance(lostHintChance);
      if (lost) world.count("fault: hint lost");
      const hint = space.changed(lost ? Number.MAX_SAFE_INTEGER : seen, timeoutMs);
      return new Promise((resolve, reject) => {
        hint.then(
          (revision) => enter(() => resolve(revision)),
          (error: unknown) => enter(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
    };

  const wrap = (space: Space): Space => ({
    name: space.name,
    groups: {
      get: (group) => space.groups.get(group),
      hold: (group) => ordered(space, group, "hold"),
      resume: (group) => ordered(space, group, "resume"),
      cancel: (group) => ordered(space, group, "cancel"),
    },
    records: space.records,
    leases: loggedLeases(space.leases, owner, link, store.leases),
    limits: space.limits,
    revision: () => space.revision(),
    changed: changedIn(space),
    commit: commitTo(space),
    queue: queueOf(space),
  });

  const spaces = new Map<string, Space>();
  return {
    openCalls: () => link.openCalls,
    cut: (way, untilMs) => link.cut(way, untilMs),
    heal: () => link.heal(),
    space: (name) => {
      const known = spaces.get(name) ?? wrap(inner.space(name));
      spaces.set(name, known);
      return known;
    },
  };
};
