import { cacaoBounds } from "../model/playbook.ts";
import type { Findings, Path } from "./findings.ts";

/** Objects and lists inside each other. The standard's own objects need 9; the rest is for extensions. */
const depth = 64;

interface Place {
  readonly value: unknown;
  readonly key: string | number | undefined;
  readonly parent: Place | undefined;
  readonly depth: number;
}

/**
 * Checks what has to hold of any JSON before it is looked into by recursion: depth, sizes, and no key that would change what an object of
 * JavaScript is. False: it must not be looked into.
 */
export const withinBounds = (source: unknown, findings: Findings): boolean => {
  const open: Place[] = [{ value: source, key: undefined, parent: undefined, depth: 0 }];
  let within = true;
  const refuse = (rule: "bound" | "reserved-name", place: Place, reason: string): void => {
    findings.add(rule, pathOf(place), reason);
    within = false;
  };
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value } = place;
    if (typeof value === "string" && value.length > cacaoBounds.chars) {
      refuse("bound", place, `is longer than ${cacaoBounds.chars} characters: shorten it`);
    }
    if (typeof value !== "object" || value === null) continue;
    if (place.depth >= depth) {
      refuse("bound", place, `is nested deeper than ${depth} objects and lists`);
      continue;
    }
    const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
      ? [...(value as readonly unknown[]).entries()]
      : Object.entries(value);
    const most = isWorkflow(place) ? cacaoBounds.steps : cacaoBounds.entries;
    if (entries.length > most) {
      refuse("bound", place, `has ${entries.length} entries, more than ${most}: split the playbook by playbook-action`);
      continue;
    }
    for (const [key, entry] of entries) {
      const inner: Place = { value: entry, key, parent: place, depth: place.depth + 1 };
      if (key === "__proto__") refuse("reserved-name", inner, "is a name that nothing may have: choose another one");
      else open.push(inner);
    }
  }
  return within;
};

const isWorkflow = ({ key, depth: at }: Place): boolean => key === "workflow" && at === 1;

const pathOf = (place: Place): Path => {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.parent) path.unshift(at.key);
  return path;
};
