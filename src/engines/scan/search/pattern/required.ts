import type { PatternNode } from "./node.ts";

/** Different texts that an expression can be, when they are so few. */
const maxExact = 32;
/** Different literals of which one must be there. */
const maxRequired = 512;
/** Longer literals find nothing more. */
const maxLiteralBytes = 64;

/** What is known of the texts that an expression matches, in folded texts. */
interface Known {
  /** All that it can be; undefined when that is too much or unknown. */
  readonly exact: readonly string[] | undefined;
  /** Literals of which at least one is in each; undefined when there are none. */
  readonly required: readonly string[] | undefined;
}

/**
 * Literals of which at least one is in every folded text that the pattern matches, the most telling that were found;
 * none when nothing is known.
 */
export const requiredLiterals = (pattern: PatternNode): readonly string[] => {
  const { exact, required } = knownOf(pattern);
  return better(usable(exact), required) ?? [];
};

const knownOf = (node: PatternNode): Known => {
  switch (node.kind) {
    case "chars":
      return { exact: node.texts, required: undefined };
    case "gap":
      return unknown;
    case "concat":
      return knownOfConcat(node.nodes.flatMap(partsOf));
    case "alternate":
      return knownOfAlternate(node.nodes.map(knownOf));
    case "repeat":
      return knownOfConcat(partsOf(node));
  }
};

const unknown: Known = { exact: undefined, required: undefined };

/** What stands one behind the other: a repetition is what it is at least, and then something. */
const partsOf = (node: PatternNode): readonly Known[] => {
  if (node.kind !== "repeat") return [knownOf(node)];
  const once = knownOf(node.node);
  if (node.min === 0) return [node.max === 1 && once.exact !== undefined ? orNothing(once.exact) : unknown];
  const often = Array.from({ length: Math.min(node.min, maxLiteralBytes) }, () => once);
  return node.max === often.length ? often : [...often, unknown];
};

const orNothing = (exact: readonly string[]): Known => ({ exact: [...new Set([...exact, ""])], required: undefined });

/** Runs of what is exactly known grow as far as they can; each is a candidate, as is what the others require. */
const knownOfConcat = (parts: readonly Known[]): Known => {
  let run: readonly string[] = [""];
  let whole = true;
  let best: readonly string[] | undefined;
  for (const { exact, required } of parts) {
    best = better(best, required);
    const longer = exact === undefined ? undefined : product(run, exact);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    best = better(best, usable(run));
    whole = false;
    run = exact ?? [""];
  }
  return whole ? { exact: run, required: best } : { exact: undefined, required: better(best, usable(run)) };
};

const knownOfAlternate = (parts: readonly Known[]): Known => {
  const exact = union(
    parts.map((part) => part.exact),
    maxExact,
  );
  const required = union(
    parts.map((part) => better(usable(part.exact), part.required)),
    maxRequired,
  );
  return { exact, required };
};

const union = (sets: readonly (readonly string[] | undefined)[], limit: number): readonly string[] | undefined => {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set) all.add(text);
    if (all.size > limit) return undefined;
  }
  return [...all];
};

const product = (left: readonly string[], right: readonly string[]): readonly string[] | undefined => {
  if (left.length * right.length > maxExact) return undefined;
  const texts = left.flatMap((start) => right.map((end) => start + end));
  return texts.some((text) => text.length > maxLiteralBytes) ? undefined : [...new Set(texts)];
};

/** A set with the empty text says nothing: it is in every text. */
const usable = (texts: readonly string[] | undefined): readonly string[] | undefined =>
  texts === undefined || texts.length === 0 || texts.includes("") ? undefined : texts;

/** The set whose shortest literal is longer; the smaller one when they are as long. */
const better = (
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  const [ours, theirs] = [shortest(one), shortest(other)];
  if (ours !== theirs) return ours > theirs ? one : other;
  return one.length <= other.length ? one : other;
};

const shortest = (texts: readonly string[]): number => Math.min(...texts.map((text) => text.length));
