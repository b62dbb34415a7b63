import type { Json } from "../../../base/json.ts";
import type { DslSetup } from "../dsl/setup.ts";
import { type Scope, Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { Section } from "./section.ts";
import { compileText, type TextPattern } from "./text.ts";

interface Variable {
  readonly name: string;
  /** A list cannot be evaluated, as in nuclei. */
  readonly value: TextPattern | readonly Value[];
}

/** A key of `variables` or `constants` whose values change with every request. */
const oobName = /^interactsh-url/;

/**
 * The `variables` of a template, in their order: each may use those before it. One that depends on nothing but those
 * is evaluated once a run, so that a random name is the same in all its requests; the others for each request.
 */
export class TemplateVariables {
  readonly #variables: readonly Variable[];
  /** Names of the variables that are the same for all requests of a run. */
  readonly #fixed: ReadonlySet<string>;

  constructor(variables: readonly Variable[]) {
    this.#variables = variables;
    const fixed = new Set<string>();
    for (const { name, value } of variables) {
      if (!("render" in value) || value.names.every((used) => fixed.has(used) && !oobName.test(used))) fixed.add(name);
    }
    this.#fixed = fixed;
  }

  get isEmpty(): boolean {
    return this.#variables.length === 0;
  }

  /** The variables of a run that are the same for all its requests. A value that a person gave comes before them. */
  async fixed(given: Scope, dsl: DslSetup): Promise<Variables> {
    const values = new Variables();
    for (const { name, value } of this.#variables) {
      if (!this.#fixed.has(name)) continue;
      const over = given.get(name);
      if (over === undefined) await render(name, value, values, dsl);
      else values.set(name, over);
    }
    return values;
  }

  /**
   * All variables for one request, into `values`. One whose name is known already, as an extracted value is, stands for
   * what is known, as in nuclei; so do those that are made of it. The others of a run stay the same.
   *
   * @param known what comes before the variables
   * @param fixed of `fixed`
   */
  async forRequest(values: Variables, known: Scope, fixed: Variables, dsl: DslSetup): Promise<void> {
    const changed = new Set<string>();
    for (const { name, value } of this.#variables) {
      const before = fixed.get(name);
      const over = known.get(name);
      if (over !== undefined) values.set(name, over);
      else if (before !== undefined && !usesAny(value, changed)) values.set(name, before, fixed.lacking(name));
      else await render(name, value, values, dsl);
      if (values.get(name) !== before) changed.add(name);
    }
  }
}

const render = async (name: string, value: Variable["value"], values: Variables, dsl: DslSetup): Promise<void> => {
  if (!("render" in value)) return values.set(name, value);
  const unresolved: string[] = [];
  const rendered = value.render(values, dsl, unresolved);
  values.set(name, typeof rendered === "string" ? rendered : await rendered, [...new Set(unresolved)]);
};

const usesAny = (value: Variable["value"], names: ReadonlySet<string>): boolean =>
  "render" in value && value.names.some((name) => names.has(name));

/**
 * Reads `variables`: texts with placeholders, or lists.
 *
 * @param randomNames see `randomNamesIn`; variables of their own, known to the others
 */
export const compileVariables = (template: Section, randomNames: readonly string[]): TemplateVariables => {
  const section = template.section("variables");
  const variables = section?.keys().map(({ value: name, line }): Variable => {
    const plain = section.json(name);
    if (Array.isArray(plain)) return { name, value: (plain as readonly Json[]).map(valueOfJson) };
    const pattern = compileText(section.string(name) ?? "");
    if (!("problem" in pattern)) return { name, value: pattern };
    section.complain(pattern.kind, name, pattern.problem, line);
    return { name, value: [] };
  });
  return new TemplateVariables([...randomNames.map(randomVariable), ...(variables ?? [])]);
};

/** The names `randstr`, `randstr_1` … that stand in a template as placeholders: each is a random text of its own. */
export const randomNamesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\{\{(randstr(?:_[a-z0-9_]*)?)\}\}/g)].map(([, name = ""]) => name)),
];

/** As many characters as nuclei takes. */
const randomText = compileText("{{rand_base(27)}}");

const randomVariable = (name: string): Variable => {
  if ("problem" in randomText) throw new Error(randomText.problem);
  return { name, value: randomText };
};

/** Reads `constants`: values that are taken as they are. */
export const readConstants = (template: Section): Readonly<Record<string, Value>> => {
  const section = template.section("constants");
  if (section === undefined) return {};
  return Object.fromEntries(
    section.keys().map(({ value: name }) => {
      const plain = section.json(name);
      return [name, typeof plain === "object" ? valueOfJson(plain) : bytesOf(section.string(name) ?? "")];
    }),
  );
};

const valueOfJson = (json: Json): Value => {
  if (typeof json === "string") return bytesOf(json);
  if (typeof json === "number") return Number.isInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(valueOfJson);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json as Readonly<Record<string, Json>>).map(([key, value]) => [key, valueOfJson(value)]),
  );
};
