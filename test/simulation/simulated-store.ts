import { StoreError } from "../../src/store/index.ts";
import { MemoryDatabase } from "../../src/store/memory/database.ts";
import { defaultRetention } from "../../src/store/retention.ts";
import { LeaseLog } from "./lease-log.ts";
import { JournaledMap } from "./journaled-map.ts";
import type { StoreEvent, StoreFact } from "./store-history.ts";
import type { World } from "./world.ts";

/** A call that the store has carried out and whose answer nobody has yet: a failover may undo it. */
interface Unconfirmed {
  readonly undo: ReturnType<JournaledMap["cut"]>;
  readonly event: StoreEvent | undefined;
}

/** One call as the store carried it out. */
interface CarriedOut<Output> {
  /** What it gave, or why it was refused. */
  readonly outcome: Output | StoreError;
  /** Sends the answer: from now on the call, and all before it, is there for good. False if the store that knew of it is gone. */
  readonly confirm: () => boolean;
}

/** The store of all nodes: one database, what it accepted, and how ill it is. */
export class SimulatedStore {
  readonly database: MemoryDatabase;
  readonly history: StoreEvent[] = [];
  readonly leases: LeaseLog;
  /** Calls do not arrive before this. */
  hungUntilMs = 0;
  /** Calls that would arrive before this are lost. */
  stoppedUntilMs = 0;
  /** Whether calls and answers may get lost. */
  lossy = true;
  readonly #world: World;
  readonly #map = new JournaledMap();
  #unconfirmed: Unconfirmed[] = [];
  #confirmed = 0;
  /** Counts failovers: what was under way to or from an earlier one is lost. */
  #epoch = 0;
  #failing = false;

  constructor(world: World) {
    this.#world = world;
    this.leases = new LeaseLog(world);
    this.database = new MemoryDatabase(world.clock, defaultRetention, this.#map);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Calls arrive late for a while. */
  get hung(): boolean {
    return this.#world.clock.monotonicMs() < this.hungUntilMs;
  }

  /** Calls get lost for a while. */
  get stopped(): boolean {
    return this.#world.clock.monotonicMs() < this.stoppedUntilMs;
  }

  /** From now on every call arrives, and every answer. */
  heal(): void {
    this.lossy = false;
    this.hungUntilMs = 0;
    this.stoppedUntilMs = 0;
    this.#failing = false;
  }

  /** Puts a fact into the history. */
  note(fact: StoreFact): StoreEvent {
    const event = { ...fact, atMs: this.#world.clock.monotonicMs() };
    this.history.push(event);
    this.#world.tell("store", event);
    return event;
  }

  /**
   * Carries a call out.
   * @param factOf what there is to note of its outcome
   */
  carryOut<Output>(
    run: () => Output,
    factOf: (outcome: Output | StoreError) => StoreFact | undefined,
  ): CarriedOut<Output> {
    let outcome: Output | StoreError;
    try {
      outcome = run();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#world.count(`branch: ${error.code}`);
      outcome = error;
    }
    const fact = factOf(outcome);
    const undo = this.#map.cut();
    this.#unconfirmed.push({ undo, event: fact === undefined ? undefined : this.note(fact) });
    const [epoch, place] = [this.#epoch, this.#confirmed + this.#unconfirmed.length];
    if (this.#failing && undo.size > 0) this.#failOver();
    const confirm = (): boolean => {
      if (epoch !== this.#epoch) return false;
      this.#unconfirmed.splice(0, place - this.#confirmed);
      this.#confirmed = Math.max(this.#confirmed, place);
      return true;
    };
    return { outcome, confirm };
  }

  /** With the next write, before it is answered, the store is replaced by a replica. */
  failOver(): void {
    this.#failing = true;
  }

  /**
   * The replica has everything that was there when an answer was last sent, and of what came after it a part:
   * the earlier one. Calls and answers under way are lost.
   */
  #failOver(): void {
    this.#failing = false;
    const kept = this.#world.random.below(this.#unconfirmed.length + 1);
    const gone = this.#unconfirmed.slice(kept);
    for (const { undo } of [...gone].reverse()) this.#map.takeBack(undo);
    const events = new Set(gone.map(({ event }) => event));
    for (let at = this.history.length - 1; at >= 0; at -= 1) {
      if (events.has(this.history[at])) this.history.splice(at, 1);
    }
    if (gone.some(({ undo }) => undo.size > 0)) this.#world.count("branch: failover lost a write");
    this.#world.trace(`failover without ${gone.length} calls`);
    this.#unconfirmed = [];
    this.#confirmed = 0;
    this.#epoch += 1;
  }
}
