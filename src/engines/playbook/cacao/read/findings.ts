import { printable } from "../../../../base/printable.ts";
import { cacaoBounds, type CacaoProblem } from "../model/playbook.ts";
import { type Rule, rules, type Verdict } from "./rules.ts";

/** Keys and places in lists, from the top of a file. */
export type Path = readonly (string | number)[];

const plainKey = /^[\w$-]+$/;
/** Of one key as it is shown, and of a reason. */
const keyChars = 120;
const reasonChars = 400;

/** A path as people write it: `workflow.action--….commands[0].type`; `$` is the whole file. */
export const keyOf = (path: Path): string => {
  if (path.length === 0) return "$";
  const parts = path.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return plainKey.test(part) && part.length <= keyChars
      ? `.${part}`
      : `[${JSON.stringify(printable(part, keyChars))}]`;
  });
  return parts.join("").replace(/^\./, "");
};

/** Collects what is found of one file. */
export class Findings {
  readonly #told: Record<Verdict, CacaoProblem[]> = { invalid: [], refused: [], warning: [] };

  /**
   * @param reason what is wrong and what to do about it
   * @param step that it concerns, when the path does not say so
   */
  add(rule: Rule, path: Path, reason: string, step = stepOf(path)): void {
    const told = this.#told[rules[rule]];
    if (told.length >= cacaoBounds.problems) return;
    told.push({ rule, step, key: keyOf(path), reason: printable(reason, reasonChars) });
  }

  /** No more of what is invalid is told. */
  get isFull(): boolean {
    return this.#told.invalid.length >= cacaoBounds.problems;
  }

  /** Undefined: nothing forbids to execute the file. */
  get verdict(): "invalid" | "refused" | undefined {
    if (this.#told.invalid.length > 0) return "invalid";
    return this.#told.refused.length > 0 ? "refused" : undefined;
  }

  /** What forbids it, the gravest first. */
  get problems(): readonly CacaoProblem[] {
    return [...this.#told.invalid, ...this.#told.refused].slice(0, cacaoBounds.problems);
  }

  get warnings(): readonly CacaoProblem[] {
    return this.#told.warning;
  }
}

const stepOf = ([top, id]: Path): string | undefined =>
  top === "workflow" && typeof id === "string" ? printable(id, keyChars) : undefined;
