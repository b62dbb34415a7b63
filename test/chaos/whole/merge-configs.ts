import type { ConfigSections } from "../fleet/prepare-fleet.ts";

/** What several loads want of a node: their lists one after the other; of other values they may want different ones only in different keys. */
export const mergeConfigs = (configs: readonly ConfigSections[]): ConfigSections => {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const [name, section] of configs.flatMap((config) => Object.entries(config))) {
    const into = (merged[name] ??= {});
    for (const [key, value] of Object.entries(section)) into[key] = joined(`${name}.${key}`, into[key], value);
  }
  return merged;
};

const joined = (key: string, first: unknown, second: unknown): unknown => {
  if (first === undefined) return second;
  if (Array.isArray(first) && Array.isArray(second)) return [...(first as unknown[]), ...(second as unknown[])];
  if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error(`two loads want different values of ${key}`);
  return first;
};
