import { isDeepStrictEqual } from "node:util";
import type { Template } from "../../../src/engines/scan/index.ts";
import type { LoopbackEngine } from "../../support/scan-sites/loopback-engine.ts";
import type { EngineCase } from "./engine-case.ts";

export interface CaseResult {
  readonly results: number;
  /** What differs from what is expected; empty when nothing does. */
  readonly miss: string;
}

/** Runs a template over loopback against the server of its case. */
export const runCase = async (
  template: Template,
  { site, results, asked, unordered = false, found, errors: expectedErrors = [], variables = {} }: EngineCase,
  engine: LoopbackEngine,
): Promise<CaseResult> => {
  const request = { headers: [], excludeHosts: [], variables };
  const { findings, errors, sent } = await engine.run([template], site, { request });
  const extracted = findings.flatMap((finding) => finding["extracted-results"] ?? []).toSorted();
  const differences = [
    difference("results", findings.length, results),
    difference("asked", unordered ? sent.toSorted() : sent, asked),
    difference("found", extracted, found ?? extracted),
    isDeepStrictEqual(
      errors.map(({ kind }) => kind),
      expectedErrors,
    )
      ? ""
      : difference(
          "errors",
          errors.map(({ kind, message }) => `${kind}: ${message}`),
          expectedErrors,
        ),
  ];
  return { results: findings.length, miss: differences.filter((text) => text !== "").join("; ") };
};

const difference = (name: string, got: unknown, expected: unknown): string =>
  isDeepStrictEqual(got, expected) ? "" : `${name}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`;
