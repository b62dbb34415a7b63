import { addressSubject, manualRule, type InterceptRule } from "../../../../engines/intercept/index.ts";
import type { Interception, InterceptionKey } from "../../../../shared-memory/index.ts";
import type { StoredRule } from "../../rules/rule-record.ts";
import type { RuleSet } from "../../rules/rules.ts";
import type { Entry } from "../interceptions/interception-table.ts";
import type { PendingBlock } from "../interceptions/pending-blocks.ts";
import { SubjectSet } from "./subject-set.ts";

/** A rule with the subjects that it is not about. */
export interface LiveRule extends StoredRule {
  readonly allow: SubjectSet;
}

/** The rules by which a shard counts now. */
export class RuleBook {
  /** Of the rules that are held. */
  version = -1;
  /** Subjects that are never to be blocked. */
  readonly never: SubjectSet;
  readonly #v6PrefixBits: number;
  #rules: ReadonlyMap<number, LiveRule> = new Map();

  constructor(never: SubjectSet, v6PrefixBits: number) {
    this.never = never;
    this.#v6PrefixBits = v6PrefixBits;
  }

  get(number: number): LiveRule | undefined {
    return this.#rules.get(number);
  }

  all(): Iterable<LiveRule> {
    return this.#rules.values();
  }

  take({ version, rules }: RuleSet): void {
    this.version = version;
    this.#rules = new Map(
      rules.map((stored) => [stored.rule.number, { ...stored, allow: allowOf(stored.rule, this.#v6PrefixBits) }]),
    );
  }

  /** Whether nothing is held against the subject under the rule, whatever it does. */
  spares({ rule, allow }: LiveRule, subject: string): boolean {
    return allow.has(rule.subject, subject) || this.never.has(rule.subject, subject);
  }

  /** Whether a block that waits is still what the rules want. */
  wants(block: PendingBlock): boolean {
    return this.stands({ ...block, shadow: false, made: block.made });
  }

  /** Whether an interception is still what the rules want: one of a rule that is gone, or does something else now, is not. */
  stands(entry: Omit<Interception, "untilMs"> & Pick<Entry, "made">): boolean {
    if (this.never.has(entry.field, entry.subject)) return false;
    if (entry.rule === manualRule) return true;
    const live = this.#rules.get(entry.rule);
    if (live === undefined || live.made !== entry.made) return false;
    const { subject, action, shadow } = live.rule;
    return (
      subject === entry.field &&
      action === entry.action &&
      shadow === entry.shadow &&
      !live.allow.has(entry.field, entry.subject)
    );
  }

  /** The entries that a subject may have. */
  *keysOf(field: string, subject: string): Iterable<InterceptionKey> {
    yield { rule: manualRule, field, subject };
    for (const { rule } of this.#rules.values()) {
      if (rule.subject === field) yield { rule: rule.number, field, subject };
    }
  }
}

/** An IPv6 address is taken for the network for which its accesses are counted: as itself it would allow nothing. */
const allowOf = ({ subject: field, allow }: InterceptRule, v6PrefixBits: number): SubjectSet =>
  new SubjectSet(
    allow.map((allowed) => ({
      field,
      subject: field === "ip" ? (addressSubject(allowed, v6PrefixBits) ?? allowed) : allowed,
    })),
  );
