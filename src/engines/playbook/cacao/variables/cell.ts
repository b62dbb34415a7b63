import type { Json } from "../../../../base/json.ts";
import { VariableError } from "../errors.ts";
import type { PathStep } from "../model/text.ts";
import type { VariableDeclaration } from "../model/variable.ts";
import { jsonAt, type Value, valueOfJson } from "./value.ts";
import { valueProblem } from "./value-problem.ts";

/** What a variable is given. */
export interface VariableContent {
  /** `null`: unknown. */
  readonly text: string | null;
  readonly tainted: boolean;
}

/** A variable as it is now. */
export interface Variable {
  readonly declaration: VariableDeclaration;
  /** `null`: unknown. */
  readonly value: string | null;
  readonly tainted: boolean;
}

/** Where the value of one variable is kept. */
export class Cell {
  readonly declaration: VariableDeclaration;
  /** Of the run, not of the playbook. */
  readonly isBuiltIn: boolean;
  #content: VariableContent;
  /** Parsed once for each value: conditions and texts ask for paths again and again. */
  #json: { readonly root: Json | undefined } | undefined;

  constructor(declaration: VariableDeclaration, tainted: boolean, isBuiltIn: boolean) {
    this.declaration = declaration;
    this.isBuiltIn = isBuiltIn;
    this.#content = { text: declaration.value, tainted };
  }

  get variable(): Variable {
    return { declaration: this.declaration, value: this.#content.text, tainted: this.#content.tainted };
  }

  /** @throws VariableError `misfit` */
  set(content: VariableContent): void {
    const { name, type } = this.declaration;
    const problem = content.text === null ? undefined : valueProblem(type, content.text);
    if (problem !== undefined) throw new VariableError("misfit", name, `of type ${type} gets a value that ${problem}`);
    this.#content = content;
    this.#json = undefined;
  }

  values(path: readonly PathStep[]): readonly Value[] {
    const { text, tainted } = this.#content;
    if (text === null) return [];
    if (path.length === 0) return [{ type: this.declaration.type, text, tainted }];
    if (this.declaration.type !== "dictionary") return [];
    this.#json ??= { root: text === "" ? undefined : (JSON.parse(text) as Json) };
    return jsonAt(this.#json.root, path).map((json) => valueOfJson(json, tainted));
  }
}
