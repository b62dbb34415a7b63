import assert from "node:assert/strict";
import type { FromChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { built } from "../../../../support/built.ts";
import { until } from "../../../../support/until.ts";
import { BareProcess } from "./bare-process.ts";

const linesOf = (said: readonly FromChild[]): readonly string[] =>
  said.flatMap((message) => (message.type === "logged" ? message.lines.map(({ text }) => text) : []));

describe("a run that is cancelled", () => {
  let bare: BareProcess | undefined;
  before(async function () {
    this.timeout(120_000);
    await built();
  });
  afterEach(() => bare?.end());

  it("tells its main thread and every action that runs", async () => {
    const process = (bare = new BareProcess());
    await process.load(`
      export const actions = {
        wait: (input, { signal, log }) => new Promise((resolve) => {
          log("info", "begun");
          signal.addEventListener("abort", () => { log("info", signal.reason.message); resolve(); });
        }),
      };
      export const onStart = async (event, run) => {
        run.signal.addEventListener("abort", () => run.log("info", "in main: " + run.signal.reason.message));
        await run.all([run.act("wait"), run.act("wait")]);
      };`);
    await until(
      () => linesOf(process.said).length === 2,
      () => process.said,
    );
    process.tell({ type: "cancel" });
    await process.heard("done");
    const reason = "the run is cancelled";
    assert.deepEqual([...linesOf(process.said)].sort(), ["begun", "begun", `in main: ${reason}`, reason, reason]);
  });
});
