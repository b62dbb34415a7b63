import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { built } from "../../../../support/built.ts";
import { descendantsOf, isRunning } from "../../../../support/process-state.ts";
import { script } from "../../../../support/script.ts";
import { until } from "../../../../support/until.ts";

describe("a node that is killed", () => {
  before(async function () {
    this.timeout(120_000);
    await built();
  });

  it("leaves no process of its playbooks behind: not one that loops, nor what one has started, nor a spare", async () => {
    const { file, execArgv } = script("../../../../support/playbook-node", import.meta.url);
    const node = spawn(process.execPath, [...execArgv, file], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await once(node.stdout, "data");
      assert(node.pid !== undefined);
      const pids = descendantsOf(node.pid);
      assert(pids.filter(isRunning).length >= 5, JSON.stringify(pids));
      node.kill("SIGKILL");
      await until(
        () => !pids.some(isRunning),
        () => pids.filter(isRunning),
        1_000,
      );
    } finally {
      node.kill("SIGKILL");
    }
  });
});
