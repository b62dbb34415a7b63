import { createHash } from "node:crypto";
import type { Requirement, TaskType } from "../../../engines/malware/index.ts";
import type { Offers } from "../records/offers-record.ts";
import type { VerdictEntry } from "../records/verdict-record.ts";
import type { CentreSettings } from "../setup.ts";
import { byStanding } from "./kind-order.ts";

type PolicySettings = Pick<CentreSettings, "rule" | "require">;

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/** How verdicts are made here: which detectors an object takes, and whether a verdict still is what would be made now. */
export class Policy {
  /** Of the types that are configured. */
  readonly #required: ReadonlyMap<TaskType, Requirement>;
  /** Of the rule. */
  readonly ruleHash: string;
  /** Of all that verdicts depend on but the detectors. */
  readonly hash: string;

  constructor(settings: PolicySettings) {
    this.#required = requiredByType(settings);
    this.ruleHash = hash(settings.rule);
    this.hash = hash([settings.rule, settings.require]);
  }

  /** Empty: nothing is configured for the type, and no live host offers or awaits anything. */
  requirementFor(type: TaskType, offers: Offers): Requirement {
    return this.#required.get(type) ?? offeredFor(type, offers).map((kind) => ({ kind, count: 1 }));
  }

  /**
   * Whether a verdict was made by another rule, with other versions than the current ones, or without a detector that would look now; or could
   * not be made. One whose detector was missing, or is gone since, stays; so does one from before a kind that has yet to answer.
   */
  isStale(type: TaskType, { failed, rule, requirement, versions }: VerdictEntry, offers: Offers): boolean {
    if (failed === true || rule !== this.ruleHash) return true;
    for (const [kind, made] of Object.entries(versions)) {
      const current = offers.kinds[kind];
      if (current !== undefined && made.some((version) => version !== current.version)) return true;
    }
    const countOf = (wanted: string): number | undefined => requirement.find(({ kind }) => kind === wanted)?.count;
    const configured = this.#required.get(type);
    if (configured === undefined) {
      return offeredFor(type, offers).some((kind) => offers.kinds[kind]?.live === true && countOf(kind) === undefined);
    }
    return configured.length !== requirement.length || configured.some(({ kind, count }) => countOf(kind) !== count);
  }

  /** Whether a kind that a degraded verdict lacks has come back, or has changed, since it was made. */
  couldMend({ decision, epoch }: VerdictEntry, offers: Offers): boolean {
    return decision.missing.some(({ kind }) => {
      const current = offers.kinds[kind];
      return current !== undefined && current.live && current.sinceEpoch > epoch;
    });
  }

  /** Whether what a verdict lacks failed in passing, and long enough ago to try it again for somebody who asks. */
  couldRetry({ passing, decidedAtMs }: VerdictEntry, nowMs: number): boolean {
    return passing && nowMs - decidedAtMs >= retryAfterMs;
  }
}

const mostKinds = 16;
const retryAfterMs = 60_000;

const offeredFor = (type: TaskType, { kinds }: Offers): readonly string[] =>
  Object.entries(kinds)
    .filter(([, { live, awaited, taskTypes }]) => (live || awaited) && taskTypes.includes(type))
    .toSorted(byStanding)
    .slice(0, mostKinds)
    .map(([kind]) => kind)
    .sort();

const requiredByType = ({ require }: PolicySettings): ReadonlyMap<TaskType, Requirement> => {
  const byType = new Map<TaskType, Requirement>();
  for (const { taskType, kind, count = 1 } of require) {
    byType.set(taskType, [...(byType.get(taskType) ?? []), { kind, count }]);
  }
  return byType;
};
