import type { DslSetup } from "../dsl/expression.ts";
import type { BlockContext } from "../template/block-context.ts";
import type { Section } from "../template/section.ts";
import { compileText } from "../template/text.ts";
import type { Scope } from "../value/scope.ts";
import { bytesOf, textOf } from "../value/value.ts";
import { type Attack, attacks, type Combination, combinationCount, combinations } from "./attack.ts";
import { inlineList, linesOf, type PayloadList } from "./payload-list.ts";

/** The payloads of a block, read once. */
export interface Payloads {
  /** Combinations, each of which is sent once with every request of the block. */
  readonly count: number;
  readonly names: readonly string[];
  /**
   * The combinations in their order, placeholders in them replaced.
   *
   * @param scope what placeholders in payloads stand for; looked up anew for each combination
   */
  each(scope: Scope, dsl: DslSetup): AsyncIterable<Combination>;
}

/** In a byte string: `§` has two bytes. */
const marker = /\{\{|\xc2\xa7/;

/**
 * Reads `payloads` and `attack` of a block. A payload whose name stands nowhere else in the block is left out, as in
 * nuclei: it would only send the same request again. Undefined when there are none, or what is wrong was reported.
 */
export const compilePayloads = (section: Section, context: BlockContext): Payloads | undefined => {
  const attack = readAttack(section);
  const given = section.section("payloads");
  if (given === undefined || attack === undefined) return undefined;
  const used = textBeside(section);
  const lists = new Map<string, PayloadList>();
  for (const { value: name, line } of given.keys()) {
    const list = readList(given, name, line, context);
    if (list === undefined) continue;
    if (list.count === 0) given.complain("invalid", name, "has no values", line);
    else if (used.includes(name)) lists.set(name, list);
  }
  if (lists.size === 0) return undefined;
  if (attack === "batteringram" && lists.size > 1) {
    section.complain(
      "invalid",
      "payloads",
      `batteringram, which holds when attack is absent, takes one payload; there are ${lists.size}`,
    );
    return undefined;
  }
  return {
    count: combinationCount(attack, lists),
    names: [...lists.keys()],
    each: (scope, dsl) => renderedEach(combinations(attack, lists), scope, dsl),
  };
};

const readAttack = (section: Section): Attack | undefined => {
  const given = section.string("attack")?.trim().toLowerCase() || "batteringram";
  const attack = attacks.find((name) => name === given);
  if (attack === undefined) section.complain("invalid", "attack", `"${given}" is none of ${attacks.join(", ")}`);
  return attack;
};

/** All texts of the block but its payloads, in which their names are looked for. */
const textBeside = (section: Section): string =>
  section
    .keys()
    .filter(({ value: key }) => key !== "payloads" && key !== "attack")
    .map(({ value: key }) => JSON.stringify(section.json(key) ?? null))
    .join("\n");

const readList = (section: Section, name: string, line: number, context: BlockContext): PayloadList | undefined => {
  const value = section.json(name);
  if (Array.isArray(value)) return inlineList(section.strings(name).map((item) => bytesOf(item.value)));
  if (typeof value !== "string") {
    const levels = typeof value === "object" && value !== null;
    const message = levels ? "levels of aggression serve fuzzing, which is not run" : "must be a list or a file";
    section.complain(levels ? "refused" : "invalid", name, message, line);
    return undefined;
  }
  const path = value.trim();
  if (path === "" || path.includes("\n")) {
    section.complain("invalid", name, "must be a list or the path of one file", line);
    return undefined;
  }
  const content = context.readFile(path);
  if (typeof content !== "string") return linesOf(content);
  section.complain("invalid", name, `${path}: ${content}`, line);
  return undefined;
};

async function* renderedEach(
  all: Iterable<Combination>,
  scope: Scope,
  dsl: DslSetup,
): AsyncGenerator<Combination, void, undefined> {
  for (const combination of all) {
    if (!Object.values(combination).some((value) => marker.test(value))) {
      yield combination;
      continue;
    }
    const rendered: Record<string, string> = {};
    for (const [name, value] of Object.entries(combination)) rendered[name] = await renderValue(value, scope, dsl);
    yield rendered;
  }
}

/** A helper that is refused stays as it is written: in a list of thousands it is most often meant so. */
const renderValue = async (value: string, scope: Scope, dsl: DslSetup): Promise<string> => {
  if (!marker.test(value)) return value;
  const pattern = compileText(textOf(value));
  return "problem" in pattern ? value : await pattern.render(scope, dsl);
};
