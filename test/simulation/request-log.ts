import type { World } from "./world.ts";

/** One request as the target sees it. */
export interface SentRequest {
  readonly template: string;
  readonly node: string;
  readonly atMs: number;
  /** When the sending process was last thawed; 0: never frozen. What it had decided before cannot be told from what it decides then. */
  readonly thawedAtMs: number;
}

/** What the targets saw, and when processes that send to them stood still. */
export class RequestLog {
  readonly all: SentRequest[] = [];
  readonly #thawed = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  sent(template: string, node: string): void {
    this.all.push({
      template,
      node,
      atMs: this.#world.clock.monotonicMs(),
      thawedAtMs: this.thawedAtMs(node),
    });
  }

  /** When this process last went on after it had stood still; 0: it never stood still. */
  thawedAtMs(node: string): number {
    return this.#thawed.get(node) ?? 0;
  }

  thawed(node: string): void {
    this.#thawed.set(node, this.#world.clock.monotonicMs());
  }
}
