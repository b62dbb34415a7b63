import { scanSpace } from "../../src/actors/scan/index.ts";
import { placeGroup } from "../../src/actors/scan/work.ts";
import type { Violation } from "../support/invariants/index.ts";
import type { StoreEvent, WorkLog } from "./store-history.ts";
import { taskOf } from "./workload.ts";

/** The scan whose item this is: a subtask's id begins with that of its scan. */
const scanOf = (id: string): string => id.split(".")[0] ?? id;

/**
 * I14: once the store has accepted that a scan is cancelled, nothing of it is claimed, planned, found or ended any more, and after the
 * bound no request is sent for it. A process that stood still is given the bound from its thaw.
 */
export const checkCancelled = (history: readonly StoreEvent[], log: WorkLog, boundMs: number): Violation[] => {
  const violations: Violation[] = [];
  const cancelled = new Map<string, number>();
  history.forEach((event, at) => {
    const breach = (id: string, what: string): void =>
      void violations.push({ invariant: "I14", message: `${id} ${what} after its scan was cancelled`, at, about: id });
    if (event.type === "ordered" && event.space === scanSpace) {
      // The second order of the two that cancel a scan: that for its subtasks.
      if (event.order === "cancel" && !cancelled.has(event.group)) cancelled.set(event.group, event.atMs);
    } else if (event.type === "claimed") {
      for (const { id } of event.claims) if (cancelled.has(scanOf(id))) breach(id, "was claimed");
    } else if (event.type === "committed") {
      for (const change of event.changes) {
        if ("claim" in change && cancelled.has(scanOf(change.claim.id)))
          breach(change.claim.id, `had a ${change.type}`);
        if (change.type === "put" && /^(?:finding|report)\//.test(change.key)) {
          const id = change.key.split("/")[2] ?? "";
          if (cancelled.has(scanOf(id))) breach(id, "left a result");
        }
      }
    }
  });
  for (const { template, node, atMs, thawedAtMs } of log.requests) {
    const since = cancelled.get(taskOf(template));
    if (since === undefined || atMs <= Math.max(since, thawedAtMs) + boundMs) continue;
    const message = `${node} sent a request of ${template} ${atMs - since} ms after its scan was cancelled`;
    violations.push({ invariant: "I14", message, at: history.length, about: taskOf(template) });
  }
  return violations;
};

interface Held {
  readonly token: number;
  readonly sinceMs: number;
  untilMs: number;
}

/** I16: a paused scan is not taken up, and one that was taken up before gives its place back within the bound. */
export const checkPaused = (history: readonly StoreEvent[], boundMs: number): Violation[] => {
  const violations: Violation[] = [];
  const pausedSince = new Map<string, number>();
  const held = new Map<string, Held>();
  const breach = (id: string, at: number, what: string): void =>
    void violations.push({ invariant: "I16", message: `${id} ${what} while it was paused`, at, about: id });
  /** Looks at the claim that ends, or at the pause that ends, at this time. */
  const judge = (id: string, untilMs: number, at: number): void => {
    const [since, claim] = [pausedSince.get(id), held.get(id)];
    if (since === undefined || claim === undefined) return;
    const keptMs = Math.min(untilMs, claim.untilMs) - Math.max(since, claim.sinceMs);
    if (keptMs > boundMs) breach(id, at, `kept its place for ${Math.round(keptMs)} ms`);
  };
  history.forEach((event, at) => {
    switch (event.type) {
      case "ordered": {
        if (!event.group.endsWith(placeGroup(""))) return;
        const id = scanOf(event.group);
        if (event.order === "hold") {
          if (!pausedSince.has(id)) pausedSince.set(id, event.atMs);
          return;
        }
        judge(id, event.atMs, at);
        pausedSince.delete(id);
        return;
      }
      case "claimed":
        for (const { queue, id, token } of event.claims) {
          if (queue !== "tasks") continue;
          if (pausedSince.has(id)) breach(id, at, "was taken up");
          held.set(id, { token, sinceMs: event.atMs, untilMs: event.atMs + event.leaseMs });
        }
        return;
      case "extended":
        for (const { queue, id, token } of event.claims) {
          const claim = held.get(id);
          if (queue === "tasks" && claim?.token === token) claim.untilMs = event.atMs + event.leaseMs;
        }
        return;
      case "committed":
        for (const change of event.changes) {
          if (change.type !== "finish" && change.type !== "release") continue;
          const { queue, id, token } = change.claim;
          if (queue !== "tasks" || held.get(id)?.token !== token) continue;
          judge(id, event.atMs, at);
          held.delete(id);
        }
        return;
      case "added":
      case "withdrawn":
      case "refused":
      case "leased":
      case "seized":
      case "renewed":
      case "freed":
      case "denied":
      case "missed":
      case "acted":
        return;
    }
  });
  return violations;
};
