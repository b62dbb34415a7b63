import type { Step } from "../../model/step.ts";
import { edgesOf } from "./edges.ts";

/** What can be seen somewhere: what a step declares, if one does, and what can be seen on every way that leads there. */
interface Place {
  readonly step: Step | undefined;
  /** Empty: the playbook. */
  readonly outer: readonly Place[];
}

const playbook: Place = { step: undefined, outer: [] };

/** `constant`: every way to the step meets a constant of the name first. */
export type Visibility = "variable" | "constant" | "undeclared";

/** Which variables of steps are visible in a step: its own, and those of the steps in whose branches it lies. */
export class VisibleVariables {
  /** What each step lies in. */
  readonly #around = new Map<string, Place>();
  readonly #playbook: (name: string) => Visibility;

  /**
   * @param order of the steps, in which each stands before those that it leads to
   * @param playbook says of a name that no step declares what it is
   */
  constructor(order: readonly Step[], playbook: (name: string) => Visibility) {
    this.#playbook = playbook;
    const ways = new Map<string, Set<Place>>();
    for (const step of order) {
      const around = joined(ways.get(step.id) ?? new Set());
      this.#around.set(step.id, around);
      const inside = step.variables.size === 0 ? around : { step, outer: [around] };
      for (const { to, isBranch } of edgesOf(step)) {
        const known = ways.get(to) ?? new Set();
        ways.set(to, known.add(isBranch ? inside : around));
      }
    }
  }

  /** Answers for one name, for any number of steps. */
  of(name: string): (step: Step) => Visibility {
    const known = new Map<Place, Visibility>([[playbook, this.#playbook(name)]]);
    const at = (place: Place): Visibility => {
      const before = known.get(place);
      if (before !== undefined) return before;
      const visibility = ownOf(place.step, name) ?? worst(place.outer.map(at));
      known.set(place, visibility);
      return visibility;
    };
    return (step) => ownOf(step, name) ?? at(this.#around.get(step.id) ?? playbook);
  }
}

const joined = (ways: ReadonlySet<Place>): Place => {
  const [first = playbook, ...others] = ways;
  return others.length === 0 ? first : { step: undefined, outer: [first, ...others] };
};

const worst = (visibilities: readonly Visibility[]): Visibility => {
  if (visibilities.includes("undeclared")) return "undeclared";
  return visibilities.includes("variable") ? "variable" : "constant";
};

const ownOf = (step: Step | undefined, name: string): Visibility | undefined => {
  const declaration = step?.variables.get(name);
  return declaration && (declaration.constant ? "constant" : "variable");
};
