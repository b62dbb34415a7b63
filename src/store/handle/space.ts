import {
  bounds,
  type Change,
  type CommitResult,
  type Groups,
  type Guard,
  type Leases,
  type Limits,
  type Records,
  type Space,
  type WorkQueue,
} from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkCount, checkDuration, checkName, checkWhole } from "./checks.ts";
import { GroupsHandle } from "./groups.ts";
import { LeasesHandle } from "./leases.ts";
import { LimitsHandle } from "./limits.ts";
import { observedBackend, type StoreObserver } from "./observed-backend.ts";
import { prepareChange, prepareGuard } from "./prepare.ts";
import { QueueHandle } from "./queue.ts";
import { RecordsHandle } from "./records.ts";
import { checkWeight, weightOfChange } from "./weight.ts";

export class SpaceHandle implements Space {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly groups: Groups;
  readonly records: Records;
  readonly leases: Leases;
  readonly limits: Limits;
  readonly #backend: Backend;

  constructor(backend: Backend, name: string) {
    this.name = checkName("space", name);
    this.#backend = backend;
    this.queue = new QueueHandle(backend, name);
    this.groups = new GroupsHandle(backend, name);
    this.records = new RecordsHandle(backend, name);
    this.leases = new LeasesHandle(backend, name);
    this.limits = new LimitsHandle(backend, name);
  }

  async commit(guard: Guard | undefined, changes: readonly Change[]): Promise<CommitResult> {
    checkCount("changes", changes, bounds.changes);
    const prepared = changes.map(prepareChange);
    checkWeight(prepared.map(weightOfChange));
    return this.#backend.execute(this.name, "commit", {
      guard: guard === undefined ? undefined : prepareGuard(guard),
      changes: prepared,
    });
  }

  async revision(): Promise<number> {
    return this.#backend.ask(this.name, "revision", undefined);
  }

  async changed(seen: number, timeoutMs: number): Promise<number> {
    checkWhole("seen", seen, 0, Number.MAX_SAFE_INTEGER);
    return this.#backend.changed(this.name, seen, checkDuration("timeoutMs", timeoutMs, true));
  }
}

/** The spaces of one open store: the same object for the same name. */
export class Spaces {
  readonly #backend: Backend;
  readonly #spaces = new Map<string, Space>();

  constructor(backend: Backend, observe?: StoreObserver) {
    this.#backend = observe === undefined ? backend : observedBackend(backend, observe);
  }

  get(name: string): Space {
    let space = this.#spaces.get(name);
    if (space === undefined) {
      space = new SpaceHandle(this.#backend, name);
      this.#spaces.set(name, space);
    }
    return space;
  }
}
