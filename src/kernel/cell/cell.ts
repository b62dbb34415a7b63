import type { ActorCell, RestartMembership } from "./actor-cell.ts";
import { AskEnvelope, failAsks, type OpenAsk } from "../mail/ask.ts";
import { BehaviorRun, type BehaviorOwner } from "./behavior-run.ts";
import { checkChildName } from "./child-name.ts";
import { addCounters, type Counters } from "./counters.ts";
import { traceOf } from "../mail/envelope.ts";
import type { Runnable } from "../dispatch/dispatcher.ts";
import { KernelError } from "../errors.ts";
import { nothing } from "../mail/inbox.ts";
import type { LocalAddress } from "./local-address.ts";
import type { Logger } from "../logger.ts";
import { Mailbox } from "./mailbox.ts";
import { restarting, running, starting, stopped, stopping, type Phase } from "./phase.ts";
import { refusal, type CellRefusal } from "../mail/refusal.ts";
import type { KernelServices } from "./services.ts";
import type { Settings } from "./settings.ts";
import { restartAsAsked, supervise } from "../supervision/supervise.ts";
import { RestartBudget } from "../supervision/supervision.ts";
import type { Alarm } from "../mail/timers.ts";
import { addressOf } from "./traced-address.ts";
import type { Watchable, Watcher } from "../mail/watchable.ts";

/**
 * The kernel's side of one actor: mailbox, system lane, life cycle, children, counters. Dispatchers give it turns; everything
 * that happens to the actor happens in one of them, one thing at a time.
 */
export class Cell implements ActorCell, Runnable, Counters, BehaviorOwner {
  readonly services: KernelServices;
  readonly parent: Cell | undefined;
  readonly name: string;
  readonly incarnation: number;
  readonly settings: Settings;
  readonly address: LocalAddress<unknown>;

  phase: Phase = starting;
  scheduled = false;
  again = false;
  children: Map<string, Cell> | undefined = undefined;
  group: RestartMembership | undefined = undefined;
  suspended = false;
  budget: RestartBudget | undefined = undefined;
  restartsAsAsked = false;
  loggedCause: string | undefined = undefined;
  lastFailure: Error | undefined = undefined;
  firstAsk: OpenAsk | undefined = undefined;
  watchers: Set<Watcher> | undefined = undefined;

  sent = 0;
  handled = 0;
  dropped = 0;
  failures = 0;
  restarts = 0;
  abandoned = 0;

  readonly #mailbox = new Mailbox(this);
  readonly #behavior = new BehaviorRun(this);
  #stopWanted = false;
  /** The life that begins next is not the first. */
  #reborn = false;
  #woken = false;
  #stopWaiters: (() => void)[] | undefined = undefined;
  #log: Logger | undefined = undefined;

  constructor(services: KernelServices, parent: Cell | undefined, name: string, settings: Settings) {
    this.services = services;
    this.parent = parent;
    this.name = name;
    this.incarnation = services.nextIncarnation();
    this.settings = settings;
    this.address = addressOf(this);
  }

  get path(): string {
    if (this.parent === undefined) return "/";
    return this.parent.parent === undefined ? `/${this.name}` : `${this.parent.path}/${this.name}`;
  }

  get log(): Logger {
    return (this.#log ??= this.services.log.child({ path: this.path, incarnation: this.incarnation }));
  }

  /** Messages in the mailbox. */
  get waiting(): number {
    return this.#mailbox.waiting;
  }

  /** Messages taken from the mailbox and not yet handled: 0 or 1. */
  get handling(): number {
    return this.#behavior.turn === "receive" ? 1 : 0;
  }

  get busy(): boolean {
    return this.#behavior.turn !== undefined;
  }

  get gone(): boolean {
    return this.phase === stopped;
  }

  get ending(): boolean {
    return this.phase >= stopping || this.#stopWanted;
  }

  // Mailbox

  deliver(message: unknown): boolean {
    // The counters of an actor that has stopped are part of the sum already.
    if (this.phase === stopped) this.services.retired.sent += 1;
    else this.sent += 1;
    if (this.phase >= stopping) {
      this.#mailbox.deadLetter("stopped", message);
      return false;
    }
    if (!this.#mailbox.offer(message)) return false;
    if (!this.scheduled && this.#behavior.turn === undefined) this.wake();
    return true;
  }

  deliverAsk(ask: OpenAsk, message: unknown): void {
    this.deliver(new AskEnvelope(ask, message, this.services.tracing.current()));
  }

  alarm(alarm: Alarm): void {
    this.#mailbox.alarm(alarm);
    this.wake();
  }

  watch(target: Watchable, message: unknown): void {
    this.#mailbox.watch(this, target, message);
    this.wake();
  }

  unwatch(target: Watchable): void {
    this.#mailbox.unwatch(target);
  }

  addWatcher(watcher: Watcher): void {
    (this.watchers ??= new Set<Watcher>()).add(watcher);
  }

  removeWatcher(watcher: Watcher): void {
    this.watchers?.delete(watcher);
  }

  targetStopped(target: Watchable): void {
    this.#mailbox.farewell(target);
    this.wake();
  }

  /** Asks for a turn. */
  wake(): void {
    if (this.scheduled) {
      this.#woken = true;
      return;
    }
    this.scheduled = true;
    this.services.dispatchers[this.settings.dispatcher].schedule(this);
  }

  deadLetter(reason: CellRefusal, entry: unknown): void {
    this.#mailbox.deadLetter(reason, entry);
  }

  // Turns

  run(limit: number): number {
    const { tracing } = this.services;
    let count = 0;
    this.#woken = false;
    while (this.#behavior.turn === undefined) {
      if (this.phase !== running || this.#stopWanted) {
        if (this.phase === starting && !this.#stopWanted) {
          if (count === limit) break;
          count += 1;
        }
        if (!this.#advance()) break;
        continue;
      }
      if (this.suspended || count === limit) break;
      const entry = this.#mailbox.next();
      if (entry === nothing) break;
      count += 1;
      if (tracing.enabled) tracing.run(traceOf(entry), () => this.#behavior.receive(entry));
      else this.#behavior.receive(entry);
    }
    this.again = this.#behavior.turn === undefined && (this.#wasWoken() || (count === limit && this.#hasWork()));
    return count;
  }

  /** (A method, since the compiler does not see that a handler sets it.) */
  #wasWoken(): boolean {
    return this.#woken;
  }

  #hasWork(): boolean {
    return !this.suspended && (this.phase !== running || this.#stopWanted || this.#mailbox.ready);
  }

  // Life cycle

  begun(): void {
    if (this.phase !== starting) return;
    this.phase = running;
    this.group?.started(this);
  }

  fail(error: Error): void {
    if (this.phase >= restarting || this.#stopWanted) {
      this.log.warn({ err: error }, "an actor failed while its life was ending");
    } else if (this.parent === undefined) {
      this.services.fatal(error);
    } else {
      supervise(this.parent, this, error);
    }
  }

  /** Injects a fault from outside; the parent's supervision decides. */
  kill(reason: string): void {
    if (this.phase >= restarting || this.#stopWanted) return;
    const error = new KernelError("killed", reason, { ids: { path: this.path, incarnation: this.incarnation } });
    this.failures += 1;
    this.lastFailure = error;
    this.fail(error);
  }

  /** Asks for a new life from outside. False: there will be none, this actor is ending or is the root. */
  restart(): boolean {
    if (this.parent === undefined || this.ending) return false;
    // A new life is about to begin anyway.
    if (this.phase === restarting || (this.phase === starting && this.#reborn)) return true;
    restartAsAsked(this.parent, this);
    return true;
  }

  resume(): void {
    this.suspended = false;
    this.wake();
  }

  requestRestart(): void {
    if (this.phase < restarting) {
      this.phase = restarting;
      this.#endLife();
    }
    this.wake();
  }

  begin(): void {
    this.phase = starting;
    this.#reborn = true;
    this.wake();
  }

  requestStop(): void {
    if (this.ending) return;
    this.#stopWanted = true;
    this.#endLife();
    this.wake();
  }

  stop(): Promise<void> {
    if (this.phase === stopped) return Promise.resolve();
    return new Promise((resolve) => {
      (this.#stopWaiters ??= []).push(resolve);
      this.requestStop();
    });
  }

  spawn(settings: Settings, name: string): Cell {
    checkChildName(name);
    if (this.phase >= restarting || this.#stopWanted) {
      throw new KernelError("parent-stopping", `${this.path} is ending and takes no child ${name}`);
    }
    const children = (this.children ??= new Map<string, Cell>());
    if (children.has(name)) {
      throw new KernelError("name-in-use", `${this.path} has a child ${name} that has not stopped`, {
        ids: { path: this.path, name },
      });
    }
    const cell = new Cell(this.services, this, name, settings);
    children.set(name, cell);
    cell.wake();
    return cell;
  }

  /** One step of the life cycle. False: it waits for something that will wake this cell. */
  #advance(): boolean {
    if (this.#stopWanted) {
      this.#stopWanted = false;
      this.phase = stopping;
      this.group?.leave([this]);
      this.group = undefined;
    }
    switch (this.phase) {
      case starting:
        if (this.suspended) return false;
        this.#initial();
        return true;
      case running:
        return true;
      case restarting:
        if (!this.#endBelow()) return false;
        if (this.#behavior.forgetLife() && this.firstAsk !== undefined) failAsks(this, true, refusal(this, "crashed"));
        this.group?.quiet(this);
        return this.#hasBegun();
      case stopping:
        if (this.#endBelow()) this.#terminate();
        return false;
      case stopped:
        return false;
    }
  }

  /** Whether the group let this member begin at once. (A method, since the compiler does not see the phase change.) */
  #hasBegun(): boolean {
    return this.phase === starting;
  }

  /** Ends children, then this life. True when nothing runs and nothing is left. */
  #endBelow(): boolean {
    if (this.children !== undefined && this.children.size > 0) {
      for (const child of this.children.values()) child.requestStop();
      return false;
    }
    return this.#behavior.finish();
  }

  #initial(): void {
    if (this.#reborn) {
      this.#reborn = false;
      this.restarts += 1;
      if (!this.restartsAsAsked) (this.budget ??= new RestartBudget()).spend(this.services.clock.monotonicMs());
      this.restartsAsAsked = false;
    }
    this.#behavior.begin();
  }

  #endLife(): void {
    this.suspended = false;
    this.#behavior.endLife();
    this.#mailbox.endLife();
  }

  #terminate(): void {
    this.phase = stopped;
    this.#mailbox.close();
    if (this.firstAsk !== undefined) failAsks(this, false, refusal(this, "stopped"));
    if (this.watchers !== undefined) for (const watcher of this.watchers) watcher.targetStopped(this);
    this.watchers = undefined;
    this.#behavior.forgetLife();
    addCounters(this.services.retired, this);
    this.parent?.childGone(this);
    if (this.#stopWaiters !== undefined) for (const resolve of this.#stopWaiters) resolve();
    this.#stopWaiters = undefined;
  }

  childGone(child: Cell): void {
    this.children?.delete(child.name);
    if (this.children?.size === 0) this.wake();
  }
}
