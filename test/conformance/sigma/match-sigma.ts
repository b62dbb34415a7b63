import { parse } from "yaml";
import { DetectionIndex, parseSigmaRules, type SigmaRule } from "../../../src/engines/sigma/index.ts";
import { offDiagonal, otherCounts } from "./expected.ts";
import { isFor } from "./literal/event.ts";
import { literallyHolds } from "./literal/evaluate.ts";
import { loadSigmaCases, type NamedEvent, type SigmaCase } from "./load-cases.ts";

/** A line of what was found; `miss` is empty when all is as it has to be. */
export interface SigmaLine {
  readonly case: string;
  readonly miss: string;
}

interface LoadedRule {
  readonly of: SigmaCase;
  readonly rule: SigmaRule;
  /** As YAML has it, for the literal evaluator. */
  readonly source: Readonly<Record<"detection" | "logsource", Readonly<Record<string, unknown>>>>;
}

/**
 * Each rule of the test data over all its events: a line for each rule, with how often it matches its own events, and one for each match of
 * a rule and an event of another one. Both evaluators have to agree everywhere.
 */
export function* matchSigma(folder: string): Generator<SigmaLine & Readonly<Record<string, unknown>>, void, void> {
  const cases = loadSigmaCases(folder);
  const events = cases.flatMap((each) => each.events);
  const rules: LoadedRule[] = [];
  for (const of of cases) {
    const { rules: parsed, problems } = parseSigmaRules(of.rule, of.name);
    const [rule] = parsed;
    if (rule === undefined || problems.length > 0) {
      yield { case: `sigma/${of.name}`, problems, miss: "the rule does not load" };
    } else rules.push({ of, rule, source: parse(of.rule) as LoadedRule["source"] });
  }
  const found = foundByIndex(rules, events);
  const missing = new Set(offDiagonal.map(({ rule, event }) => pairOf(rule, event)));
  for (const loaded of rules) {
    const { of } = loaded;
    const matched = found.get(of.name) ?? new Set();
    const own = of.events.filter(({ name }) => matched.has(name)).length;
    yield {
      case: `sigma/${of.name}`,
      events: of.events.length,
      matches: own,
      miss: missOf(loaded, own, matched, events),
    };
    for (const name of matched) {
      if (name.startsWith(`${of.name}#`)) continue;
      const known = offDiagonal.find(({ rule, event }) => rule === of.name && event === name);
      missing.delete(pairOf(of.name, name));
      const miss =
        known === undefined || known.id !== loaded.rule.id ? "is not among the matches that are written down" : "";
      yield { case: `sigma/${of.name}`, also: name, because: known?.because, miss };
    }
  }
  for (const pair of missing) yield { case: `sigma/${pair}`, miss: "is written down as a match, but is none" };
  const withOthers = [...found].reduce((sum, [, names]) => sum + names.size, 0);
  yield { case: "sigma", rules: rules.length, events: events.length, matches: withOthers, miss: "" };
}

const pairOf = (rule: string, event: string): string => `${rule} ${event}`;

/** For each rule the names of the events that the index says it matches. */
const foundByIndex = (
  rules: readonly LoadedRule[],
  events: readonly NamedEvent[],
): ReadonlyMap<string, ReadonlySet<string>> => {
  const index = new DetectionIndex(
    rules.map(({ of, rule: { detection, logsource } }) => ({ detection, logsource, value: of.name })),
  );
  const found = new Map<string, Set<string>>();
  for (const { name, event } of events) {
    for (const { value } of index.match(event)) found.set(value, (found.get(value) ?? new Set()).add(name));
  }
  return found;
};

const missOf = (
  { of, source }: LoadedRule,
  own: number,
  matched: ReadonlySet<string>,
  events: readonly NamedEvent[],
): string => {
  const expected = otherCounts.find(({ rule }) => rule === of.name)?.matches ?? of.matches;
  if (own !== expected) return `matches ${own} of its own events instead of ${expected}`;
  const differs = events.filter(({ name, event: { data } }) => {
    const literally = isFor(source.logsource, data) && literallyHolds(source.detection, data);
    return literally !== matched.has(name);
  });
  return differs.length === 0 ? "" : `the literal evaluator differs for ${differs.map(({ name }) => name).join(", ")}`;
};
