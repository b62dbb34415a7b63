import { manualRule, NetworkSet, parseNetwork } from "../../engines/intercept/index.ts";
import type { Interception, InterceptionKey, NeverBlocked, TableChange, TableRule } from "../../shared-memory/index.ts";
import { ClientAddresses, type ClientAddress } from "./client-address.ts";
import { strongerOf, type Hit } from "./hit.ts";
import { subjectKey, type SubjectKey } from "./subject-key.ts";

/** Entries looked at by one step of forgetting. */
const sweepStep = 1_000;
/** A table begins with its settings. */
const defaultV6PrefixBits = 64;

interface Kept {
  readonly field: string;
  readonly key: SubjectKey;
  readonly hit: Hit;
}

/** Who is to be intercepted, in the memory of this process. */
export class DecisionTable {
  /** By field and subject; the first of its entries. */
  readonly #fields = new Map<string, Map<SubjectKey, Hit>>();
  readonly #networks = new NetworkSet<Hit>();
  #rules = new Map<number, TableRule>();
  /** By field. */
  #never = new Map<string, Set<string>>();
  #neverFields: readonly string[] = [];
  #neverNetworks = new NetworkSet<true>();
  #addresses = new ClientAddresses(defaultV6PrefixBits);
  #slotMs = 1;
  #sweep: Iterator<Kept> | undefined;

  /** Length of the slots into which times of accesses are put, in milliseconds. */
  get slotMs(): number {
    return this.#slotMs;
  }

  /** Names of the fields by which subjects are to be looked up. */
  get fields(): Iterable<string> {
    return this.#fields.keys();
  }

  /** What an address of a client is taken for; undefined for a text that is none. */
  address(text: string): ClientAddress | undefined {
    return this.#addresses.get(text);
  }

  rule(number: number): TableRule | undefined {
    return this.#rules.get(number);
  }

  apply(change: TableChange): void {
    switch (change.type) {
      case "settings":
        this.#slotMs = change.slotMs;
        this.#addresses = new ClientAddresses(change.v6PrefixBits);
        this.#setNever(change.neverBlock);
        return;
      case "rules":
        this.#rules = new Map(change.rules.map((rule) => [rule.number, rule]));
        return;
      case "put":
        for (const interception of change.interceptions) this.#put(interception);
        return;
      case "drop":
        for (const key of change.keys) this.#drop(key);
        return;
    }
  }

  /** The entry of a subject that holds now under one of the rules. */
  find(field: string, key: SubjectKey, rules: readonly number[], nowMs: number): Hit | undefined {
    let strongest: Hit | undefined;
    for (let hit = this.#fields.get(field)?.get(key); hit !== undefined; hit = hit.next) {
      const holds = hit.untilMs > nowMs && (hit.rule === manualRule || rules.includes(hit.rule));
      if (holds) strongest = strongerOf(strongest, hit);
    }
    return strongest;
  }

  /** The entry of the networks that an address is in. */
  findNetwork({ network }: ClientAddress, nowMs: number): Hit | undefined {
    if (this.#networks.size === 0) return undefined;
    let strongest: Hit | undefined;
    for (const hit of this.#networks.holding(network)) {
      if (hit.untilMs > nowMs) strongest = strongerOf(strongest, hit);
    }
    return strongest;
  }

  /** Names of the fields of which some values are never to be intercepted, beside addresses. */
  get neverFields(): readonly string[] {
    return this.#neverFields;
  }

  /** Whether a value of a field is never to be intercepted. */
  isNever(field: string, value: string): boolean {
    return this.#never.get(field)?.has(value) ?? false;
  }

  /** Whether an address is never to be intercepted. */
  isNeverAddress({ network }: ClientAddress): boolean {
    if (this.#neverNetworks.size === 0) return false;
    for (const never of this.#neverNetworks.holding(network)) return never;
    return false;
  }

  /** Goes on forgetting entries whose time is over. Bounded; to be called again and again. */
  sweep(nowMs: number): void {
    this.#sweep ??= this.#all();
    for (let looked = 0; looked < sweepStep; looked += 1) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = undefined;
        return;
      }
      const { field, key, hit } = next.value;
      if (hit.untilMs <= nowMs) this.#remove(field, key, hit.rule);
    }
  }

  *#all(): Iterator<Kept> {
    for (const [field, subjects] of this.#fields) {
      for (const [key, first] of subjects) {
        for (let hit: Hit | undefined = first; hit !== undefined; hit = hit.next) yield { field, key, hit };
      }
    }
  }

  #put({ rule, field, subject, action, shadow, untilMs }: Interception): void {
    if (isNetwork({ rule, field, subject })) {
      this.#networks.set(parseNetwork(subject), { rule, action, shadow, untilMs, next: undefined });
      return;
    }
    const subjects = this.#fields.get(field) ?? new Map<SubjectKey, Hit>();
    this.#fields.set(field, subjects);
    const key = subjectKey(field, subject);
    subjects.set(key, { rule, action, shadow, untilMs, next: without(subjects.get(key), rule) });
  }

  #drop(key: InterceptionKey): void {
    if (isNetwork(key)) this.#networks.delete(parseNetwork(key.subject));
    else this.#remove(key.field, subjectKey(key.field, key.subject), key.rule);
  }

  #remove(field: string, key: SubjectKey, rule: number): void {
    const subjects = this.#fields.get(field);
    const rest = without(subjects?.get(key), rule);
    if (rest === undefined) subjects?.delete(key);
    else subjects?.set(key, rest);
  }

  #setNever(subjects: readonly NeverBlocked[]): void {
    this.#never = new Map();
    this.#neverNetworks = new NetworkSet();
    for (const { field, subject } of subjects) {
      if (field === "ip") this.#neverNetworks.set(parseNetwork(subject), true);
      else this.#never.set(field, (this.#never.get(field) ?? new Set()).add(subject));
    }
    this.#neverFields = [...this.#never.keys()];
  }
}

/** The entries of a subject but for the one under a rule. */
const without = (hit: Hit | undefined, rule: number): Hit | undefined => {
  if (hit === undefined) return undefined;
  return hit.rule === rule ? hit.next : { ...hit, next: without(hit.next, rule) };
};

/** Blocks of whole networks are manual. Under a rule the subject of an IPv6 client looks like a network, and is one value. */
const isNetwork = ({ rule, field, subject }: InterceptionKey): boolean =>
  rule === manualRule && field === "ip" && subject.includes("/");
