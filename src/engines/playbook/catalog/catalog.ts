import type { SecurityEvent } from "../../events/security-event.ts";
import type { PlaybookVersion } from "../playbook.ts";

/** Which playbooks run for which events. */
export interface Binding {
  /** Unique over all bindings. */
  readonly id: string;
  readonly title: string | undefined;
  /** Ids of playbooks, each once. */
  readonly run: readonly string[];
  /** Of the runs: 0 … 255, lower first. */
  readonly priority: number;
  /** Events that agree in these fields start the playbooks once in the window that the first one begins. */
  readonly dedup: { readonly by: readonly string[]; readonly windowMs: number } | undefined;
  /** At most so many events start playbooks in a time; more are recorded as suppressed. */
  readonly rate: { readonly events: number; readonly perMs: number } | undefined;
  /** What external variables of a CACAO playbook get, by name as in `__name__`. */
  readonly variables: Readonly<Record<string, BoundVariable>>;
}

/** Where the value of a variable comes from: a field of the event, found as Sigma's rules find it, or the binding itself. */
export type BoundVariable = { readonly field: string } | { readonly value: string };

/** One playbook that an event selects. */
export interface Choice {
  readonly binding: Binding;
  readonly playbook: PlaybookVersion;
  /** Hash of the values of `binding.dedup.by` in this event; absent without `dedup`. */
  readonly dedupKey: string | undefined;
  /** What made the binding match, for people: selections by name, the rule's title. */
  readonly because: string;
  /** Values for external variables, by name. What the event does not have is not there. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What is wrong with a file. What was good before stays in use; what never was is left out. */
export interface CatalogProblem {
  readonly file: string;
  /** Place in the file, such as `when.detection.selection.Image|foo`; empty: the whole file. */
  readonly at: string;
  readonly message: string;
}

/** All bindings and playbooks of a node at one time. Immutable: a reload makes another one. */
export interface Catalog {
  /** SHA-256 over everything that decides, 64 hexadecimal digits. */
  readonly version: string;
  readonly playbooks: ReadonlyMap<string, PlaybookVersion>;
  readonly bindings: readonly Binding[];
  readonly problems: readonly CatalogProblem[];
  /** The playbooks for an event, in the order of bindings by id and of `run`; a playbook that several bindings name is there once, for the first. */
  choose(event: SecurityEvent): readonly Choice[];
}

/** The catalog that is in use, which may be another one at the next call. */
export interface CatalogSource {
  current(): Catalog;
}
