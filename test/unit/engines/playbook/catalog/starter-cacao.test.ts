import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../../src/base/clock.ts";
import { type CacaoPlaybook, readPlaybook } from "../../../../../src/engines/playbook/cacao/index.ts";
import { edgesOf } from "../../../../../src/engines/playbook/cacao/read/check/edges.ts";
import { type Catalog, openCatalog } from "../../../../../src/engines/playbook/index.ts";
import { inRepository } from "../../../../support/built.ts";

/** Ids of the steps that follow each other from this one on, whether they succeed or fail. */
const chainOf = (head: string, { steps }: CacaoPlaybook): ReadonlySet<string> => {
  const chain = new Set([head]);
  for (const id of chain) {
    const step = steps.get(id);
    for (const { to, isBranch } of step === undefined ? [] : edgesOf(step)) if (!isBranch) chain.add(to);
  }
  return chain;
};

const folder = inRepository("playbooks");

describe("the starter playbooks of CACAO", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const read = new Map(
    names.map((name) => [
      name.replace(".json", ""),
      readPlaybook(JSON.parse(readFileSync(join(folder, name), "utf8"))),
    ]),
  );
  const playbooks = new Map<string, CacaoPlaybook>(
    [...read].flatMap(([id, reading]) => (reading.status === "supported" ? [[id, reading.playbook]] : [])),
  );
  let catalog: Catalog;
  before(async () => {
    const opened = await openCatalog({ playbooks: ["playbooks"], rules: ["rules"], clock: systemClock });
    await opened.close();
    catalog = opened.current();
  });

  it("are supported without a warning, at least eight of them, and have a marking and a description", () => {
    for (const [id, reading] of read) {
      assert.deepEqual([id, reading.status, reading.warnings], [id, "supported", []]);
    }
    assert.ok(playbooks.size >= 8, String(playbooks.size));
    for (const { markings, description = "" } of playbooks.values()) {
      assert.deepEqual([markings.map(({ text }) => text), description !== ""], [["TLP:CLEAR"], true]);
    }
  });

  it("give each branch an end of its own, as the standard wants it", () => {
    for (const [id, playbook] of playbooks) {
      const heads = [
        playbook.start,
        ...(playbook.exception === undefined ? [] : [playbook.exception]),
        ...[...playbook.steps.values()].flatMap((step) =>
          edgesOf(step).flatMap(({ to, isBranch }) => (isBranch ? [to] : [])),
        ),
      ];
      const chains = heads.map((head) => chainOf(head, playbook));
      const all = chains.flatMap((chain) => [...chain]);
      assert.equal(new Set(all).size, all.length, id);
      assert.equal(all.length, playbook.steps.size, `${id} has steps that nothing leads to`);
    }
  });

  it("have a timeout on every step that waits for something outside", () => {
    for (const [id, { steps }] of playbooks) {
      for (const { type, timeoutMs, name } of steps.values()) {
        const isOutside = type === "action" || type === "playbook-action";
        assert.ok(!isOutside || timeoutMs !== undefined, `${id}: ${name ?? ""}`);
      }
    }
  });

  it("keep no secret and name no system: bindings give the addresses, nodes keep the secrets", () => {
    for (const [id, { authentications, targets, variables }] of playbooks) {
      for (const one of authentications.values()) {
        assert.equal((one.type === "oauth2" ? one.token : one.password).type, "secret", id);
      }
      for (const { addresses } of targets.values()) {
        for (const { address } of addresses)
          assert.deepEqual([id, address.map((part) => typeof part)], [id, ["object"]]);
      }
      for (const { name, external, value } of variables.values()) {
        if (name.endsWith("_api__")) assert.deepEqual([id, name, external, value], [id, name, true, null]);
      }
    }
  });

  it("get every variable that they need from their bindings, and none that they do not have", () => {
    for (const { id, run, variables } of catalog.bindings) {
      for (const playbook of run.flatMap((one) => playbooks.get(one) ?? [])) {
        const externals = [...playbook.variables.values()].filter(({ external }) => external);
        const known = externals.map(({ name }) => name);
        assert.deepEqual(
          Object.keys(variables).filter((name) => !known.includes(name)),
          [],
          id,
        );
        const needed = externals.filter(({ value }) => value === null).map(({ name }) => name);
        assert.deepEqual(
          needed.filter((name) => !Object.hasOwn(variables, name)),
          [],
          id,
        );
        const apis = Object.entries(variables).filter(([name]) => name.endsWith("_api__"));
        for (const [name, bound] of apis) assert.match(JSON.stringify(bound), /https:\/\/\w+\.example\.com/, name);
      }
    }
  });

  it("are described in docs/playbooks.md, with their secrets", () => {
    const page = readFileSync(inRepository("docs/playbooks.md"), "utf8");
    for (const [id, { authentications }] of playbooks) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${id}\``)) ?? "";
      const secrets = [...authentications.values()].map((one) => (one.type === "oauth2" ? one.token : one.password));
      for (const secret of secrets) {
        assert.ok(secret.type === "secret" && row.includes(`\`${secret.name}\``), `${id}: ${JSON.stringify(secret)}`);
      }
      assert.notEqual(row, "", id);
    }
  });
});
