import { createHash } from "node:crypto";
import { compileDetection, parseLogsource, type Placeholders, SigmaError } from "../../../sigma/index.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { catalogBounds } from "../bounds.ts";
import type { Binding, CatalogProblem } from "../catalog.ts";
import type { WrittenBinding } from "./binding-shape.ts";

import type { Condition, Draft } from "./draft.ts";
import type { ParsedBinding } from "./parse-bindings.ts";
import type { RuleFile } from "./rule-file.ts";

/** Where a binding stands and what is around it. */
export interface DraftSetup {
  readonly file: string;
  readonly placeholders: Placeholders | undefined;
  /** The files of rules that it names; undefined when it names none, a text when they cannot be found: why. */
  readonly rules: readonly RuleFile[] | string | undefined;
}

/** Compiles a binding, or says what about it cannot be done. */
export const makeDraft = ({ written, at }: ParsedBinding, setup: DraftSetup): Draft | CatalogProblem => {
  const { file, placeholders, rules } = setup;
  const problem = (place: string, message: string): CatalogProblem => ({
    file,
    at: place === "" ? at : `${at}: ${place}`,
    message: `binding "${written.id}": ${message}`,
  });
  if (typeof rules === "string") return problem("when", rules);
  let conditions: readonly Condition[] | undefined;
  try {
    conditions = rules === undefined ? ownCondition(written, placeholders) : conditionsOf(rules);
  } catch (thrown) {
    if (!(thrown instanceof SigmaError)) throw thrown;
    return problem("", thrown.message);
  }
  if (conditions?.length === 0) return problem("when", "none of the rules that it names can be used");
  if (conditions !== undefined && conditions.length > catalogBounds.bindingRules) {
    return problem("when", `names more than ${catalogBounds.bindingRules} rules: make several bindings`);
  }
  const { kinds, sources } = written.when;
  const digest = createHash("sha256").update(canonicalJson(written));
  for (const rule of rules ?? []) digest.update(`\n${rule.digest}`);
  return {
    binding: bindingOf(written),
    file,
    at,
    kinds: kinds === undefined ? ["*"] : [...new Set(kinds)],
    sources: sources === undefined ? undefined : new Set(sources),
    conditions,
    digest: digest.digest("hex"),
  };
};

const ownCondition = (
  { when: { detection, logsource } }: WrittenBinding,
  placeholders: Placeholders | undefined,
): readonly Condition[] | undefined =>
  detection === undefined
    ? undefined
    : [
        {
          detection: compileDetection(detection, { at: "when.detection", placeholders }),
          logsource: logsource === undefined ? undefined : parseLogsource(logsource, "when.logsource"),
          title: undefined,
        },
      ];

const conditionsOf = (files: readonly RuleFile[]): readonly Condition[] =>
  files.flatMap(({ rules }) => rules.map(({ detection, logsource, title }) => ({ detection, logsource, title })));

const bindingOf = ({ id, title, run, priority, dedup, rate, variables }: WrittenBinding): Binding => ({
  id,
  title,
  run,
  priority,
  dedup: dedup === undefined ? undefined : { by: dedup.by, windowMs: dedup.window },
  rate: rate === undefined ? undefined : { events: rate.events, perMs: rate.per },
  variables,
});
