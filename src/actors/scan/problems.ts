import type { ScanProblem } from "./work.ts";

const mostKinds = 100;
const mostCharacters = 500;
const restOfKinds = "problems of further kinds";

/** Gathers problems, each kind once, with how many requests it concerns and where it was met first. */
export class Problems {
  readonly #kinds = new Map<string, ScanProblem>();

  add({ what, requests, example }: ScanProblem): void {
    const full = this.#kinds.size >= mostKinds - 1;
    const kind = what.slice(0, mostCharacters);
    const key = full && !this.#kinds.has(kind) ? restOfKinds : kind;
    const before = this.#kinds.get(key);
    this.#kinds.set(key, {
      what: key,
      requests: (before?.requests ?? 0) + requests,
      example: before?.example ?? example.slice(0, mostCharacters),
    });
  }

  list(): ScanProblem[] {
    return [...this.#kinds.values()];
  }
}
