import assert from "node:assert/strict";
import type { Json } from "../../../../../../src/base/json.ts";
import type { CommandOutput } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { executeCommand } from "../../../../../../src/engines/playbook/cacao/commands/execute-command.ts";
import { CommandFailure } from "../../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { prepareCommand } from "../../../../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import { commandPlace, noCacaoSettings } from "../../../../../support/command-place.ts";

const rule = (title: string, detection: string, logsource = "{ product: windows }"): string => `
title: ${title}
id: ${title}-1
level: high
logsource: ${logsource}
detection:
  selection: ${detection}
  condition: selection
`;

const event = {
  id: "e-1",
  source: "edr",
  kind: "ransomware",
  logsource: { product: "windows" },
  data: { host: "web-1", process: "evil.exe" },
};

const match = (rules: string, place: Parameters<typeof commandPlace>[0] = {}): Promise<CommandOutput> => {
  const { name, input, withheld } = prepareCommand(
    { type: "sigma", description: undefined, rules },
    commandPlace({ event, ...place }),
  );
  const context = {
    signal: new AbortController().signal,
    idempotencyKey: "",
    runId: "",
    step: 1,
    secret: () => "",
    log: () => undefined,
  };
  return executeCommand(name, input, withheld, context, noCacaoSettings);
};

const rejects = (executed: Promise<CommandOutput>, message: RegExp): Promise<void> =>
  assert.rejects(executed, (thrown) => thrown instanceof CommandFailure && message.test(thrown.message));

describe("a command of sigma", () => {
  it("says which of its rules the run's event matches", async () => {
    const rules = [rule("evil", "{ process: evil.exe }"), rule("backup", "{ process: backup.exe }")].join("---\n");
    assert.deepEqual(await match(rules), {
      text: "true",
      truncated: false,
      facts: { matched: true, count: 1, rules: [{ title: "evil", id: "evil-1", level: "high" }] },
    });
    const none = await match(rule("backup", "{ process: backup.exe }"));
    assert.deepEqual([none.text, none.facts], ["false", { matched: false, count: 0, rules: [] }]);
  });

  it("heeds where the event comes from", async () => {
    const of = (product: string): string => rule("x", "{ host: web-1 }", `{ product: ${product} }`);
    assert.equal((await match(of("windows"))).text, "true");
    assert.equal((await match(of("linux"))).text, "false");
  });

  it("takes the dictionary that in_args name instead", async () => {
    const variables = { facts: { type: "dictionary", value: '{"port":22}' } } as const;
    const rules = rule("ssh", "{ port: 22 }");
    assert.equal((await match(rules, { variables, inArgs: ["__facts__"] })).text, "true");
    assert.equal((await match(rules, { variables })).text, "false");
  });

  it("fails when one of its rules is wrong, with the place, and when there is none", async () => {
    const rules = [rule("evil", "{ process: evil.exe }"), rule("bad", "{ process|foo: 1 }")].join("---\n");
    await rejects(match(rules), /line \d+: detection\.selection\.process\|foo: /);
    await rejects(match("# nothing"), /no rule/);
  });

  it("fits into a step however many rules match", async () => {
    const rules = Array.from({ length: 300 }, (_, at) => rule(`r${at}${"x".repeat(200)}`, "{ host: web-1 }")).join(
      "---\n",
    );
    const output = await match(rules);
    assert.equal(output.facts["count"], 300);
    assert.ok(Buffer.byteLength(JSON.stringify(output)) < 32 * 1024);
    assert.ok((output.facts["rules"] as readonly Json[]).length > 0);
  });
});
