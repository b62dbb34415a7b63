import { asError } from "../base/errors.ts";
import type { Timer } from "../base/clock.ts";
import type { ActorCell, RestartMembership } from "./actor-cell.ts";
import { AskEnvelope, failAsks, type OpenAsk } from "./ask.ts";
import { same } from "./behavior.ts";
import { addCounters, type Counters } from "./counters.ts";
import type { DeadLetterReason } from "./dead-letters.ts";
import type { Runnable } from "./dispatcher.ts";
import { KernelError } from "./errors.ts";
import { Life } from "./life.ts";
import { LocalAddress } from "./local-address.ts";
import type { Logger } from "./logger.ts";
import { restarting, running, starting, stopped, stopping, type Phase } from "./phase.ts";
import { refusal } from "./refusal.ts";
import { Ring } from "./ring.ts";
import type { KernelServices } from "./services.ts";
import type { Settings } from "./settings.ts";
import { supervise } from "./supervise.ts";
import { RestartBudget } from "./supervision.ts";
import type { Alarm } from "./timers.ts";
import { Watches } from "./watches.ts";

const nameShape = /^[A-Za-z0-9._~-]{1,100}$/;
/** A mailbox that has grown beyond this is given back to the collector when it has been emptied. */
const keptRoom = 1_024;

/** What the running handler is, for when it settles. */
type Turn = "initial" | "receive" | "notice" | "stopped";

/**
 * The kernel's side of one actor: mailbox, system lane, life cycle, children, counters. Dispatchers give it turns; everything
 * that happens to the actor happens in one of them, one thing at a time.
 */
export class Cell implements ActorCell, Runnable, Counters {
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
  loggedCause: string | undefined = undefined;
  lastFailure: Error | undefined = undefined;
  firstAsk: OpenAsk | undefined = undefined;
  watchers: Set<ActorCell> | undefined = undefined;

  sent = 0;
  handled = 0;
  dropped = 0;
  failures = 0;
  restarts = 0;
  abandoned = 0;
  /** Messages that have ever entered the mailbox. */
  #accepted = 0;

  #mailbox: Ring<unknown> | undefined = undefined;
  #alarms: Ring<Alarm> | undefined = undefined;
  #watches: Watches | undefined = undefined;
  #life: Life | undefined = undefined;
  #state: unknown = undefined;
  /** `initial` succeeded and `stopped` has not run yet. */
  #alive = false;
  #stopWanted = false;
  /** The life that begins next is not the first. */
  #reborn = false;
  /** The handler that runs or has not settled, and what it handles: a message, or an ask. */
  #turn: Turn | undefined = undefined;
  #entry: unknown = undefined;
  /** Distinguishes the handler that is waited for from one that was given up. */
  #turnNumber = 0;
  #woken = false;
  #overdue: Timer | undefined = undefined;
  #stopWaiters: (() => void)[] | undefined = undefined;
  #log: Logger | undefined = undefined;

  constructor(services: KernelServices, parent: Cell | undefined, name: string, settings: Settings) {
    this.services = services;
    this.parent = parent;
    this.name = name;
    this.incarnation = services.nextIncarnation();
    this.settings = settings;
    this.address = new LocalAddress<unknown>(this);
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
    return this.#mailbox?.size ?? 0;
  }

  /** Messages taken from the mailbox and not yet handled: 0 or 1. */
  get handling(): number {
    return this.#turn === "receive" ? 1 : 0;
  }

  get busy(): boolean {
    return this.#turn !== undefined;
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
      this.#deadLetter("stopped", message);
      return false;
    }
    const mailbox = (this.#mailbox ??= new Ring<unknown>());
    if (mailbox.size >= this.settings.mailbox.capacity && !this.#makeRoom(mailbox, message)) return false;
    mailbox.push(message);
    this.#accepted += 1;
    if (!this.scheduled && this.#turn === undefined) this.wake();
    return true;
  }

  alarm(alarm: Alarm): void {
    (this.#alarms ??= new Ring<Alarm>()).push(alarm);
    this.wake();
  }

  watch(target: ActorCell, message: unknown): void {
    (this.#watches ??= new Watches(this)).add(target, message, this.#accepted);
    this.wake();
  }

  unwatch(target: ActorCell): void {
    this.#watches?.remove(target);
  }

  targetStopped(target: ActorCell): void {
    this.#watches?.fire(target, this.#accepted);
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

  #makeRoom(mailbox: Ring<unknown>, message: unknown): boolean {
    switch (this.settings.mailbox.overflow) {
      case "reject":
        this.#deadLetter("rejected", message);
        return false;
      case "drop-newest":
        this.#drop(message);
        return false;
      case "drop-oldest":
        this.#drop(mailbox.shift());
        return true;
    }
  }

  #drop(entry: unknown): void {
    this.dropped += 1;
    if (entry instanceof AskEnvelope) entry.ask.fail(refusal(this, "rejected"));
  }

  #deadLetter(reason: DeadLetterReason, entry: unknown): void {
    if (entry instanceof AskEnvelope) {
      this.services.deadLetters.record(this, reason, entry.message);
      entry.ask.fail(refusal(this, reason));
    } else {
      this.services.deadLetters.record(this, reason, entry);
    }
  }

  // Turns

  run(limit: number): number {
    let count = 0;
    this.#woken = false;
    while (this.#turn === undefined) {
      if (this.phase !== running || this.#stopWanted) {
        if (this.phase === starting && !this.#stopWanted) {
          if (count === limit) break;
          count += 1;
        }
        if (!this.#advance()) break;
        continue;
      }
      if (this.suspended || count === limit) break;
      const mailbox = this.#mailbox;
      if (this.#alarms !== undefined && this.#alarms.size > 0) {
        const alarm = this.#alarms.shift();
        if (!alarm.live) continue;
        count += 1;
        this.#handle("notice", alarm.take());
      } else if (this.#watches?.due(this.#accepted - this.waiting) === true) {
        count += 1;
        this.#handle("notice", this.#watches.take());
      } else if (mailbox !== undefined && mailbox.size > 0) {
        count += 1;
        const entry = mailbox.shift();
        if (mailbox.size === 0 && mailbox.room > keptRoom) this.#mailbox = undefined;
        this.#handle("receive", entry);
      } else break;
    }
    this.again = this.#turn === undefined && (this.#wasWoken() || (count === limit && this.#hasWork()));
    return count;
  }

  /** (A method, since the compiler does not see that a handler sets it.) */
  #wasWoken(): boolean {
    return this.#woken;
  }

  #hasWork(): boolean {
    return (
      !this.suspended &&
      (this.waiting > 0 ||
        this.phase !== running ||
        this.#stopWanted ||
        (this.#alarms?.size ?? 0) > 0 ||
        this.#watches?.due(this.#accepted) === true)
    );
  }

  #handle(turn: "receive" | "notice", entry: unknown): void {
    this.#begin(turn);
    this.#entry = entry;
    let message = entry;
    if (entry instanceof AskEnvelope) {
      entry.ask.taken = true;
      message = entry.message;
    }
    let outcome: unknown;
    try {
      outcome = this.settings.behavior.receive(this.#state, message, this.#life as Life);
    } catch (thrown) {
      this.#crashed(turn, asError(thrown));
      return;
    }
    this.#finish(turn, outcome);
  }

  /** @throws KernelError `one-at-a-time`, which ends the node: a second handler would run beside the first */
  #begin(turn: Turn): void {
    if (this.#turn !== undefined) {
      throw new KernelError("one-at-a-time", `${turn} of ${this.path} would have run beside ${this.#turn}`);
    }
    this.#turn = turn;
  }

  #finish(turn: Turn, outcome: unknown): void {
    if (!(outcome instanceof Promise)) {
      this.#done(turn, outcome);
      return;
    }
    const number = this.#turnNumber;
    outcome.then(
      (value) => {
        if (number !== this.#turnNumber) return;
        this.#done(turn, value);
        this.wake();
      },
      (thrown: unknown) => {
        if (number !== this.#turnNumber) {
          this.log.warn({ err: asError(thrown) }, "an abandoned handler failed");
          return;
        }
        this.#crashed(turn, asError(thrown));
        this.wake();
      },
    );
    if (this.#stopWanted || this.phase >= restarting) this.#limitHandler();
  }

  #done(turn: Turn, value: unknown): void {
    this.#settled();
    switch (turn) {
      case "receive":
        this.handled += 1;
        if (value !== same) this.#state = value;
        return;
      case "notice":
        if (value !== same) this.#state = value;
        return;
      case "initial":
        this.#state = value;
        this.#alive = true;
        if (this.phase === starting) {
          this.phase = running;
          this.group?.started(this);
        }
        return;
      case "stopped":
        this.#state = undefined;
        return;
    }
  }

  #crashed(turn: Turn, error: Error): void {
    const entry = this.#entry;
    this.#settled();
    this.failures += 1;
    if (turn === "stopped") {
      this.#state = undefined;
      this.log.error({ err: error }, "the stopped function of an actor failed");
      return;
    }
    this.lastFailure = error;
    if (turn === "receive") this.#deadLetter("crashed", entry);
    this.fail(error);
  }

  #settled(): void {
    this.#turn = undefined;
    this.#entry = undefined;
    this.#turnNumber += 1;
    if (this.#overdue !== undefined) {
      this.#overdue.cancel();
      this.#overdue = undefined;
    }
  }

  /** Gives up on the running handler after the stop timeout. */
  #limitHandler(): void {
    const { stopTimeoutMs } = this.settings;
    this.#overdue ??= this.services.clock.after(stopTimeoutMs, () => {
      const turn = this.#turn;
      const entry = this.#entry;
      this.#overdue = undefined;
      this.#settled();
      this.abandoned += 1;
      this.log.error({ turn, timeoutMs: stopTimeoutMs }, "a handler did not end in time and was abandoned");
      if (turn === "receive") this.#deadLetter("abandoned", entry);
      this.wake();
    });
  }

  // Life cycle

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
    if (!nameShape.test(name)) {
      throw new KernelError("name-invalid", `actor name ${JSON.stringify(name)}: use 1 to 100 of A-Z a-z 0-9 . _ ~ -`);
    }
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
        if (this.#life !== undefined) {
          this.#life = undefined;
          if (this.firstAsk !== undefined) failAsks(this, true, refusal(this, "crashed"));
        }
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
    if (this.#alive) {
      this.#alive = false;
      this.#stopped();
    }
    return this.#turn === undefined;
  }

  #initial(): void {
    if (this.#reborn) {
      this.#reborn = false;
      this.restarts += 1;
      (this.budget ??= new RestartBudget()).spend(this.services.clock.monotonicMs());
    }
    const life = new Life(this, this.lastFailure);
    this.#life = life;
    this.#begin("initial");
    let outcome: unknown;
    try {
      outcome = this.settings.behavior.initial(life);
    } catch (thrown) {
      this.#crashed("initial", asError(thrown));
      return;
    }
    this.#finish("initial", outcome);
  }

  #stopped(): void {
    const { behavior } = this.settings;
    if (behavior.stopped === undefined) {
      this.#state = undefined;
      return;
    }
    this.#begin("stopped");
    let outcome: unknown;
    try {
      outcome = behavior.stopped(this.#state, this.#life as Life);
    } catch (thrown) {
      this.#crashed("stopped", asError(thrown));
      return;
    }
    this.#finish("stopped", outcome);
  }

  #endLife(): void {
    this.suspended = false;
    this.#life?.end();
    this.#watches?.clear();
    this.#alarms = undefined;
    if (this.#turn !== undefined) this.#limitHandler();
  }

  #terminate(): void {
    this.phase = stopped;
    const mailbox = this.#mailbox;
    this.#mailbox = undefined;
    while (mailbox !== undefined && mailbox.size > 0) this.#deadLetter("stopped", mailbox.shift());
    if (this.firstAsk !== undefined) failAsks(this, false, refusal(this, "stopped"));
    if (this.watchers !== undefined) for (const watcher of this.watchers) watcher.targetStopped(this);
    this.watchers = undefined;
    this.#life = undefined;
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
