import type { Leaf } from "../event/leaf.ts";
import type { Expression } from "../expression.ts";
import { type Clause, clausesOf, shortestOf } from "./clauses.ts";
import { LiteralIndex } from "./literal-index.ts";

/** More clauses of one expression keep hardly more away; each is a bit. */
const mostClauses = 8;

/** A clause that is met when the text of the posting is found. */
interface Posting {
  /** Of the expression. */
  readonly place: number;
  readonly bit: number;
}

/**
 * Finds of many expressions those that may hold of an event, by the texts that each has to find in it: an expression is a candidate when
 * every clause of it that is looked for is met. What holds is always among them.
 */
export class Candidates {
  /** Expressions of which no text is known: they are always candidates. */
  readonly always: readonly number[];
  readonly #literals: LiteralIndex;
  readonly #postings: readonly (readonly Posting[])[];
  /** For each expression, the bits of all its clauses, and of those that the event at hand has met. */
  readonly #wanted: Uint8Array;
  readonly #met: Uint8Array;

  constructor(expressions: readonly Expression[]) {
    const postings = new Map<string, Posting[]>();
    const always: number[] = [];
    this.#wanted = new Uint8Array(expressions.length);
    this.#met = new Uint8Array(expressions.length);
    for (const [place, expression] of expressions.entries()) {
      const clauses = clausesFor(expression);
      if (clauses.length === 0) always.push(place);
      this.#wanted[place] = (1 << clauses.length) - 1;
      for (const [at, clause] of clauses.entries()) {
        for (const text of clause) {
          const posting = { place, bit: 1 << at };
          const known = postings.get(text);
          if (known === undefined) postings.set(text, [posting]);
          else known.push(posting);
        }
      }
    }
    this.always = always;
    this.#literals = new LiteralIndex([...postings.keys()]);
    this.#postings = [...postings.values()];
  }

  /** The places of the candidates that are not always ones, in any order. */
  among(leaves: readonly Leaf[]): readonly number[] {
    const found = new Set<number>();
    for (const { folded } of leaves) {
      if (folded !== undefined) this.#literals.find(folded, (id) => found.add(id));
    }
    const touched: number[] = [];
    const candidates: number[] = [];
    for (const id of found) {
      for (const { place, bit } of this.#postings[id] ?? []) {
        const before = this.#met[place] ?? 0;
        const now = before | bit;
        if (now === before) continue;
        if (before === 0) touched.push(place);
        this.#met[place] = now;
        if (now === this.#wanted[place]) candidates.push(place);
      }
    }
    for (const place of touched) this.#met[place] = 0;
    return candidates;
  }
}

/** The clauses that can be looked for, those that keep most away first. */
const clausesFor = (expression: Expression): readonly Clause[] =>
  clausesOf(expression)
    .filter((clause) => shortestOf(clause) >= LiteralIndex.leastChars)
    .toSorted((one, other) => shortestOf(other) - shortestOf(one) || one.length - other.length)
    .slice(0, mostClauses);
