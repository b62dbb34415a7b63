import { trusts, type Decision, type TaskType } from "../../../engines/malware/index.ts";
import type { Offers } from "../records/offers-record.ts";
import { isSampleHere, isSampleKept, whyGone, type SampleRecord } from "../records/sample-record.ts";
import { decisionOf, type VerdictEntry, type VerdictRecord } from "../records/verdict-record.ts";
import type { CentreSetup } from "../setup.ts";
import type { VerdictView } from "../views.ts";
import type { Policy } from "./policy.ts";

/** What the library has about one object. */
export interface Known {
  readonly sha256: string;
  readonly verdict: VerdictRecord | undefined;
  readonly sample: SampleRecord | undefined;
}

const mostLossChars = 200;

type Typed = readonly [TaskType, VerdictEntry];

export const entriesOf = (verdict: VerdictRecord | undefined): readonly Typed[] =>
  Object.entries(verdict?.types ?? {}).map(([type, entry]) => [type as TaskType, entry]);

/** The worst first. What is not known is never better than what is harmless. */
const order: readonly Decision["trust"][] = [...trusts.slice(0, 3), "unknown", ...trusts.slice(3)];

const worstOf = (entries: readonly Typed[]): Typed | undefined =>
  entries.length < 2
    ? entries[0]
    : entries.toSorted(([, a], [, b]) => order.indexOf(a.decision.trust) - order.indexOf(b.decision.trust))[0];

/** Of views of different objects, the worst one; one without a decision counts as one that nothing is known of. */
export const worstView = (views: readonly VerdictView[]): VerdictView | undefined =>
  views.length < 2 ? views[0] : views.toSorted((a, b) => rankOf(a) - rankOf(b))[0];

const rankOf = ({ decision }: VerdictView): number => order.indexOf(decision?.trust ?? "unknown");

/** As what an object still has to be looked at: where no verdict, or one that does not hold, is there for what it was submitted as. */
export const lackingTypes = (known: Known, policy: Policy, offers: Offers): readonly TaskType[] => {
  const types = known.verdict?.types ?? {};
  const stale = entriesOf(known.verdict).filter(([type, entry]) => policy.isStale(type, entry, offers));
  const missing = known.sample?.taskTypes.filter((type) => types[type] === undefined) ?? [];
  return [...stale.map(([type]) => type), ...missing];
};

/** A task that is under way for an object. */
export interface OpenTask {
  readonly taskId: string;
  readonly taskType: TaskType;
}

/** What was found as one type stays, whatever the object is as another one. */
export const isFinding = ({ decision }: VerdictEntry): boolean =>
  decision.trust === "black" || decision.trust === "suspected-black";

/**
 * What is told about one object. A verdict that does not hold any more is never told, and one that found nothing only where nothing is left
 * to be looked at: an object that is harmless as a log need not be so as a script.
 * @param lacking its `lackingTypes`
 */
export const verdictView = (
  known: Known,
  lacking: readonly TaskType[],
  addressOf: CentreSetup["addressOf"],
  openTask?: OpenTask,
): VerdictView => {
  const { sha256, verdict, sample } = known;
  const sampleHere = sample !== undefined && isSampleHere(sample, addressOf);
  const view: Writable<VerdictView> = { sha256, state: "unknown", sampleHere };
  const object = verdict ?? sample;
  if (object !== undefined) {
    view.md5 = object.md5;
    view.sha1 = object.sha1;
    view.size = object.size;
  }
  const isNeeded = verdict !== undefined && lacking.length > 0;
  const sampleLost = sampleHere ? undefined : lossOf(sample, isNeeded);
  if (sampleLost !== undefined) view.sampleLost = sampleLost;
  const entries = entriesOf(verdict);
  // Nobody makes another one: that it failed is the answer.
  const failed = (type: TaskType): boolean => openTask === undefined && verdict?.types[type]?.failed === true;
  const worst = worstOf(entries.filter(([type]) => !lacking.includes(type) || failed(type)));
  if (worst !== undefined && (isFinding(worst[1]) || lacking.every(failed))) {
    const [taskType, { decision, decidedAtMs, taskId }] = worst;
    return Object.assign(view, { state: "decided", decision: decisionOf(decision), taskType, decidedAtMs, taskId });
  }
  if (openTask === undefined) return view;
  return Object.assign(view, { state: entries.length === 0 ? "pending" : "refreshing", ...openTask });
};

/** Why the bytes of an object cannot be had. */
const lossOf = (sample: SampleRecord | undefined, isNeeded: boolean): string | undefined => {
  if (sample === undefined) return isNeeded ? whyGone(sample) : undefined;
  if (!isSampleKept(sample)) return whyGone(sample);
  return `the nodes that have its file are not up: ${sample.nodes.join(", ")}`.slice(0, mostLossChars);
};

/** Filled in place: a list of digests is answered tens of thousands of times a second. */
type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
