import { StoreError, type ClaimRef, type Guard, type LeaseRef, type RecordRef } from "../../../../src/store/index.ts";
import type { Backend } from "../../../../src/store/handle/backend.ts";
import type { CommandName, Commands } from "../../../../src/store/model/commands.ts";
import type { PreparedChange } from "../../../../src/store/model/commit.ts";
import { names, type ChangeChoice, type GuardChoice, type Operation, type VersionChoice } from "./operations.ts";

/** A store below its handles. */
export type Model = Pick<Backend, "execute" | "ask">;

/** What was handed out so far, to choose from. It is the same for every model as long as they agree. */
export class Seen {
  readonly #claims: ClaimRef[] = [];
  readonly #leases: LeaseRef[] = [];
  readonly #records: RecordRef[] = [];
  readonly #slots: string[] = [];

  readonly claim = (pick: number): ClaimRef => chosen(this.#claims, pick) ?? { queue: "a", id: "i1", token: 1 };
  readonly lease = (pick: number): LeaseRef => chosen(this.#leases, pick) ?? { name: "x", token: 1 };
  readonly record = (pick: number): RecordRef => chosen(this.#records, pick) ?? { key: "k", version: 1 };
  readonly slot = (pick: number): string => chosen(this.#slots, pick) ?? "unknown";

  note<Name extends CommandName>(name: Name, input: Commands[Name]["input"], output: unknown): void {
    if (name === "claim") {
      for (const { queue, id, token } of (output as Commands["claim"]["output"]).claims) {
        this.#claims.push({ queue, id, token });
      }
    } else if (name === "acquire" && output !== undefined) {
      this.#leases.push({ name: (input as Commands["acquire"]["input"]).name, token: output as number });
    } else if (name === "seize" && output !== undefined) {
      this.#leases.push({ name: (input as Commands["seize"]["input"]).lease.name, token: output as number });
    } else if (name === "reserve") {
      for (const { id } of (output as Commands["reserve"]["output"]).slots) this.#slots.push(id);
    } else if (name === "commit") {
      const { revision } = output as Commands["commit"]["output"];
      for (const change of (input as Commands["commit"]["input"]).changes) {
        if (change.type === "put") this.#records.push({ key: change.key, version: revision });
      }
    }
  }
}

/** The latest ones first: 0 is the last that was seen. */
const chosen = <Value>(list: readonly Value[], pick: number): Value | undefined =>
  list.length === 0 ? undefined : list[list.length - 1 - (pick % list.length)];

/** One command, and what each model made of it. */
export type Run = <Name extends CommandName>(
  name: Name,
  input: Commands[Name]["input"],
) => Promise<Commands[Name]["output"] | undefined>;

/** What came of a command, in a form to compare. */
export const outcomeOf = async (call: () => unknown): Promise<unknown> => {
  try {
    return { output: await call() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { code, message, ids } = error;
    return { code, message, ids };
  }
};

/** Runs the commands of one operation; `wait` is the caller's. */
export const play = async (operation: Exclude<Operation, { type: "wait" }>, seen: Seen, run: Run): Promise<void> => {
  switch (operation.type) {
    case "add":
      return void (await run("add", operation));
    case "claim": {
      const { ids, maxClaimed, queue, owner, slots, leaseMs, holding } = operation;
      const bounds = { ...(ids === undefined ? {} : { ids }), ...(maxClaimed === undefined ? {} : { maxClaimed }) };
      return void (await run("claim", { queue, owner, slots, leaseMs, holding, ...bounds }));
    }
    case "wear":
      return wear(operation, run);
    case "extend": {
      const { picks, leaseMs } = operation;
      return void (await run("extend", { claims: picks.map(seen.claim), leaseMs }));
    }
    case "cancel":
    case "replay":
      return void (await run(operation.type, { queue: operation.queue, ids: operation.ids }));
    case "commit": {
      const changes = operation.changes.map((choice) => changeOf(choice, seen));
      return void (await run("commit", { guard: guardOf(operation.guard, seen), changes }));
    }
    case "order":
      return void (await run("orderGroup", { group: operation.group, order: operation.order }));
    case "sweep":
      return void (await run("sweepGroup", { group: operation.group }));
    case "acquire":
      return void (await run("acquire", operation));
    case "seize": {
      const { pick, owner, ttlMs } = operation;
      return void (await run("seize", { lease: seen.lease(pick), owner, ttlMs }));
    }
    case "renew":
      return void (await run("renew", { lease: seen.lease(operation.pick), ttlMs: operation.ttlMs }));
    case "releaseLease":
      return void (await run("releaseLease", seen.lease(operation.pick)));
    case "reserve": {
      const { key, n, perSecond, burst, concurrent } = operation;
      const rate = perSecond === undefined ? {} : { perSecond, ...(burst === undefined ? {} : { burst }) };
      const most = concurrent === undefined ? {} : { concurrent, leaseMs: 500 };
      return void (await run("reserve", { key, n, ...rate, ...most }));
    }
    case "releaseSlots":
      return void (await run("releaseSlots", { key: operation.key, slots: operation.picks.map(seen.slot) }));
  }
};

const wear = async (operation: Extract<Operation, { type: "wear" }>, run: Run): Promise<void> => {
  const { queue, id, owner, reason, times } = operation;
  for (let at = 0; at < times; at += 1) {
    const handedOut = await run("claim", { queue, owner, slots: 1, leaseMs: 100, holding: 0, ids: [id] });
    const claim = handedOut?.claims[0];
    if (claim === undefined) return;
    const release: PreparedChange = { type: "release", claim, reason, delayMs: 0, error: `worn ${at}` };
    await run("commit", { guard: undefined, changes: [release] });
  }
};

const guardOf = ({ type, pick }: GuardChoice, seen: Seen): Guard | undefined => {
  if (type === "claim") return { type, claim: seen.claim(pick) };
  if (type === "lease") return { type, lease: seen.lease(pick) };
  if (type === "record") return { type, record: seen.record(pick) };
  return undefined;
};

const versionOf = (choice: VersionChoice, seen: Seen): number | undefined =>
  choice === "any" ? undefined : choice === "none" ? 0 : seen.record(choice).version;

const changeOf = (choice: ChangeChoice, seen: Seen): PreparedChange => {
  switch (choice.type) {
    case "add":
      return choice;
    case "finish": {
      const { type, outcome, result } = choice;
      return { type, claim: seen.claim(choice.pick), outcome, result };
    }
    case "checkpoint":
      return { type: "checkpoint", claim: seen.claim(choice.pick), data: choice.data };
    case "release": {
      const { type, reason, delayMs, error } = choice;
      return { type, claim: seen.claim(choice.pick), reason, delayMs, error };
    }
    case "seal": {
      const { group, next } = choice;
      return {
        type: "seal",
        group,
        onComplete: next === undefined ? undefined : { queue: names.queues[1], item: next },
      };
    }
    case "put": {
      const { type, key, value, expiresInMs } = choice;
      const expectedVersion = versionOf(choice.expected, seen);
      return {
        type,
        key,
        value,
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
        ...(expiresInMs === undefined ? {} : { expiresInMs }),
      };
    }
    case "delete":
      return { type: "delete", key: choice.key, expectedVersion: versionOf(choice.expected, seen) };
  }
};
