import type { Template } from "../../engines/scan/index.ts";
import { plannedBy, sendersOf } from "./planned.ts";
import type { SeenRequest } from "./site-process.ts";

/**
 * How long the work of a killed node lay still, as the site saw it: a request that is planned once, was seen before the kill and is seen
 * again after it, belongs to work that another node has taken over. The longest time from the kill to the first such request of a
 * template and target; 0 when nothing was under way.
 */
export const takeoverMs = async (
  targets: readonly string[],
  templates: readonly Template[],
  seen: readonly SeenRequest[],
  killedAtMs: number,
): Promise<number> => {
  const owners = new Map<string, string[]>();
  for (const target of targets) {
    for (const template of sendersOf(templates)) {
      for (const { key } of await plannedBy(template, target)) {
        owners.set(key, [...(owners.get(key) ?? []), `${target} ${template.id}`]);
      }
    }
  }
  const before = new Set<string>();
  const repeatedAtMs = new Map<string, number>();
  for (const { method, path, atMs } of seen) {
    const key = `${method} ${path}`;
    const [owner, ...others] = owners.get(key) ?? [];
    if (owner === undefined || others.length > 0) continue;
    if (atMs <= killedAtMs) before.add(key);
    else if (before.has(key) && !repeatedAtMs.has(owner)) repeatedAtMs.set(owner, atMs);
  }
  return Math.max(0, ...[...repeatedAtMs.values()].map((atMs) => atMs - killedAtMs));
};
