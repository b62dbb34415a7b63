import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the processes' own logs say. Nothing of it comes from the store. */
export interface Ledger {
  readonly added: number;
  readonly finished: number;
  /** Finishes of which only the intent is known: the process was killed, or got no answer. */
  readonly unknown: number;
  readonly stale: number;
  /** Acknowledged items that nobody finished, or may have finished. */
  readonly lost: readonly string[];
  /** Items of which more than one finish was accepted. */
  readonly doubled: readonly string[];
}

/** Reads the logs of a drained run. A line that a kill cut short was never finished: it is no promise. */
export const readLedger = (directory: string): Ledger => {
  const added = new Set<string>();
  const finished = new Map<string, number>();
  const open = new Set<string>();
  let stale = 0;
  for (const file of readdirSync(directory)) {
    const attempts = new Set<string>();
    const lines = readFileSync(join(directory, file), "utf8").split("\n");
    for (const line of lines.slice(0, -1)) {
      const cut = line.indexOf(" ");
      const id = line.slice(cut + 1);
      switch (line.slice(0, cut)) {
        case "added":
          added.add(id);
          break;
        case "finishing":
          attempts.add(id);
          break;
        case "finished":
          finished.set(id, (finished.get(id) ?? 0) + 1);
          attempts.delete(id);
          break;
        case "stale":
          stale += 1;
          attempts.delete(id);
          break;
        case "unknown":
          break;
        default:
          throw new Error(`${file} has a line that is none: ${line}`);
      }
    }
    for (const id of attempts) open.add(id);
  }
  return {
    added: added.size,
    finished: finished.size,
    unknown: open.size,
    stale,
    lost: [...added].filter((id) => !finished.has(id) && !open.has(id)),
    doubled: [...finished].filter(([, times]) => times > 1).map(([id]) => id),
  };
};
