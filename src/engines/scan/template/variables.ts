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

  /** Every variable is the same for all requests of a run. */
  get isFixed(): boolean {
    return this.#fixed.size === this.#variables.length;
  }

  /** The variables of a run that are the same for all its requests. A value that a person gave comes before them. */
  async fixed(given: Scope, dsl: DslSetup): Promise<Variables> {
    const values = new Variables();
    await this.#evaluate(values, given, dsl, (name) => this.#fixed.has(name));
    return values;
  }

  /** The other variables, for one request, into `values`, whose outer scope they may use. */
  async forRequest(values: Variables, given: Scope, dsl: DslSetup): Promise<void> {
    await this.#evaluate(values, given, dsl, (name) => !this.#fixed.has(name));
  }

  async #evaluate(values: Variables, given: Scope, dsl: DslSetup, wanted: (name: string) => boolean): Promise<void> {
    for (const { name, value } of this.#variables) {
      if (!wanted(name)) continue;
      const own = given.get(name);
      if (own !== undefined) values.set(name, own);
      else if ("render" in value) values.set(name, await value.render(values, dsl));
      else values.set(name, value);
    }
  }
}

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
