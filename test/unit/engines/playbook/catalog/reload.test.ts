import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Catalog, CatalogFiles, CatalogProblem } from "../../../../../src/engines/playbook/index.ts";
import { openCatalog } from "../../../../../src/engines/playbook/index.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { until } from "../../../../support/until.ts";
import { emptyPlaybook, event, type Folders, folders } from "./folders.ts";

const binding = (kind: string): string => `id: x\nwhen: {kinds: [${kind}]}\nrun: [a]\n`;

describe("a catalog that follows its files", () => {
  let clock: ManualClock;
  let found: Folders;
  let opened: CatalogFiles;
  let told: Catalog[];
  let logged: unknown[];

  beforeEach(async () => {
    clock = new ManualClock();
    found = folders({
      "playbooks/a.ts": `import { x } from "./lib/x.ts"; ${emptyPlaybook} export const title = x;`,
      "playbooks/lib/x.ts": `export const x = "one";`,
      "rules/x.yml": binding("mining"),
    });
    [told, logged] = [[], []];
    const log = { info: () => undefined, warn: (facts: object) => logged.push(facts) };
    const { playbooks, rules } = found;
    opened = await openCatalog({
      playbooks: [playbooks],
      rules: [rules],
      clock,
      log,
      onChange: (catalog) => told.push(catalog),
    });
  });
  afterEach(async () => {
    await opened.close();
    found.remove();
  });

  /** Until the next look is what is due next; a load gives turns on the way. */
  const planned = (): Promise<void> =>
    until(
      () => {
        clock.advance(0);
        return clock.nextInMs === 1_000;
      },
      () => ({ nextInMs: clock.nextInMs }),
    );
  /** Has the folders looked at once. */
  const look = async (): Promise<void> => {
    await planned();
    clock.advance(1_000);
    await planned();
  };
  const codeOf = (catalog: Catalog): string => catalog.playbooks.get("a")?.code ?? "";
  const problems = (): readonly CatalogProblem[] => opened.current().problems;

  it("takes a change when the files were the same twice, and tells of the new catalog", async () => {
    const before = opened.current();
    found.write("rules/x.yml", binding("half-writ"));
    await look();
    found.write("rules/x.yml", binding("ransomware"));
    await look();
    assert.equal(opened.current(), before);
    await look();
    assert.deepEqual(told, [opened.current()]);
    assert.equal(opened.current().choose(event({ kind: "ransomware" })).length, 1);
    // A catalog is as it was for whoever still has it.
    assert.equal(before.choose(event()).length, 1);
  });

  it("makes a playbook anew when a file that it imports changes", async () => {
    found.write("playbooks/lib/x.ts", `export const x = "three";`);
    await look();
    await look();
    assert.match(codeOf(opened.current()), /three/);
    assert.equal(told.length, 1);
  });

  it("does nothing when nothing has changed, and says nothing when the change changes nothing", async () => {
    const before = opened.current();
    await look();
    await look();
    assert.equal(opened.current(), before);
    found.write("playbooks/lib/x.ts", `/* a comment */ export const x = "one";`);
    await look();
    await look();
    assert.equal(opened.current().version, before.version);
    assert.deepEqual(told, []);
  });

  it("keeps what was good of a file that becomes bad, says so once, and lets go of a file that is gone", async () => {
    const good = opened.current();
    found.write("playbooks/a.ts", "export const = 1;");
    found.write("rules/x.yml", `${binding("ransomware")}---\nid: [`);
    await opened.reload();
    assert.equal(opened.current().version, good.version);
    assert.equal(opened.current().choose(event()).length, 1);
    assert.deepEqual(
      problems().map(({ at }) => at),
      ["1:14", "line 5"],
    );
    await opened.reload();
    assert.equal(logged.length, 2);
    found.write("playbooks/a.ts", emptyPlaybook);
    rmSync(`${found.rules}/x.yml`);
    await opened.reload();
    assert.deepEqual(problems(), []);
    assert.deepEqual(opened.current().bindings, []);
    assert.equal(codeOf(opened.current()).includes("one"), false);
  });

  it("keeps the playbooks and bindings of a folder that is away", async () => {
    const { version } = opened.current();
    for (const folder of [found.playbooks, found.rules]) rmSync(folder, { recursive: true });
    await look();
    await look();
    assert.equal(opened.current().version, version);
    assert.deepEqual(
      problems().map(({ message }) => message),
      Array(2).fill("cannot be read: ENOENT"),
    );
  });

  it("reads again what only seems to be the same when it is told to, each call after the one before", async () => {
    await Promise.all([opened.reload(), opened.reload()]);
    assert.deepEqual(told, []);
    found.write("rules/x.yml", binding("other"));
    await opened.reload();
    assert.equal(told.length, 1);
  });

  it("looks no more when it is closed", async () => {
    await opened.close();
    await opened.close();
    assert.equal(clock.pending, 0);
    found.write("rules/x.yml", binding("other"));
    await opened.reload();
    assert.deepEqual(told, []);
  });
});
