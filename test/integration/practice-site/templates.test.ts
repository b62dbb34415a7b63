import assert from "node:assert/strict";
import { loadTemplates, severities, type TemplateFile } from "../../../src/engines/scan/index.ts";

describe("the starter templates", () => {
  let files: readonly TemplateFile[];
  before(async () => {
    files = await loadTemplates(["templates"]);
  });

  it("are all supported by the scan engine", () => {
    const unsupported = files.filter(({ status }) => status !== "supported");
    assert.deepEqual(
      unsupported.map(({ file, reasons }) => ({ file, reasons })),
      [],
    );
    assert.ok(files.length >= 15, `${files.length} templates`);
  });

  it("plan 120 requests or more for each target", () => {
    const planned = files.reduce((sum, { template }) => sum + (template?.requestCount ?? 0), 0);
    assert.ok(planned >= 120, `${planned} requests`);
  });

  it("have findings of every severity", () => {
    const used = new Set(files.map(({ template }) => template?.info.severity));
    assert.deepEqual(
      severities.filter((severity) => severity !== "unknown" && !used.has(severity)),
      [],
    );
  });

  for (const key of ["description", "remediation", "classification", "tags"]) {
    it(`all have a ${key}`, () => {
      assert.deepEqual(
        files.filter(({ template }) => template?.info[key] === undefined).map(({ file }) => file),
        [],
      );
    });
  }

  it("are named after their ids", () => {
    for (const { file, id } of files) assert.ok(file.endsWith(`/${String(id)}.yaml`), file);
  });

  it("judge a response by two conditions or more, or by patterns that fix its beginning or a header", () => {
    const loose = files.flatMap(({ template }) =>
      (template?.blocks ?? [])
        .filter(({ operators }) => operators.condition !== "and" || operators.matchers.length < 2)
        .map(() => template?.id),
    );
    assert.deepEqual(loose, ["package-manifest-exposure", "server-version"]);
  });
});
