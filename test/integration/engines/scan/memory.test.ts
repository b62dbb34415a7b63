import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { script } from "../../../support/script.ts";

describe("the memory of a scan", () => {
  it("is bounded by what is kept, whatever the pieces a body comes in and however long the page of a finding is", async () => {
    const { file, execArgv } = script("small-heap", import.meta.url);
    const ended = await new Promise<{ readonly failed: boolean; readonly output: string }>((resolve) => {
      execFile(
        process.execPath,
        ["--max-old-space-size=96", ...execArgv, file],
        { timeout: 60_000 },
        (error, stdout, stderr) => resolve({ failed: error !== null, output: stdout + stderr }),
      );
    });
    assert.equal(ended.failed, false, ended.output.slice(0, 2_000));
  }).timeout(70_000);
});
