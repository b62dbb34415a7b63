import type { PatternNode } from "./node.ts";

/** Different texts that an expression can be, when they are so few. */
const maxExact = 32;
/** Different literals of which one must be there. */
const maxRequired = 512;
/** Sets of which each has to be met. */
const maxSets = 4;
/** Longer literals find nothing more. */
const maxLiteralBytes = 64;

/** What is known of the texts that an expression matches, in folded texts. */
interface Known {
  /** All that it can be; undefined when that is too much or unknown. */
  readonly exact: readonly string[] | undefined;
  /** What else has to be there: at least one of each set. Best first. */
  readonly required: readonly LiteralSet[];
}

/** Texts, none of them empty, of which one has to be there. */
export type LiteralSet = readonly string[];

/**
 * Sets of literals: at least one of each set is in every folded text that the pattern matches. The most telling that
 * were found; none when nothing is known.
 */
export const requiredLiterals = (pattern: PatternNode): readonly LiteralSet[] => allOf(knownOf(pattern));

const knownOf = (node: PatternNode): Known => {
  switch (node.kind) {
    case "chars":
      return { exact: node.texts, required: [] };
    case "gap":
      return unknown;
    case "textEdge":
      return { exact: [""], required: [] };
    case "concat":
      return knownOfConcat(node.nodes.flatMap(partsOf));
    case "alternate":
      return knownOfAlternate(node.nodes.map(knownOf));
    case "repeat":
      return knownOfConcat(partsOf(node));
  }
};

const unknown: Known = { exact: undefined, required: [] };

/** What stands one behind the other: a repetition is what it is at least, and then something. */
const partsOf = (node: PatternNode): readonly Known[] => {
  if (node.kind !== "repeat") return [knownOf(node)];
  const once = knownOf(node.node);
  if (node.min === 0) return [node.max === 1 && once.exact !== undefined ? orNothing(once.exact) : unknown];
  const often = Array.from({ length: Math.min(node.min, maxLiteralBytes) }, () => once);
  return node.max === often.length ? often : [...often, unknown];
};

const orNothing = (exact: readonly string[]): Known => ({ exact: [...new Set([...exact, ""])], required: [] });

/** Runs of what is exactly known grow as far as they can; each is required, as is what the others require. */
const knownOfConcat = (parts: readonly Known[]): Known => {
  let run: readonly string[] = [""];
  let whole = true;
  const sets: LiteralSet[] = [];
  for (const { exact, required } of parts) {
    sets.push(...required);
    const longer = exact === undefined ? undefined : product(run, exact);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    sets.push(...usable(run));
    whole = false;
    run = exact ?? [""];
  }
  return whole ? { exact: run, required: [] } : { exact: undefined, required: best([...sets, ...usable(run)]) };
};

const knownOfAlternate = (parts: readonly Known[]): Known => {
  const exact = union(
    parts.map((part) => part.exact),
    maxExact,
  );
  if (exact !== undefined) return { exact, required: [] };
  // Of each alternative its best set; together they are one.
  const required = union(
    parts.map((part) => allOf(part)[0]),
    maxRequired,
  );
  return { exact, required: usable(required) };
};

const allOf = ({ exact, required }: Known): readonly LiteralSet[] => best([...usable(exact), ...required]);

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

/** The texts as a set, when they say something: the empty text is in every text. */
const usable = (texts: readonly string[] | undefined): readonly LiteralSet[] =>
  texts === undefined || texts.length === 0 || texts.includes("") ? [] : [texts];

/** The sets whose shortest literals are longer; of those that are as long, the smaller ones. */
const best = (sets: readonly LiteralSet[]): readonly LiteralSet[] =>
  sets
    .map((set) => ({ set, shortest: Math.min(...set.map((text) => text.length)) }))
    .toSorted((one, other) => other.shortest - one.shortest || one.set.length - other.set.length)
    .slice(0, maxSets)
    .map(({ set }) => set);
