import { isDeepStrictEqual } from "node:util";
import type { Random } from "../../../../src/base/random.ts";
import { completePlaybook } from "../../../support/cacao-files/complete-playbook.ts";
import { mutatedJson } from "../../../support/cacao-files/mutated-json.ts";
import { mutatedBytes } from "../mutants.ts";
import { fiftySteps } from "./fifty-steps.ts";
import { randomPlan } from "./random-plan.ts";

/** A playbook after some changes. */
export interface CacaoMutant {
  readonly bytes: Buffer;
  /** Its agents, which have the addresses, are as they were: executed, it can contact nobody else than before. */
  readonly mayRun: boolean;
  /** Ids of its steps, as far as it has a workflow. */
  readonly steps: readonly string[];
}

const plans = 10;
/** So many of them are changed as bytes, which often are no JSON then; the others as JSON. */
const bytesEvery = 5;

const agentsOf = (playbook: unknown): unknown => {
  const { agent_definitions: agents, target_definitions: targets } = playbook as Record<string, unknown>;
  return { agents, targets };
};

const stepsOf = (mutant: unknown): readonly string[] => {
  const { workflow = {} } = (mutant ?? {}) as { readonly workflow?: unknown };
  return typeof workflow === "object" && workflow !== null ? Object.keys(workflow) : [];
};

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
};

/** Playbooks made by changes of one that has every key of the standard, of one with fifty effects, and of random ones. Endless. */
export function* cacaoMutants(random: Random, port: number): Generator<CacaoMutant, never> {
  const runnable = Array.from({ length: plans }, (_, at) => {
    const { name, files } = randomPlan(`seed-${at}`, random, port);
    return files[`${name}.json`] ?? "";
  });
  const complete = JSON.stringify(completePlaybook());
  const texts = [complete, fiftySteps(port), ...runnable];
  for (let n = 0; ; n += 1) {
    const text = texts[n % texts.length] ?? "";
    const original = JSON.parse(text) as unknown;
    const bytes =
      n % bytesEvery === 0
        ? mutatedBytes(random, Buffer.from(text))
        : Buffer.from(JSON.stringify(mutatedJson(original, random)) ?? "");
    const mutant = parsed(bytes);
    const isObject = typeof mutant === "object" && mutant !== null;
    const mayRun = text !== complete && isObject && isDeepStrictEqual(agentsOf(mutant), agentsOf(original));
    yield { bytes, mayRun, steps: stepsOf(mutant) };
  }
}
