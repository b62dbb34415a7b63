import assert from "node:assert/strict";
import { parseTemplate, type Template } from "../../../../src/engines/scan/index.ts";

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
