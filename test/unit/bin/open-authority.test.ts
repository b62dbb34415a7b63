import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { createAuthority } from "../../../src/bin/certificates/issue.ts";
import { writeKeyPair } from "../../../src/bin/certificates/key-pair-files.ts";
import { openAuthority } from "../../../src/bin/certificates/open-authority.ts";
import { ControlError } from "../../../src/control/errors.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("the authority of a folder", () => {
  const folder = tempDir("authority");
  after(() => folder.remove());

  it("signs nothing while others can read its key", async () => {
    const nowMs = systemClock.wallMs();
    const pair = await createAuthority("prod", { nowMs, days: 10 }, systemRandom);
    const { key } = await writeKeyPair(folder.path, "ca", pair);
    assert.equal((await openAuthority(folder.path, "ca", nowMs)).cluster, "prod");
    for (const mode of [0o644, 0o640, 0o604]) {
      chmodSync(key, mode);
      await assert.rejects(openAuthority(folder.path, "ca", nowMs), (error) => {
        assert.ok(error instanceof ControlError);
        assert.equal(error.code, "tls-unusable");
        assert.match(error.message, /the authority's key: .*chmod 600/);
        return true;
      });
    }
  });
});
