import { stepKey } from "../../../../src/actors/respond/records/keys.ts";
import { parseStep, type StepRecord } from "../../../../src/actors/respond/records/step-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import type { SiteFact, StepRef } from "../site.ts";
import type { StoredPut } from "../../stored-puts.ts";
import { putsUnder } from "./puts.ts";
import type { ResponseRecord } from "./response-record.ts";
import { claimOf, runClaimsOf } from "./run-claims.ts";

interface WrittenStep {
  readonly step: StepRecord;
  readonly put: StoredPut;
}

const prefix = "step/";

const nameOf = ({ runId, n }: StepRef): string => stepKey(runId, n).slice(prefix.length);

/** What was written of each step, in order. */
const writtenSteps = ({ history }: Pick<ResponseRecord, "history">): ReadonlyMap<string, readonly WrittenStep[]> => {
  const steps = new Map<string, WrittenStep[]>();
  for (const put of putsUnder(history, prefix)) {
    const written = steps.get(put.name) ?? [];
    written.push({ step: parseStep(put.value), put });
    steps.set(put.name, written);
  }
  return steps;
};

/**
 * I19: no action begins before its start is kept; none begins, or has its effect, once its result is kept, unless its process had been
 * given up by then; one that must not be done twice is done once, and once more for each time that a person said so.
 */
export const checkSteps = (record: ResponseRecord): Violation[] => {
  const { history, facts } = record;
  const violations: Violation[] = [];
  const steps = writtenSteps(record);
  const claims = runClaimsOf(history);
  const breach = (fact: SiteFact, what: string): void => {
    const message = `step ${fact.n} of run ${fact.runId} ${what}`;
    violations.push({ invariant: "I19", message, at: placeOf(record, fact.atMs), about: fact.runId });
  };
  const begun = new Map<string, number>();
  const effects = new Map<string, number>();
  for (const fact of facts) {
    const name = nameOf(fact);
    const written = steps.get(name) ?? [];
    if (!written.some(({ put }) => put.atMs <= fact.atMs)) breach(fact, "began before its start was kept");
    const end = written.find(({ step }) => step.end !== undefined)?.put;
    if (end !== undefined && end.atMs < fact.atMs) {
      const claim = claimOf(claims, fact);
      const isOwn = end.changes.some((change) => "claim" in change && change.claim.token === claim?.token);
      if (isOwn || end.atMs < fact.process.startedAtMs) {
        breach(fact, `${fact.type === "began" ? "began" : "had an effect"} after its result was kept`);
      }
    }
    const counted = fact.type === "began" ? begun : effects;
    const times = (counted.get(name) ?? 0) + 1;
    counted.set(name, times);
    const permitted = 1 + written.filter(({ step, put }) => step.repeat === true && put.atMs <= fact.atMs).length;
    if (!fact.idempotent && times > permitted) {
      breach(
        fact,
        `${fact.type === "began" ? "was executed" : "had its effect"} ${times} times and may be done ${permitted} times`,
      );
    }
  }
  return violations;
};

/** I20: what is written of a step that has ended stays, and only the holder of the claim on its run writes what it does. */
export const checkJournal = (record: ResponseRecord): Violation[] => {
  const violations: Violation[] = [];
  const claims = runClaimsOf(record.history);
  for (const [name, written] of writtenSteps(record)) {
    const runId = name.slice(0, name.indexOf("/"));
    const breach = ({ at }: StoredPut, what: string): void =>
      void violations.push({ invariant: "I20", message: `step ${name} ${what}`, at, about: runId });
    let end: string | undefined;
    for (const { step, put } of written) {
      const next = step.end === undefined ? undefined : JSON.stringify(step.end);
      if (end !== undefined && next !== end) breach(put, "had ended and was written anew");
      end ??= next;
      const isHeld = claims.some(
        (claim) =>
          claim.runId === runId &&
          claim.owner === put.owner &&
          claim.fromMs <= put.atMs &&
          put.atMs <= Math.min(claim.deadlineMs, claim.overMs),
      );
      if (!isHeld && put.owner !== "responder") breach(put, `was written by ${put.owner} without a claim on its run`);
    }
  }
  return violations;
};

/** Where the history was at a time. */
const placeOf = ({ history }: ResponseRecord, atMs: number): number => {
  const next = history.findIndex((event) => event.atMs > atMs);
  return next === -1 ? history.length : next;
};
