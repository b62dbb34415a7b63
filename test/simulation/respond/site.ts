import type { World } from "../world.ts";

/** A step of a run. */
export interface StepRef {
  readonly runId: string;
  readonly n: number;
}

/** One process of a run, as an outsider sees it. */
export interface ProcessRef {
  /** Node and incarnation that started it. */
  readonly node: string;
  readonly startedAtMs: number;
}

/** An action began, or had its effect. */
export interface SiteFact extends StepRef {
  readonly type: "began" | "effect";
  readonly idempotent: boolean;
  readonly process: ProcessRef;
  readonly atMs: number;
  /** Until when the process' node stood still last: it can have heard of nothing before. Infinity: it still does. */
  readonly frozenUntilMs: number;
}

/** Where actions of playbooks have their effects. It remembers what no store does: which of them happened, and when. */
export class Site {
  readonly facts: SiteFact[] = [];
  /** Nodes that began a run and had no process for it. */
  readonly turnedAway: { readonly node: string; readonly runId: string }[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  note(fact: Omit<SiteFact, "atMs">): void {
    const noted = { ...fact, atMs: this.#world.clock.monotonicMs() };
    this.facts.push(noted);
    this.#world.tell("site", noted);
  }

  turnAway(node: string, runId: string): void {
    this.turnedAway.push({ node, runId });
  }

  /** Whether this step has had an effect. */
  happened({ runId, n }: StepRef): boolean {
    return this.facts.some((fact) => fact.type === "effect" && fact.runId === runId && fact.n === n);
  }
}
