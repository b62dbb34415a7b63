import type { Violation } from "./violation.ts";

/** A request as its target saw it. */
export interface SeenRequest {
  readonly target: string;
  readonly atMs: number;
}

export interface RateLimit {
  readonly perSecond: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
}

const windowMs = 1_000;

/** I13: in no window of one second does a target see more requests than the limit and its burst allow. Requests in order of time. */
export const checkRate = (requests: readonly SeenRequest[], { perSecond, burst }: RateLimit): Violation[] => {
  const violations: Violation[] = [];
  const windows = new Map<string, number[]>();
  const most = Math.ceil(perSecond) + burst;
  requests.forEach(({ target, atMs }, at) => {
    const window = (windows.get(target) ?? []).filter((before) => before > atMs - windowMs);
    window.push(atMs);
    windows.set(target, window);
    if (window.length <= most) return;
    const message = `${target} saw ${window.length} requests in the second up to ${atMs}; the limit allows ${most}`;
    violations.push({ invariant: "I13", message, at, about: target });
  });
  return violations;
};
