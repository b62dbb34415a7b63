import { VariableError } from "../errors.ts";
import type { VariableReference } from "../model/text.ts";
import {
  resultVariables,
  runVariables,
  type VariableDeclaration,
  type VariableDeclarations,
} from "../model/variable.ts";
import { Cell, type Variable, type VariableContent } from "./cell.ts";
import type { Value } from "./value.ts";

/** The variables that are visible at a place of a playbook. Declarations of an inner scope hide those of the outer ones. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #cells = new Map<string, Cell>();

  private constructor(outer: Scope | undefined) {
    this.#outer = outer;
  }

  /**
   * The scope that the one of a playbook lies in: `__event__` (tainted) and `__run__`, which are constants, and the result variables
   * without a value.
   *
   * @param run its id, and its event as JSON text
   */
  static ofRun(run: { readonly id: string; readonly event: string }): Scope {
    const scope = new Scope(undefined);
    const add = (declaration: Omit<VariableDeclaration, "description" | "external">, tainted: boolean): void => {
      const whole = { ...declaration, description: undefined, external: false };
      scope.#cells.set(declaration.name, new Cell(whole, tainted, true));
    };
    add({ name: runVariables.event, type: "dictionary", value: run.event, constant: true }, true);
    add({ name: runVariables.run, type: "string", value: run.id, constant: true }, false);
    for (const name of resultVariables) add({ name, type: "string", value: null, constant: false }, false);
    return scope;
  }

  /**
   * A scope inside this one.
   *
   * @param initial what variables begin with instead of the declared value, by name; also for constants
   * @throws VariableError `misfit`: an initial value is not of the type; `undeclared`
   */
  child(declarations: VariableDeclarations, initial: ReadonlyMap<string, VariableContent> = new Map()): Scope {
    const scope = new Scope(this);
    for (const [name, declaration] of declarations) scope.#cells.set(name, new Cell(declaration, false, false));
    for (const [name, content] of initial) {
      const cell = scope.#cells.get(name);
      if (cell === undefined) throw new VariableError("undeclared", name, "is not declared here");
      cell.set(content);
    }
    return scope;
  }

  /** The innermost variable of the name; undefined: none is declared. */
  find(name: string): Variable | undefined {
    return this.#cell(name)?.variable;
  }

  /**
   * Gives the innermost variable of the name another value. `null`: unknown.
   *
   * @throws VariableError `undeclared`, `constant`, `misfit`
   */
  assign(name: string, text: string | null, tainted: boolean): void {
    const cell = this.#cell(name);
    if (cell === undefined) throw new VariableError("undeclared", name, "is not declared");
    if (cell.declaration.constant) throw new VariableError("constant", name, "is a constant: it keeps its value");
    cell.set({ text, tainted });
  }

  /** The first of `values`; undefined: nothing is there. */
  value(reference: VariableReference): Value | undefined {
    return this.values(reference)[0];
  }

  /**
   * The values that a reference leads to; more than one through `[*]`. None: the variable is not declared, has no value, nothing is at the
   * path, or there is a path and the variable is no `dictionary`.
   */
  values(reference: VariableReference): readonly Value[] {
    return this.#cell(reference.variable)?.values(reference.path) ?? [];
  }

  /** All visible variables with their values as text, without `__event__` and `__run__`, and without result variables that have none. */
  all(): Readonly<Record<string, string | null>> {
    const shown = [...this.#visible()].filter(
      ([, { isBuiltIn, declaration, variable }]) => !isBuiltIn || (!declaration.constant && variable.value !== null),
    );
    return Object.fromEntries(shown.map(([name, { variable }]) => [name, variable.value]));
  }

  #cell(name: string): Cell | undefined {
    const here = this.#cells.get(name);
    return here === undefined && this.#outer !== undefined ? this.#outer.#cell(name) : here;
  }

  #visible(): ReadonlyMap<string, Cell> {
    return this.#outer === undefined ? this.#cells : new Map([...this.#outer.#visible(), ...this.#cells]);
  }
}
