import assert from "node:assert/strict";
import { request } from "undici";
import { type PracticeSite, startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";

/** Path, status and a text in the response that fools a check which looks at nothing else. */
const decoys: readonly (readonly [path: string, status: number, bait: RegExp])[] = [
  ["/blog/.git/config", 200, /\[core\]/],
  ["/blog/phpinfo.php", 200, /PHP Version/],
  ["/blog/%2e%2e%2fetc/passwd", 200, /root:x/],
  ["/blog/.env", 200, /^DB_PASSWORD=/m],
  ["/docs/.env", 200, /^DB_PASSWORD=/m],
  ["/docs/backup.sql", 200, /-- MySQL dump/],
  ["/docs/.git/config", 403, /\[core\]/],
  ["/api/actuator/env", 200, /propertySources/],
  ["/api/search?q=%3Csvg%3E", 200, /<svg>/],
  ["/staff/logout?next=https%3A%2F%2Felsewhere.example", 302, /elsewhere\.example/],
  ["/docs/api/", 200, /access-control-allow-origin: \*/],
];

describe("the decoys of the practice website", () => {
  let site: PracticeSite;
  before(async () => {
    site = await startPracticeSite();
  });
  after(() => site.close());

  for (const [path, expectedStatus, bait] of decoys) {
    it(`answers ${path} with ${expectedStatus} and a bait`, async () => {
      const { statusCode, headers, body } = await request(`${site.url}${path}`);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\n`);
      assert.equal(statusCode, expectedStatus);
      assert.match(lines.join("") + (await body.text()), bait);
    });
  }

  it("escape what they echo in HTML", async () => {
    for (const path of ["/blog/?s=%3Csvg%3E", "/blog/%3Csvg%3E?%3Csvg%3E", "/docs/go?url=%3Csvg%3E"]) {
      const { body } = await request(`${site.url}${path}`);
      assert.doesNotMatch(await body.text(), /<svg>/);
    }
  });
});
