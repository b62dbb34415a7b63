import { asError } from "../../base/errors.ts";
import type { Context } from "../../kernel/index.ts";
import type { TableView } from "../table.ts";
import { fencePrefix, type Holder } from "./fence.ts";
import { FenceRounds } from "./fence-rounds.ts";
import { HeldGrant } from "./held-grant.ts";
import { Holdings, type Holding } from "./holdings.ts";
import type { OwnDeadline } from "./own-deadline.ts";
import type { OwnedKind } from "./owned-kind.ts";
import { shardsOf } from "./owner-of.ts";
import type { OwnerMessage, Round } from "./owner-message.ts";
import type { FenceOutcome, FenceRequest } from "./settle-fences.ts";
import type { SpaceLanes } from "./space-lanes.ts";

/** How long a shard rests after its actor ended by itself. */
const restMs = 5_000;
/**
 * How often all fences of the kind are read though nothing has changed. A call to the store that nobody waits for any more may still be
 * made: then this node holds a fence without knowing it, and nobody else may take it.
 */
const auditEveryMs = 30_000;
const nothing: ReadonlySet<number> = new Set();

export interface KindOwnerSetup {
  readonly kind: OwnedKind;
  readonly self: Holder;
  readonly lanes: SpaceLanes;
  /** Name of the actor of a shard. */
  readonly childName: (shard: number) => string;
}

/**
 * What one node owns of one kind. It compares what the table wants with what it holds, as often as anything changes: it stops what it
 * should not own, releases the fence of what has ended, and takes what is missing.
 */
export class KindOwner {
  readonly #setup: KindOwnerSetup;
  readonly #deadline: OwnDeadline;
  readonly #context: Context<OwnerMessage>;
  readonly #rounds: FenceRounds;
  readonly #holdings = new Holdings();
  /** Shards that are not taken now because their actor ended by itself. */
  readonly #resting = new Set<number>();
  #view: TableView | undefined;
  #wanted = nothing;
  #closing = false;
  #lost = false;
  /** Something has changed since the last round began. */
  #due = true;
  /** There may be fences that this node holds without knowing the grant. */
  #leftovers = true;
  #unreadable = 0;

  constructor(setup: KindOwnerSetup, deadline: OwnDeadline, context: Context<OwnerMessage>) {
    this.#setup = setup;
    this.#deadline = deadline;
    this.#context = context;
    this.#rounds = new FenceRounds(setup.kind, setup.lanes, context);
    const { name } = setup.kind;
    context.timers.every(`audit/${name}`, auditEveryMs, { type: "audit", kind: name });
  }

  /** Nothing runs, and there is nothing to write any more. */
  get idle(): boolean {
    return this.#holdings.size === 0 && (this.#lost || (!this.#rounds.running && !this.#leftovers));
  }

  /** The lease was renewed; the table may be another one. */
  look(view: TableView): void {
    if (view.version !== this.#view?.version) {
      this.#view = view;
      this.#wanted = this.#closing ? nothing : shardsOf(view, this.#setup.kind, this.#setup.self);
      this.#due = true;
    }
    this.#reconcile();
  }

  /** Wants nothing from now on. */
  close(): void {
    this.#closing = true;
    this.#wanted = nothing;
    this.#due = true;
    this.#reconcile();
  }

  /** The node is lost, after a lapse: nothing is written any more. */
  lose(): void {
    this.#lost = true;
  }

  /** The deadline has passed: stops everything and writes nothing. Returns how many were not being stopped already. */
  lapse(): number {
    const running = this.#holdings.all().filter(({ phase }) => phase === "running").length;
    for (const holding of this.#holdings.all()) this.#give(holding, "forget");
    this.#leftovers = true;
    this.#due = true;
    return running;
  }

  settled(round: Round, outcome: FenceOutcome): void {
    if (!this.#rounds.end(round)) return;
    if (outcome.status !== "settled") {
      this.#due = true;
      this.#leftovers = true;
      this.#rounds.pause(outcome);
    } else {
      this.#rounds.succeeded();
      // Past the deadline nothing may start, and what was taken for it is left for later.
      if (this.#mayWrite()) this.#apply(outcome);
      else this.#leftovers = true;
      if (outcome.waiting > 0) this.#rounds.awaitChange(outcome.seen);
    }
    this.#reconcile();
  }

  retry(): void {
    this.#rounds.retry();
    this.#reconcile();
  }

  watch(seen: number): void {
    this.#rounds.watch(seen);
  }

  changed(): void {
    this.#rounds.looked();
    this.#due = true;
    this.#reconcile();
  }

  audit(): void {
    this.#leftovers = true;
    this.#due = true;
    this.#reconcile();
  }

  ended(grant: HeldGrant): void {
    const holding = this.#holdings.find(grant);
    if (holding === undefined) return;
    grant.end();
    if (holding.phase === "running") this.#rest(grant.shard, "an owned actor has ended by itself");
    if (holding.after === "forget") {
      this.#holdings.delete(grant.shard);
      this.#leftovers = true;
    } else holding.phase = "ended";
    this.#due = true;
    this.#reconcile();
  }

  surrendered(grant: HeldGrant): void {
    const holding = this.#holdings.find(grant);
    if (holding === undefined) return;
    const facts = { kind: grant.kind, shard: grant.shard, token: grant.token };
    this.#context.log.warn(facts, "another node has taken a shard: its actor is stopped");
    this.#give(holding, "forget");
    this.#due = true;
    this.#reconcile();
  }

  rested(shard: number): void {
    this.#resting.delete(shard);
    this.#due = true;
    this.#reconcile();
  }

  /** This life ends: nothing is owned any more. */
  end(): void {
    for (const { grant } of this.#holdings.all()) grant.end();
  }

  #reconcile(): void {
    for (const holding of this.#holdings.all()) {
      if (holding.phase === "running" && !this.#wanted.has(holding.grant.shard)) this.#give(holding, "release");
    }
    if (!this.#due || !this.#rounds.ready || !this.#mayWrite()) return;
    this.#due = false;
    const request = this.#request();
    if (request === undefined) return;
    this.#leftovers = false;
    this.#rounds.begin(request);
  }

  #request(): FenceRequest | undefined {
    if (this.#view === undefined) return undefined;
    const wanted = [...this.#wanted].filter((shard) => !this.#holdings.has(shard) && !this.#resting.has(shard));
    const released = this.#holdings.ended();
    if (wanted.length === 0 && released.size === 0 && !this.#leftovers) return undefined;
    const { kind, self } = this.#setup;
    const kept = this.#holdings.alive();
    const mayWrite = (): boolean => this.#mayWrite();
    return { kind, self, view: this.#view, wanted: new Set(wanted), released, kept, mayWrite };
  }

  #mayWrite(): boolean {
    return this.#context.clock.monotonicMs() < this.#deadline.untilMs;
  }

  #apply(outcome: Extract<FenceOutcome, { readonly status: "settled" }>): void {
    const { log } = this.#context;
    for (const shard of outcome.released) this.#holdings.delete(shard);
    // The table may want back what was on its way out.
    if (outcome.released.length > 0) this.#due = true;
    for (const shard of outcome.taken) this.#start(shard, outcome.token);
    const facts = { kind: this.#setup.kind.name, held: this.#holdings.size, waiting: outcome.waiting };
    if (outcome.taken.length > 0) log.info({ ...facts, taken: outcome.taken.length }, "shards were taken");
    if (outcome.released.length > 0) log.info({ ...facts, released: outcome.released.length }, "shards were released");
    if (outcome.unreadable > this.#unreadable) {
      log.error(
        { ...facts, unreadable: outcome.unreadable, prefix: fencePrefix(this.#setup.kind) },
        "fences cannot be read",
      );
    }
    this.#unreadable = outcome.unreadable;
  }

  #start(shard: number, token: number): void {
    const surrendered = (stale: HeldGrant): void => void this.#context.self.tell({ type: "surrendered", grant: stale });
    const grant = new HeldGrant(this.#setup.kind, shard, token, this.#deadline, surrendered);
    const actor = this.#wanted.has(shard) ? this.#spawn(grant) : undefined;
    if (actor === undefined) {
      grant.end();
      this.#due = true;
    }
    this.#holdings.add({ grant, actor, phase: actor === undefined ? "ended" : "running", after: "release" });
    if (actor !== undefined) this.#context.watch(actor, { type: "ended", grant });
  }

  #spawn(grant: HeldGrant): Holding["actor"] {
    const { kind, childName } = this.#setup;
    try {
      return kind.spawn(this.#context, childName(grant.shard), grant);
    } catch (thrown) {
      this.#rest(grant.shard, "an owned actor could not be started", asError(thrown));
      return undefined;
    }
  }

  /** Stops what runs. A fence that is to be forgotten is not written any more, by its actor either. */
  #give(holding: Holding, after: Holding["after"]): void {
    if (after === "forget") {
      holding.after = after;
      holding.grant.end();
      if (holding.phase === "ended") this.#holdings.delete(holding.grant.shard);
    }
    if (holding.phase !== "running" || holding.actor === undefined) return;
    holding.phase = "stopping";
    void this.#context.stop(holding.actor);
  }

  #rest(shard: number, what: string, error?: Error): void {
    const kind = this.#setup.kind.name;
    this.#context.log.error({ kind, shard, restMs, ...(error === undefined ? {} : { err: error }) }, what);
    this.#resting.add(shard);
    this.#context.timers.once(`rest/${kind}/${shard}`, restMs, { type: "rested", kind, shard });
  }
}
