import { asError } from "../../src/base/errors.ts";
import { StoreError, type Guard, type Space, type Store } from "../../src/store/index.ts";
import { openMemoryStore, type Carry, type MemoryDatabase } from "../../src/store/memory/index.ts";
import type { Enter } from "./event-loop.ts";
import type { StoreEvent, StoreFact } from "./store-history.ts";
import type { World } from "./world.ts";

/** Store of all nodes: one database, what it accepted, and how ill it is. */
export interface SimulatedStore {
  readonly database: MemoryDatabase;
  readonly history: StoreEvent[];
  /** Calls do not arrive before this. */
  hungUntilMs: number;
  /** Whether calls and answers may get lost. */
  lossy: boolean;
}

/** How a call goes: `unsent` never arrives; the answer of an `unanswered` one gets lost. */
type Fate = "answered" | "unsent" | "unanswered" | "busy";

export const callTimeoutMs = 1_000;

const fateOf = (world: World, store: SimulatedStore): Fate => {
  if (!store.lossy) return "answered";
  const roll = world.random.next();
  if (roll < 0.01) return "unsent";
  if (roll < 0.025) return "unanswered";
  if (roll < 0.035) return "busy";
  return "answered";
};

export interface StoreHandle {
  readonly store: Store;
  readonly space: (name: string) => Space;
  /** Calls that have neither been answered nor given up. */
  openCalls(): number;
}

/**
 * One process' handle on the store: every call travels there and back through the world, may get lost either way, and fails at its
 * deadline with an unknown outcome. What the store accepts is noted at the moment it does.
 */
export const openSimulatedStore = (world: World, store: SimulatedStore, owner: string, enter: Enter): StoreHandle => {
  let noteOf: ((output: unknown) => StoreFact | undefined) | undefined;
  let name = "call";
  let open = 0;

  const carry: Carry = <Output>(run: () => Output): Promise<Output> => {
    const note = noteOf;
    const label = `${owner} ${name}`;
    const fate = fateOf(world, store);
    if (fate !== "answered") world.count(`fault: store ${fate}`);
    open += 1;
    return new Promise<Output>((resolve, reject) => {
      let settled = false;
      const settle = (end: () => void): void => {
        if (settled) return;
        settled = true;
        open -= 1;
        deadline.cancel();
        end();
      };
      const deadline = world.after(callTimeoutMs, () =>
        enter(() => settle(() => reject(new StoreError("deadline", `${label} was not answered`, { retryable: true })))),
      );
      const answer = (end: () => void): void => {
        if (fate === "answered") world.later(`answer ${label}`, () => enter(() => settle(end)));
      };
      const arrive = (): void => {
        try {
          const output = run();
          const fact = note?.(output);
          if (fact !== undefined) {
            const event = { ...fact, atMs: world.clock.monotonicMs() };
            store.history.push(event);
            world.tell("store", event);
          }
          answer(() => resolve(output));
        } catch (error) {
          if (error instanceof StoreError) world.count(`branch: ${error.code}`);
          answer(() => reject(asError(error)));
        }
      };
      if (fate === "busy") {
        world.later(`busy ${label}`, () =>
          enter(() => settle(() => reject(new StoreError("busy", `${label} was refused`, { retryable: true })))),
        );
      } else if (fate !== "unsent") {
        world.later(`call ${label}`, arrive, () => world.clock.monotonicMs() < store.hungUntilMs);
      }
    });
  };

  const inner = openMemoryStore(store.database, carry);
  /** Makes a call and says what to note when the store has made the change: the call reaches `carry` before it returns. */
  const noted = <Result>(
    what: string,
    note: (output: unknown) => StoreFact | undefined,
    call: () => Result,
  ): Result => {
    name = what;
    noteOf = note;
    try {
      return call();
    } finally {
      // A call that was refused before it reached the store must not lend its note to the next one.
      name = "call";
      noteOf = undefined;
    }
  };

  /** The order itself is the first call; those that carry it out follow. */
  const ordered = (group: string, order: "hold" | "resume" | "cancel", call: () => Promise<void>): Promise<void> =>
    noted(`${order} ${group}`, () => ({ type: "ordered", group, order }), call);

  const wrap = (space: Space): Space => ({
    name: space.name,
    groups: {
      get: (group) => space.groups.get(group),
      hold: (group) => ordered(group, "hold", () => space.groups.hold(group)),
      resume: (group) => ordered(group, "resume", () => space.groups.resume(group)),
      cancel: (group) => ordered(group, "cancel", () => space.groups.cancel(group)),
    },
    records: space.records,
    leases: space.leases,
    limits: space.limits,
    revision: () => space.revision(),
    changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
    commit: (guard: Guard | undefined, changes) =>
      noted(
        `commit ${changes
          .map((change) => change.type)
          .join(" ")
          .slice(0, 60)}`,
        () => ({ type: "committed", owner, guard, changes }),
        () => space.commit(guard, changes),
      ),
    queue: {
      add: (queue, items) =>
        noted(
          `add ${queue}`,
          () => ({ type: "added", queue, ids: items.map((item) => item.id) }),
          () => space.queue.add(queue, items),
        ),
      claim: (request) =>
        noted(
          `claim ${request.queue}`,
          (output) => {
            const { claims } = output as Pick<Extract<StoreFact, { type: "claimed" }>, "claims">;
            return claims.length === 0 ? undefined : { type: "claimed", owner, leaseMs: request.leaseMs, claims };
          },
          () => space.queue.claim(request),
        ),
      extend: (claims, leaseMs) =>
        noted(
          "extend",
          (output) => {
            const lost = new Set((output as readonly { token: number }[]).map(({ token }) => token));
            return { type: "extended", leaseMs, claims: claims.filter(({ token }) => !lost.has(token)) };
          },
          () => space.queue.extend(claims, leaseMs),
        ),
      cancel: (queue, ids) => space.queue.cancel(queue, ids),
      counts: (queue) => space.queue.counts(queue),
      get: (queue, id) => space.queue.get(queue, id),
      deadLetters: (queue, page) => space.queue.deadLetters(queue, page),
      replay: (queue, ids) => space.queue.replay(queue, ids),
    },
  });

  const spaces = new Map<string, Space>();
  return {
    store: inner,
    openCalls: () => open,
    space: (spaceName) => {
      const known = spaces.get(spaceName) ?? wrap(inner.space(spaceName));
      spaces.set(spaceName, known);
      return known;
    },
  };
};
