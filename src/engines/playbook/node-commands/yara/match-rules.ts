import { asError } from "../../../../base/errors.ts";
import type { Yara } from "../../../yara/bindings.ts";
import { nestingProblem } from "../../../yara/nesting.ts";
import { yaraBounds, type MatchedRule, type YaraAnswer, type YaraRequest } from "./yara-answer.ts";

/** Compiles rules and matches them against the data. For a process of its own: it takes as long and as much as the rules make it. */
export const matchRules = ({ compile }: Pick<Yara, "compile">, { rules, data }: YaraRequest): YaraAnswer => {
  const problem = problemOf(rules);
  if (problem !== undefined) return { type: "invalid", message: problem };
  let compiled: ReturnType<typeof compile>;
  try {
    compiled = compile(rules, { enableIncludes: false });
  } catch (thrown) {
    return { type: "invalid", message: asError(thrown).message.slice(0, yaraBounds.messageChars) };
  }
  const matches = compiled.scan(Buffer.from(data.value, data.type === "text" ? "utf8" : data.type));
  return {
    type: "matched",
    count: matches.length,
    rules: matches.slice(0, yaraBounds.rules).map(({ ruleIdentifier, tags, meta }) => ({
      name: short(ruleIdentifier),
      tags: tags.slice(0, yaraBounds.tags).map(short),
      meta: metaOf(meta),
    })),
  };
};

const problemOf = (rules: string): string | undefined =>
  /\brule\s/.test(rules) ? nestingProblem(rules) : "there is no rule";

const short = (text: string): string => text.slice(0, yaraBounds.nameChars);

const metaOf = (meta: object): MatchedRule["meta"] =>
  Object.fromEntries(
    Object.entries(meta as Readonly<Record<string, unknown>>)
      .slice(0, yaraBounds.meta)
      .map(([key, value]) => [
        short(key),
        typeof value === "number" || typeof value === "boolean" ? value : String(value).slice(0, yaraBounds.metaChars),
      ]),
  );
