import { parseCondition } from "../condition/parse-condition.ts";
import { CacaoSyntaxError } from "../errors.ts";
import type { Condition, Operand } from "../model/condition.ts";
import { cacaoBounds } from "../model/playbook.ts";
import type { Template, VariableReference } from "../model/text.ts";
import { parseReference } from "../variables/parse-reference.ts";
import { parseTemplate } from "../variables/parse-template.ts";
import type { Findings, Path } from "./findings.ts";

/** A place at which a variable is named. */
export interface VariableUse {
  readonly variable: string;
  readonly path: Path;
}

/** Parses the texts of one file, and notes which variables they name. */
export class Texts {
  readonly #findings: Findings;
  readonly #uses = new Map<string, VariableUse[]>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** A text in which variables may stand. One that is wrong is told, and taken as empty. */
  template(text: string, path: Path): Template {
    return this.#parsed(parseTemplate, text, path, referencesOf) ?? [];
  }

  condition(text: string, path: Path): Condition | undefined {
    if (text.length <= cacaoBounds.conditionChars) return this.#parsed(parseCondition, text, path, variablesOf);
    this.#findings.add("bound", path, `is longer than ${cacaoBounds.conditionChars} characters: split the condition`);
    return undefined;
  }

  /** A text that has to be one variable. */
  reference(text: string, path: Path): VariableReference | undefined {
    return this.#parsed(parseReference, text, path, (reference) => [reference]);
  }

  /** Notes that a variable is named. */
  use(variable: string, path: Path): void {
    const owner = ownerOf(path);
    const uses = this.#uses.get(owner) ?? [];
    uses.push({ variable, path });
    this.#uses.set(owner, uses);
  }

  /** The variables that are named in what has this id in this dictionary of the playbook, such as a step in `workflow`. */
  usesOf(dictionary: string, id: string): readonly VariableUse[] {
    return this.#uses.get(ownerOf([dictionary, id])) ?? [];
  }

  #parsed<Parsed>(
    parse: (text: string) => Parsed,
    text: string,
    path: Path,
    references: (parsed: Parsed) => readonly VariableReference[],
  ): Parsed | undefined {
    try {
      const parsed = parse(text);
      for (const { variable } of references(parsed)) this.use(variable, path);
      return parsed;
    } catch (thrown) {
      if (!(thrown instanceof CacaoSyntaxError)) throw thrown;
      this.#findings.add("syntax", path, thrown.message);
      return undefined;
    }
  }
}

const ownerOf = ([dictionary, id]: Path): string => JSON.stringify([dictionary, id]);

const referencesOf = (template: Template): readonly VariableReference[] =>
  template.filter((part) => typeof part !== "string");

const variablesOf = (condition: Condition): readonly VariableReference[] => {
  switch (condition.type) {
    case "exists":
      return [condition.reference];
    case "compare":
      return [condition.left, ...condition.right].flatMap(referenceOf);
    case "and":
    case "or":
      return [...variablesOf(condition.left), ...variablesOf(condition.right)];
  }
};

const referenceOf = (operand: Operand): readonly VariableReference[] =>
  operand.type === "variable" ? [operand.reference] : [];
