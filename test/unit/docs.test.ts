import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { playbooksPage } from "../docs/playbooks-page.ts";
import { templatesPage } from "../docs/templates-page.ts";
import { inRepository } from "../support/built.ts";

const pages = { "docs/templates.md": templatesPage, "docs/playbooks.md": playbooksPage };

for (const [path, page] of Object.entries(pages)) {
  describe(path, () => {
    it("is what npm run docs writes", async () => {
      const written = await readFile(inRepository(path), "utf8");
      assert.equal(written, await page(), "out of date: npm run docs");
    });
  });
}
