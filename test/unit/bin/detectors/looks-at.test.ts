import assert from "node:assert/strict";
import { looksAt } from "../../../../src/bin/detectors/looks-at.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { openClamavEngine } from "../../../../src/engines/malware/clamav/index.ts";
import { describeDigest } from "../../../../src/engines/malware/digest/index.ts";
import type { DetectorDescription } from "../../../../src/engines/malware/index.ts";
import { openSandboxEngine } from "../../../../src/engines/malware/sandbox/index.ts";
import { describeScript } from "../../../../src/engines/malware/script/index.ts";
import { describeStructure } from "../../../../src/engines/malware/structure/describe-structure.ts";
import { describeYara } from "../../../../src/engines/malware/yara/describe-yara.ts";
import { withLastVersion } from "../../../../src/bin/detectors/with-last-version.ts";
import { inRepository } from "../../../support/built.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("what a kind of detectors looks at", () => {
  const folder = tempDir("looks-at");
  after(() => folder.remove());

  it("is what its engine says, which says why where what it scans with does not answer", async () => {
    const common = { clock: systemClock, random: systemRandom };
    const clamav = withLastVersion(
      await openClamavEngine({ ...common, address: { path: `${folder.path}/none.sock` } }),
    );
    const sandbox = withLastVersion(await openSandboxEngine({ ...common, url: new URL("http://127.0.0.1:9/") }));
    const said: readonly DetectorDescription[] = [
      ...[clamav.describe(), sandbox.describe(), describeScript(), describeStructure()],
      ...[
        await describeYara({ rules: [inRepository("rules/malware")] }),
        await describeDigest({ allow: [], deny: [] }),
      ],
    ];
    for (const { kind, class: type, taskTypes } of said) {
      assert.deepEqual({ class: type, taskTypes }, looksAt[kind as keyof typeof looksAt], kind);
    }
    for (const engine of [clamav, sandbox]) {
      const { engineVersion, problem } = engine.describe();
      assert.equal(engineVersion, "unknown");
      assert.match(problem ?? "", /^(?:clamd|the sandbox) does not answer: ./);
      await engine.close();
    }
  });
});
