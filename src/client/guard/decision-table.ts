import { manualRule, NetworkSet, parseNetwork } from "../../engines/intercept/index.ts";
import type { Interception, InterceptionKey, NeverBlocked, TableChange, TableRule } from "../../shared-memory/index.ts";
import { ClientAddresses, type ClientAddress } from "./client-address.ts";
import { strongerOf, type Hit } from "./hit.ts";

/** Entries looked at by one step of forgetting. */
const sweepStep = 1_000;
const none: readonly Hit[] = [];
/** A table begins with its settings. */
const defaultV6PrefixBits = 64;

/** Who is to be intercepted, in the memory of this process. */
export class DecisionTable {
  /** By field and value. */
  readonly #fields = new Map<string, Map<string, readonly Hit[]>>();
  readonly #networks = new NetworkSet<Hit>();
  #rules = new Map<number, TableRule>();
  /** By field. */
  #never = new Map<string, Set<string>>();
  #neverNetworks = new NetworkSet<true>();
  #addresses = new ClientAddresses(defaultV6PrefixBits);
  #slotMs = 1;
  #sweep: Iterator<InterceptionKey & { readonly untilMs: number }> | undefined;

  /** Entries, those included whose time is over and that have not been forgotten yet. */
  get size(): number {
    let size = this.#networks.size;
    for (const subjects of this.#fields.values()) for (const hits of subjects.values()) size += hits.length;
    return size;
  }

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

  /** The entry of a value of a field that holds now under one of the rules. */
  find(field: string, value: string, rules: readonly number[], nowMs: number): Hit | undefined {
    const hits = this.#fields.get(field)?.get(value);
    if (hits === undefined) return undefined;
    let strongest: Hit | undefined;
    for (const hit of hits) {
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
    return [...this.#never.keys()];
  }

  /** Whether a value of a field is never to be intercepted. */
  isNever(field: string, value: string): boolean {
    return this.#never.get(field)?.has(value) ?? false;
  }

  /** Whether an address is never to be intercepted. */
  isNeverAddress({ network }: ClientAddress): boolean {
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
      if (next.value.untilMs <= nowMs) this.#drop(next.value);
    }
  }

  *#all(): Iterator<InterceptionKey & { readonly untilMs: number }> {
    for (const [field, subjects] of this.#fields) {
      for (const [subject, hits] of subjects)
        for (const { rule, untilMs } of hits) yield { rule, field, subject, untilMs };
    }
  }

  #put({ rule, field, subject, action, shadow, untilMs }: Interception): void {
    const hit: Hit = { rule, action, shadow, untilMs };
    if (isNetwork({ rule, field, subject })) {
      this.#networks.set(parseNetwork(subject), hit);
      return;
    }
    const subjects = this.#fields.get(field) ?? new Map<string, readonly Hit[]>();
    this.#fields.set(field, subjects);
    subjects.set(subject, [...without(subjects.get(subject), rule), hit]);
  }

  #drop(key: InterceptionKey): void {
    if (isNetwork(key)) {
      this.#networks.delete(parseNetwork(key.subject));
      return;
    }
    const subjects = this.#fields.get(key.field);
    const rest = without(subjects?.get(key.subject), key.rule);
    if (rest.length > 0) subjects?.set(key.subject, rest);
    else subjects?.delete(key.subject);
  }

  #setNever(subjects: readonly NeverBlocked[]): void {
    this.#never = new Map();
    this.#neverNetworks = new NetworkSet();
    for (const { field, subject } of subjects) {
      if (field === "ip") this.#neverNetworks.set(parseNetwork(subject), true);
      else this.#never.set(field, (this.#never.get(field) ?? new Set()).add(subject));
    }
  }
}

const without = (hits: readonly Hit[] | undefined, rule: number): readonly Hit[] =>
  hits?.filter((hit) => hit.rule !== rule) ?? none;

/** Blocks of whole networks are manual. Under a rule the subject of an IPv6 client looks like a network, and is one value. */
const isNetwork = ({ rule, field, subject }: InterceptionKey): boolean =>
  rule === manualRule && field === "ip" && subject.includes("/");
