import assert from "node:assert/strict";
import { DetectorError, runDetector, type DetectionEngine } from "../../../../src/client/detector/index.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("the end of a detector", () => {
  const folder = tempDir("detector-end");
  after(() => folder.remove());

  const engine = (close: () => Promise<void>): DetectionEngine => ({
    capacity: 1,
    describe: () => ({
      ...{ kind: "yara", class: "static", taskTypes: ["sample-file"] },
      ...{ engineVersion: "1", signatureVersion: "1" },
    }),
    scan: () => Promise.reject(new Error("nobody asks it")),
    close,
  });
  /** With a relay that is not there. */
  const run = (close: () => Promise<void>): Promise<void> =>
    runDetector({
      engine: engine(close),
      socket: `${folder.path}/none.sock`,
      signal: AbortSignal.abort(),
      closeMs: 100,
    });

  it("is an error that names the engine when that does not close in its time", async () => {
    await assert.rejects(
      run(() => new Promise(() => undefined)),
      (error) => error instanceof DetectorError && error.code === "hung" && /yara.* 100 ms/.test(error.message),
    );
  });

  it("tells what the engine fails of, and nothing when it closes", async () => {
    await assert.rejects(
      run(() => Promise.reject(new Error("it is stuck"))),
      /it is stuck/,
    );
    await run(() => Promise.resolve());
  });
});
