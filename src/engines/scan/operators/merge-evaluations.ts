import type { Evaluation, Hit } from "./evaluate.ts";

/** What one piece of a response gave, and where it stands. */
export interface PieceEvaluation {
  readonly evaluation: Evaluation;
  /** Counted from 1. */
  readonly line: number;
}

/** A hit with the lines that it comes from. */
export interface PlacedHit extends Hit {
  readonly lines: readonly number[];
}

const maxLines = 1_000;

/**
 * What the pieces of a response give together, as nuclei merges them: a hit for each matcher name; without any, one for
 * each extractor name; without any, one. Each has what was extracted in all pieces.
 */
export const mergeEvaluations = (
  pieces: readonly PieceEvaluation[],
): Evaluation & { readonly hits: readonly PlacedHit[] } => {
  const placed = pieces.flatMap(({ evaluation, line }) => evaluation.hits.map((hit) => ({ hit, line })));
  const named = (key: "matcherName" | "extractorName"): typeof placed =>
    placed.filter(({ hit }) => hit[key] !== undefined);
  const byMatcher = named("matcherName");
  const byExtractor = named("extractorName");
  const all = [...new Set(placed.flatMap(({ hit }) => hit.extracted))];
  return {
    matched: pieces.some(({ evaluation }) => evaluation.matched),
    hits:
      byMatcher.length > 0
        ? grouped(byMatcher, (hit) => hit.matcherName ?? "").map((hit) => ({ ...hit, extracted: all }))
        : grouped(byExtractor.length > 0 ? byExtractor : placed, (hit) => hit.extractorName ?? ""),
    internal: union(pieces.map(({ evaluation }) => evaluation.internal)),
    extracted: union(pieces.map(({ evaluation }) => evaluation.extracted)),
  };
};

interface Placed {
  readonly hit: Hit;
  readonly line: number;
}

const grouped = (placed: readonly Placed[], nameOf: (hit: Hit) => string): readonly PlacedHit[] => {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const group = groups.get(nameOf(one.hit)) ?? [];
    groups.set(nameOf(one.hit), group);
    group.push(one);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const matched = group.flatMap(({ hit }) => hit.matched ?? []);
    return [
      {
        ...first.hit,
        ...(matched.length === 0 ? {} : { matched: [...new Set(matched)] }),
        extracted: [...new Set(group.flatMap(({ hit }) => hit.extracted))],
        lines: [...new Set(group.map(({ line }) => line))].slice(0, maxLines),
      },
    ];
  });
};

const union = (maps: readonly ReadonlyMap<string, readonly string[]>[]): ReadonlyMap<string, readonly string[]> => {
  const all = new Map<string, readonly string[]>();
  for (const map of maps) {
    for (const [name, values] of map) all.set(name, [...new Set([...(all.get(name) ?? []), ...values])]);
  }
  return all;
};
