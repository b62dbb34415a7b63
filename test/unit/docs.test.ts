import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { templatesPage } from "../docs/templates-page.ts";
import { inRepository } from "../support/built.ts";

describe("docs/templates.md", () => {
  it("is what npm run docs writes", async () => {
    const written = await readFile(inRepository("docs/templates.md"), "utf8");
    assert.equal(written, await templatesPage(), "out of date: npm run docs");
  });
});
