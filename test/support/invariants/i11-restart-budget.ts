import type { ActorId, History } from "../history.ts";
import type { Violation } from "./violation.ts";

/** I11: in no window of `withinMs` does an actor begin more new lives than its parent's budget allows. */
export const checkRestartBudget = (history: History): Violation[] => {
  const violations: Violation[] = [];
  const budgets = new Map<ActorId, { readonly max: number; readonly withinMs: number }>();
  const beganAtMs = new Map<ActorId, number[]>();
  history.forEach((event, at) => {
    if (event.type === "spawn" && event.restarts !== undefined) budgets.set(event.actor, event.restarts);
    if (event.type !== "handler-begin" || event.handler !== "initial") return;
    const lives = beganAtMs.get(event.actor);
    if (lives === undefined) {
      beganAtMs.set(event.actor, []); // The first life is no restart.
      return;
    }
    lives.push(event.atMs);
    const budget = budgets.get(event.actor);
    if (budget === undefined) return;
    const within = lives.filter((atMs) => atMs > event.atMs - budget.withinMs).length;
    if (within > budget.max) {
      const message = `${event.actor} restarted ${within} times within ${budget.withinMs} ms; its budget is ${budget.max}`;
      violations.push({ invariant: "I11", message, at });
    }
  });
  return violations;
};
