import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { parseTemplate, type Template } from "../../../../src/engines/scan/index.ts";
import { HttpEvidence } from "../../../../src/engines/scan/http/evidence.ts";
import { planRequests } from "../../../../src/engines/scan/http/plan.ts";
import type { HttpResponse } from "../../../../src/engines/scan/http/response.ts";
import { parseTarget } from "../../../../src/engines/scan/http/target.ts";
import { EvaluationBudget } from "../../../../src/engines/scan/operators/budget.ts";
import { evaluate, type Evaluation } from "../../../../src/engines/scan/operators/evaluate.ts";

export const sampleTarget = "http://site.test:8080";

/** A template's text with one http block, whose keys are given with their own line ends. */
export const withBlock = (block: string): string =>
  `id: sample\ninfo:\n  name: Sample\n  author: tester\n  severity: low\nhttp:\n${block
    .split("\n")
    .map((line, at) => `${at === 0 ? "  - " : "    "}${line}`)
    .join("\n")}\n`;

export const compiled = (text: string): Template => {
  const file = parseTemplate(text, "sample.yaml");
  assert.deepEqual(file.reasons, []);
  assert.equal(file.status, "supported");
  return file.template;
};

export interface SampleResponse {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

/** What the operators of `block` (YAML, without a path) say of a response. */
export const judge = (block: string, sample: SampleResponse): Evaluation => {
  const template = compiled(withBlock(`path: ["{{BaseURL}}/page"]\n${block}`));
  const defaults = { userAgent: "test", headers: {} };
  const [planned] = planRequests(template, sampleTarget, defaults);
  assert.ok(planned?.request !== undefined);
  const response: HttpResponse = {
    url: parseTarget(`${sampleTarget}/page`),
    status: sample.status ?? 200,
    reason: "",
    headers: (sample.headers ?? []).flat().map((text) => Buffer.from(text, "latin1")),
    body: Buffer.from(sample.body ?? ""),
    truncated: false,
    decodedByClient: false,
    ip: undefined,
    durationMs: 1,
  };
  const budget = new EvaluationBudget(systemClock, 10_000);
  const { request, values, block: compiledBlock } = planned;
  return evaluate(
    compiledBlock.operators,
    new HttpEvidence({ template, target: sampleTarget, request, response, values, budget }),
  );
};

export const matches = (block: string, sample: SampleResponse): boolean => judge(block, sample).matched;
