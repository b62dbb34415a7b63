import type { Step } from "../../model/step.ts";
import type { Findings } from "../findings.ts";
import type { WrittenParts } from "../build/parts.ts";
import { type Edge, edgesOf } from "./edges.ts";

/**
 * Checks that every way between steps leads somewhere and none leads back, that the workflow begins with a start step, and which steps
 * nothing leads to. A step that is not readable counts as there.
 *
 * @returns the steps in an order in which each stands before those that it leads to; undefined: a way leads back
 */
export const checkWorkflow = (
  { workflow, workflow_start: start, workflow_exception: exception }: WrittenParts,
  steps: ReadonlyMap<string, Step>,
  findings: Findings,
): readonly Step[] | undefined => {
  const isThere = (id: string): boolean => Object.hasOwn(workflow, id);
  const dangling = `is the id of no step of the workflow: correct it, or add the step`;
  if (start !== undefined && !isThere(start)) findings.add("dangling-id", ["workflow_start"], dangling);
  const first = start === undefined ? undefined : steps.get(start);
  if (first !== undefined && first.type !== "start") {
    findings.add("start-step", ["workflow_start"], `leads to a step of type ${first.type}: it has to be start`);
  }
  if (exception !== undefined && !isThere(exception)) findings.add("dangling-id", ["workflow_exception"], dangling);
  for (const step of steps.values()) {
    for (const { to, path } of edgesOf(step)) if (!isThere(to)) findings.add("dangling-id", path, dangling);
  }
  const walk = new Walk(steps, findings);
  if (start !== undefined) walk.from(start);
  if (exception !== undefined) walk.from(exception);
  const unreached = [...steps.keys()].filter((id) => !walk.hasEntered(id));
  // With a way that ends in nothing, those that it should lead to are not at fault.
  const isTold = findings.verdict !== "invalid";
  for (const id of unreached) {
    if (isTold)
      findings.add("unreachable", ["workflow", id], "is never executed: no way leads to it from workflow_start");
    walk.from(id);
  }
  return walk.isCyclic ? undefined : walk.order;
};

interface Visit {
  readonly step: Step;
  readonly edges: Iterator<Edge>;
}

/** Goes through the workflow in depth, without recursion: chains may have thousands of steps. */
class Walk {
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #findings: Findings;
  readonly #entered = new Set<string>();
  readonly #onWay = new Set<string>();
  readonly #left: Step[] = [];
  isCyclic = false;

  constructor(steps: ReadonlyMap<string, Step>, findings: Findings) {
    this.#steps = steps;
    this.#findings = findings;
  }

  /** Each step that was come by, before those that it leads to. */
  get order(): readonly Step[] {
    return this.#left.toReversed();
  }

  hasEntered(id: string): boolean {
    return this.#entered.has(id);
  }

  from(root: string): void {
    const way = this.#enter(root);
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      const next = visit.edges.next();
      if (next.done === true) {
        this.#onWay.delete(visit.step.id);
        this.#left.push(visit.step);
        way.pop();
      } else if (this.#onWay.has(next.value.to)) {
        this.isCyclic = true;
        const reason = `leads back to ${next.value.to}: only while-condition repeats steps`;
        this.#findings.add("cycle", next.value.path, reason);
      } else {
        way.push(...this.#enter(next.value.to));
      }
    }
  }

  /** None: there is no such step, or it was entered before. */
  #enter(id: string): Visit[] {
    const step = this.#steps.get(id);
    if (step === undefined || this.#entered.has(id)) return [];
    this.#entered.add(id);
    this.#onWay.add(id);
    return [{ step, edges: edgesOf(step)[Symbol.iterator]() }];
  }
}
