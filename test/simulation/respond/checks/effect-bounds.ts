import type { Violation } from "../../../support/invariants/index.ts";
import { callTimeoutMs } from "../../link.ts";
import { respondSettings } from "../settings.ts";
import { longestKillMs } from "../simulated-process.ts";
import type { ResponseRecord } from "./response-record.ts";
import { claimOf, runClaimsOf } from "./run-claims.ts";

/** Messages take a while. */
const slackMs = 500;
const heartbeatMs = Math.min(respondSettings.leaseMs / 3, 400);
/** Whoever hears nothing stops when its claim has run out on its own clock, and looks at that with each heartbeat, which may wait for the store. */
const runOutBoundMs = heartbeatMs + callTimeoutMs + longestKillMs + slackMs;
/** A heartbeat that gets through tells of a cancel. */
const cancelBoundMs = 1_000 + slackMs;

/**
 * I14: no action has an effect longer than the bound after the claim on its run has ended: when it ran out, by its last prolongation,
 * which for a run that was cancelled was before that; while nothing goes wrong, after the cancel itself. A process whose node stood
 * still is given the bound from the thaw.
 */
export const checkEffectBounds = ({ history, facts, healedAtMs }: ResponseRecord): Violation[] => {
  const claims = runClaimsOf(history);
  return facts.flatMap((fact): Violation[] => {
    const claim = fact.type === "effect" ? claimOf(claims, fact) : undefined;
    if (claim === undefined) return [];
    const { runId, n, atMs, frozenUntilMs } = fact;
    const ran = claim.deadlineMs + runOutBoundMs;
    const cancelled = claim.overMs >= healedAtMs ? claim.overMs + cancelBoundMs : Number.POSITIVE_INFINITY;
    const latestMs = Math.max(Math.min(ran, cancelled), frozenUntilMs + runOutBoundMs);
    if (atMs <= latestMs) return [];
    const message = `step ${n} of run ${runId} had an effect ${Math.round(atMs - latestMs)} ms too late after its claim had ended`;
    return [{ invariant: "I14", message, at: history.length, about: runId }];
  });
};
