import assert from "node:assert/strict";
import type { ProcessRunner } from "../../../../../src/engines/playbook/index.ts";
import { KeptJournal, openRunner, runOf } from "../../../../support/playbook-runs.ts";

describe("the secrets that the process of a run is sent", () => {
  let runner: ProcessRunner;
  before(() => {
    runner = openRunner({
      secrets: {
        "firewall-api-token": { value: "for two", playbooks: ["tested", "other"] },
        "ticket-token": { value: "for another", playbooks: ["other"] },
        WEBHOOK: { value: "for all" },
        __proto__named: { value: "for none", playbooks: [] },
      },
    });
  });
  after(() => runner.close());

  /** What the load message has, as the process gets it. */
  const sentTo = async (id: string): Promise<unknown> => {
    const run = runOf(
      `export default async ({ load, say }) => { await say({ type: "done", output: load.secrets }); };`,
    );
    const end = await runner.start({ ...run, playbook: { ...run.playbook, id } }, new KeptJournal()).ended;
    assert(end.type === "done", JSON.stringify(end));
    return end.output;
  };

  it("are those for all playbooks and those that name its playbook", async () => {
    assert.deepEqual(await sentTo("tested"), { "firewall-api-token": "for two", WEBHOOK: "for all" });
    assert.deepEqual(await sentTo("other"), {
      "firewall-api-token": "for two",
      "ticket-token": "for another",
      WEBHOOK: "for all",
    });
    assert.deepEqual(await sentTo("tested2"), { WEBHOOK: "for all" });
  });
});
