import { clipped } from "./clipped.ts";
import type { ScanProblem } from "./report.ts";

const mostKinds = 100;
const restOfKinds = "problems of further kinds";

/** Gathers problems, each kind once, with how many requests it concerns and where it was met first. */
export class Problems {
  readonly #kinds = new Map<string, ScanProblem>();

  add({ what, requests, example }: ScanProblem): void {
    const full = this.#kinds.size >= mostKinds - 1;
    const kind = clipped(what);
    const key = full && !this.#kinds.has(kind) ? restOfKinds : kind;
    const before = this.#kinds.get(key);
    this.#kinds.set(key, {
      what: key,
      requests: (before?.requests ?? 0) + requests,
      example: before?.example ?? clipped(example),
    });
  }

  list(): ScanProblem[] {
    return [...this.#kinds.values()];
  }
}
