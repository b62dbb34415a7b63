import type { Random } from "../../../../base/random.ts";
import { mostParts, type PartOutcome } from "../../guard-port.ts";
import { retryDelayMs } from "../retry-delay.ts";
import type { SpooledPart } from "../spool/spooled-part.ts";

/** One report under way. */
export interface Call {
  readonly group: Group;
  readonly incarnation: string;
  readonly parts: readonly SpooledPart[];
}

/** Calls for these shards, one at a time. */
export interface Group {
  readonly name: "taking" | "ailing";
  isUnderWay: boolean;
  failures: number;
  /** Of the monotonic clock; nothing is sent before. */
  retryAtMs: number;
}

/** Parts of one shard, which go in their order. */
interface Lane {
  readonly waiting: SpooledPart[];
  isAiling: boolean;
  isUnderWay: boolean;
}

/** Of the files of one report. */
const mostCallBytes = 1024 * 1024;

/**
 * Which parts go when. At most two reports are under way: one for all shards that took what they were sent last, and one for all that did
 * not, so that a shard without an owner does not keep the others waiting. Of one shard no two parts are under way in different reports, so
 * that none overtakes another.
 */
export class Sending {
  readonly #random: Random;
  readonly #lanes = new Map<number, Lane>();
  readonly #taking: Group = { name: "taking", isUnderWay: false, failures: 0, retryAtMs: 0 };
  readonly #ailing: Group = { name: "ailing", isUnderWay: false, failures: 0, retryAtMs: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether a part that is added now goes at once, unless its shard ails. */
  isFree(nowMs: number): boolean {
    return !this.#taking.isUnderWay && this.#taking.retryAtMs <= nowMs;
  }

  /** Shards that did not take what they were sent last. */
  get ailing(): number {
    let ailing = 0;
    for (const lane of this.#lanes.values()) ailing += lane.isAiling ? 1 : 0;
    return ailing;
  }

  /** Those of one shard in their order. */
  add(parts: Iterable<SpooledPart>): void {
    for (const part of parts) {
      const lane = this.#lanes.get(part.shard) ?? { waiting: [], isAiling: false, isUnderWay: false };
      this.#lanes.set(part.shard, lane);
      lane.waiting.push(part);
    }
  }

  /** The next report that is to be sent now. */
  next(nowMs: number): Call | undefined {
    for (const group of [this.#taking, this.#ailing]) {
      if (group.isUnderWay || group.retryAtMs > nowMs) continue;
      const lanes = this.#lanesOf(group);
      const [first] = lanes;
      if (first === undefined) continue;
      const incarnation = oldestIncarnation(lanes);
      const parts = pick(lanes, incarnation);
      group.isUnderWay = true;
      for (const { shard } of parts) this.#lane(shard).isUnderWay = true;
      return { group, incarnation, parts };
    }
    return undefined;
  }

  /** When there is something to be sent again, of the monotonic clock; undefined while nothing waits for that. */
  get retryAtMs(): number | undefined {
    const waiting = [this.#taking, this.#ailing].filter(
      (group) => !group.isUnderWay && group.failures > 0 && this.#lanesOf(group).length > 0,
    );
    return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ retryAtMs }) => retryAtMs));
  }

  /** The service answered. @returns the parts that are stored, and of one that is not why */
  answered(
    call: Call,
    outcomes: readonly PartOutcome[],
    nowMs: number,
  ): { readonly stored: readonly SpooledPart[]; readonly problem: string | undefined } {
    const problems = new Map(outcomes.map((outcome) => [keyOf(outcome), outcome.problem ?? ""]));
    const stored: SpooledPart[] = [];
    const behind = new Set<number>();
    let problem: string | undefined;
    for (const part of call.parts) {
      const said = problems.get(keyOf(part)) ?? "the service said nothing of it";
      if (said !== "") {
        problem ??= `shard ${part.shard}: ${said}`;
        behind.add(part.shard);
      } else if (!behind.has(part.shard)) {
        stored.push(part);
      }
    }
    this.#end(call);
    this.forget(stored);
    for (const { shard } of call.parts) this.#lane(shard).isAiling = behind.has(shard);
    this.#settle(call.group, call.group.name === "ailing" && behind.size > 0, nowMs);
    if (behind.size > 0 && call.group.name === "taking") this.#settle(this.#ailing, true, nowMs);
    return { stored, problem };
  }

  /** Nothing is known of what became of a report. */
  failed(call: Call, nowMs: number): void {
    this.#end(call);
    this.#settle(call.group, true, nowMs);
  }

  /** It was never sent. */
  giveUp(call: Call): void {
    this.#end(call);
  }

  /** What is not in the spool any more. */
  forget(parts: readonly SpooledPart[]): void {
    for (const part of parts) {
      const { waiting } = this.#lane(part.shard);
      const at = waiting.indexOf(part);
      if (at >= 0) waiting.splice(at, 1);
    }
  }

  #end({ parts, group }: Call): void {
    group.isUnderWay = false;
    for (const { shard } of parts) this.#lane(shard).isUnderWay = false;
  }

  #settle(group: Group, hasFailed: boolean, nowMs: number): void {
    group.failures = hasFailed ? group.failures + 1 : 0;
    group.retryAtMs = hasFailed ? nowMs + retryDelayMs(group.failures, this.#random) : 0;
  }

  #lanesOf({ name }: Group): readonly Lane[] {
    const isAiling = name === "ailing";
    return [...this.#lanes.values()].filter(
      (lane) => lane.isAiling === isAiling && !lane.isUnderWay && lane.waiting.length > 0,
    );
  }

  #lane(shard: number): Lane {
    const lane = this.#lanes.get(shard);
    if (lane === undefined) throw new Error(`nothing was ever added for shard ${shard}`);
    return lane;
  }
}

const keyOf = ({ shard, sequence }: Pick<SpooledPart, "shard" | "sequence">): string => `${shard}/${sequence}`;

/** A report is of one incarnation; later ones wait. */
const oldestIncarnation = (lanes: readonly Lane[]): string => {
  let oldest: SpooledPart | undefined;
  for (const { waiting } of lanes) {
    const [first] = waiting;
    if (first !== undefined && (oldest === undefined || first.sinceMs < oldest.sinceMs)) oldest = first;
  }
  return oldest?.incarnation ?? "";
};

/** One part of each shard in turn, as many as fit, in the order of their sequence. */
const pick = (lanes: readonly Lane[], incarnation: string): readonly SpooledPart[] => {
  const picked: SpooledPart[] = [];
  let bytes = 0;
  for (let turn = 0; ; turn += 1) {
    let added = 0;
    for (const { waiting } of lanes) {
      const part = waiting[turn];
      if (part?.incarnation !== incarnation) continue;
      if (picked.length === mostParts || (picked.length > 0 && bytes + part.bytes > mostCallBytes)) return picked;
      picked.push(part);
      bytes += part.bytes;
      added += 1;
    }
    if (added === 0) return picked;
  }
};
