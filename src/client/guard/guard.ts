import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { openSharedFolders, ReportQueue, TableReader } from "../../shared-memory/index.ts";
import type { Access, Decision, Verdict } from "./access.ts";
import type { ClientAddress } from "./client-address.ts";
import { DecisionTable } from "./decision-table.ts";
import { strongerOf, type Hit } from "./hit.ts";
import type { GuardSettings } from "./options.ts";
import { subjectOf } from "./subject-of.ts";

/** What a guard has done since it was made. */
export interface GuardCounts {
  /** Accesses under a rule that went into the queue. */
  readonly recorded: number;
  /** Of these, those that found the queue or the memory full. */
  readonly dropped: number;
  readonly allowed: number;
  readonly denied: number;
  readonly challenged: number;
  /** Let through although a rule in shadow mode would have intercepted them. */
  readonly shadowed: number;
  /** Decided by `failMode`: no table was ever received. */
  readonly undecided: number;
  /** Accesses that lacked what a rule of theirs counts for, or named a rule that the table does not have. */
  readonly uncounted: number;
  /** Tables of which a part could not be read: what came behind it is missing until the next table. */
  readonly brokenTables: number;
}

type Counting = { -readonly [Key in Exclude<keyof GuardCounts, "recorded" | "dropped" | "brokenTables">]: number };

/** Enough to tell the guards of one process apart. */
const tailChars = 12;
const lookForNewerEveryMs = 1_000;

/** What a guard gets from outside. */
export interface GuardParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** Decides about accesses in this process, and records them. Nothing here waits for another process. */
export class Guard {
  readonly #settings: GuardSettings;
  readonly #clock: Clock;
  readonly #queue: ReportQueue;
  readonly #tables: TableReader<DecisionTable>;
  readonly #counts: Counting = { allowed: 0, denied: 0, challenged: 0, shadowed: 0, undecided: 0, uncounted: 0 };
  #timer: Timer;
  #lookedAtMs: number;

  /** @throws SharedMemoryError when the shared folder cannot be used */
  constructor(settings: GuardSettings, { clock, random }: GuardParts) {
    const { folder, foldMs, foldAccesses, segmentBytes, maxSegments } = settings;
    const tail = random.id().slice(0, tailChars);
    const { table } = openSharedFolders(folder);
    this.#settings = settings;
    this.#clock = clock;
    this.#queue = new ReportQueue({ folder, clock, tail, foldMs, foldAccesses, segmentBytes, maxSegments });
    this.#tables = new TableReader(table, () => new DecisionTable());
    this.#lookedAtMs = clock.monotonicMs();
    this.#tables.step();
    this.#timer = this.#stepLater();
  }

  get counts(): GuardCounts {
    return { ...this.#queue.counts, ...this.#counts, brokenTables: this.#tables.broken };
  }

  /** Decides about an access and records it under its rules. Takes microseconds, also while proxy and service are slow or gone. */
  check(access: Access): Verdict {
    return this.decide(access).verdict;
  }

  /** As `check`, with the reason. */
  decide(access: Access): Decision {
    const nowMs = this.#clock.wallMs();
    const table = this.#tables.table;
    if (table === undefined) return this.#withoutTable();
    const address = access.ip === undefined ? undefined : table.address(access.ip);
    const hit = this.#hit(table, access, address, nowMs);
    const intercepted = hit !== undefined && !hit.shadow;
    this.#record(table, access, address, nowMs, intercepted);
    if (hit === undefined) {
      this.#counts.allowed += 1;
      return { verdict: "allow", rule: undefined, untilMs: undefined };
    }
    if (hit.shadow) {
      this.#counts.shadowed += 1;
      return { verdict: "allow", rule: hit.rule, untilMs: hit.untilMs };
    }
    this.#counts[hit.action === "deny" ? "denied" : "challenged"] += 1;
    return { verdict: hit.action, rule: hit.rule, untilMs: hit.untilMs };
  }

  /** Records what is known only afterwards, such as a failed login, under its rules, without deciding. */
  record(access: Access): void {
    const table = this.#tables.table;
    if (table === undefined) this.#counts.uncounted += access.rules.length;
    else {
      const address = access.ip === undefined ? undefined : table.address(access.ip);
      this.#record(table, access, address, this.#clock.wallMs(), false);
    }
  }

  /** Writes what was not written yet, and ends. */
  close(): void {
    this.#timer.cancel();
    this.#tables.close();
    this.#queue.close();
  }

  #withoutTable(): Decision {
    this.#counts.undecided += 1;
    return { verdict: this.#settings.failMode === "open" ? "allow" : "deny", rule: undefined, untilMs: undefined };
  }

  #hit(table: DecisionTable, access: Access, address: ClientAddress | undefined, nowMs: number): Hit | undefined {
    const { rules, decideBy } = access;
    const deciding = decideBy === undefined ? rules : [...rules, ...decideBy];
    let found = address === undefined ? undefined : table.findNetwork(address, nowMs);
    for (const field of table.fields) {
      const key = field === "ip" ? address?.key : valueOf(access, address, field);
      if (key !== undefined) found = strongerOf(found, table.find(field, key, deciding, nowMs));
    }
    return found === undefined || isNever(table, access, address) ? undefined : found;
  }

  #record(
    table: DecisionTable,
    access: Access,
    address: ClientAddress | undefined,
    nowMs: number,
    intercepted: boolean,
  ): void {
    const atMs = nowMs - (nowMs % table.slotMs);
    for (const number of access.rules) {
      const rule = table.rule(number);
      const subject = rule === undefined ? undefined : valueOf(access, address, rule.subject);
      const value = rule?.distinct === undefined ? undefined : valueOf(access, address, rule.distinct);
      if (rule === undefined || subject === undefined || (rule.distinct !== undefined && value === undefined)) {
        this.#counts.uncounted += 1;
      } else this.#queue.add({ rule: number, subject, value, atMs, intercepted }, nowMs);
    }
  }

  #stepLater(more = false): Timer {
    return this.#clock.after(more ? 0 : this.#settings.pollMs, () => this.#step(), true);
  }

  #step(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedAtMs >= lookForNewerEveryMs) {
      this.#lookedAtMs = nowMs;
      this.#tables.lookForNewer();
    }
    const more = this.#tables.step();
    this.#tables.table?.sweep(this.#clock.wallMs());
    this.#timer = this.#stepLater(more);
  }
}

/** What an access has of a field, in the spelling in which front ends compare. */
const valueOf = (access: Access, address: ClientAddress | undefined, field: string): string | undefined => {
  if (field === "ip") return address?.subject;
  const value = field === "account" ? access.account : access.fields?.[field];
  // A front end in JavaScript may take it from a body that a client wrote.
  return typeof value === "string" ? subjectOf(value) : undefined;
};

const isNever = (table: DecisionTable, access: Access, address: ClientAddress | undefined): boolean => {
  if (address !== undefined && table.isNeverAddress(address)) return true;
  return table.neverFields.some((field) => {
    const value = valueOf(access, address, field);
    return value !== undefined && table.isNever(field, value);
  });
};
