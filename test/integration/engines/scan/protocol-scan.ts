import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import {
  createScanEngine,
  parseTemplate,
  type RunOptions,
  type ScanEngineSetup,
  type ScanOutcome,
} from "../../../../src/engines/scan/index.ts";

/** Runs one template, whose text has no head, against a target on an engine of its own. */
export const scanWith = async (
  target: string,
  keys: string,
  setup: Partial<ScanEngineSetup> = {},
  run: Partial<RunOptions> = {},
): Promise<ScanOutcome> => {
  const text = `id: t\ninfo: {name: Name, author: tester, severity: low}\n${keys}\n`;
  const parsed = parseTemplate(text, "t.yaml");
  assert.ok(parsed.status === "supported", JSON.stringify(parsed.reasons));
  const engine = createScanEngine({ clock: systemClock, scope: ["127.0.0.0/8"], ...setup });
  try {
    return await engine.run({
      target,
      templates: [parsed.template],
      signal: new AbortController().signal,
      ...run,
    });
  } finally {
    await engine.close();
  }
};

/** The kinds of an outcome's errors. */
export const kindsOf = ({ errors }: ScanOutcome): readonly string[] => errors.map(({ kind }) => kind);
