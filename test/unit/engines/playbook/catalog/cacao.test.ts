import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { basename } from "node:path";
import { systemClock } from "../../../../../src/base/clock.ts";
import { readBundle, readTrustedKey } from "../../../../../src/engines/playbook/cacao/index.ts";
import { openCatalog, PlaybookError } from "../../../../../src/engines/playbook/index.ts";
import { idOf, type Tree } from "../../../../support/cacao-files/complete-playbook.ts";
import { emptyPlaybook, type Folders, folders } from "./folders.ts";

const start = idOf("start", 1);
const end = idOf("end", 2);
const action = idOf("playbook-action", 3);

/** A playbook that calls these, one after the other. */
const playbook = (
  n: number,
  calls: readonly (readonly [called: number, version?: string])[] = [],
  also: Tree = {},
): Tree => {
  const steps = calls.map((_, at) => idOf("playbook-action", 3 + at));
  return {
    type: "playbook",
    spec_version: "cacao-2.0",
    id: idOf("playbook", n),
    name: `playbook ${n}`,
    created_by: idOf("identity", 1),
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T00:00:00Z",
    workflow_start: start,
    workflow: {
      [start]: { type: "start", on_completion: steps[0] ?? end },
      ...Object.fromEntries(
        calls.map(([called, version], at) => [
          steps[at],
          {
            type: "playbook-action",
            playbook_id: idOf("playbook", called),
            ...(version === undefined ? {} : { playbook_version: version }),
            on_completion: steps[at + 1] ?? end,
          },
        ]),
      ),
      [end]: { type: "end" },
    },
    ...also,
  };
};

describe("CACAO playbooks of a catalog", () => {
  let found: Folders | undefined;
  afterEach(() => found?.remove());

  const having = (files: Readonly<Record<string, Tree | string>>): Folders => {
    const texts = Object.entries(files).map(([path, file]) => [
      `playbooks/${path}`,
      typeof file === "string" ? file : JSON.stringify(file),
    ]);
    return (found = folders(Object.fromEntries(texts) as Record<string, string>));
  };

  const problemsOf = async (files: Readonly<Record<string, Tree | string>>): Promise<readonly string[]> => {
    const { problems } = await having(files).load();
    return problems.map(({ file, at, message }) => `${basename(file)} ${at} ${message}`);
  };

  it("makes one version of a playbook and of all that it calls, the latest where none is named", async () => {
    const later = { modified: "2026-01-01T00:00:00.0005Z" };
    const { playbooks, problems } = await having({
      "main.json": playbook(1, [[2], [2, "2026-01-01T00:00:00.000Z"], [3]]),
      "old.json": playbook(2, [], { name: "old" }),
      "new.json": playbook(2, [[1]], { name: "new", ...later }),
      "three.json": playbook(3),
    }).load();
    assert.deepEqual(problems, []);
    const main = playbooks.get("main");
    assert.ok(main);
    assert.equal(main.kind, "cacao");
    assert.equal(main.version, createHash("sha256").update("cacao\n").update(main.code).digest("hex"));
    const bundle = readBundle(main.code);
    assert.equal(bundle.main.name, "playbook 1");
    assert.equal(bundle.call(idOf("playbook", 2), undefined)?.name, "new");
    assert.equal(bundle.call(idOf("playbook", 2), "2026-01-01T00:00:00.000Z")?.name, "old");
    assert.equal(bundle.call(idOf("playbook", 1), undefined)?.name, "playbook 1");
    assert.equal(bundle.call(idOf("playbook", 3), "2026-01-01T00:00:00Z"), undefined);
  });

  it("says at the step which playbook is not there, in that version, or twice", async () => {
    const at = `main.json workflow.${action}.playbook_id`;
    assert.match(
      (await problemsOf({ "main.json": playbook(1, [[9]]) })).join("\n"),
      new RegExp(`^${at} calls .* none of the folders`),
    );
    const [other] = await problemsOf({
      "main.json": playbook(1, [[2, "2027-01-01T00:00:00Z"]]),
      "b.json": playbook(2),
    });
    assert.match(other ?? "", /only that of 2026-01-01T00:00:00Z$/);
    const twice = { "a.json": playbook(2), "b.json": playbook(2, [], { name: "b" }) };
    assert.deepEqual(await problemsOf(twice), []);
    const [ambiguous] = await problemsOf({ "main.json": playbook(1, [[2]]), ...twice });
    assert.match(ambiguous ?? "", /both .*a\.json and .*b\.json are/);
    const [through] = await problemsOf({ "main.json": playbook(1, [[2]]), "b.json": playbook(2, [[9]]) });
    assert.match(through ?? "", /^b\.json workflow/);
  });

  it("takes a revoked playbook away, also from those that call it, and from what was good before", async () => {
    const content = having({ "main.json": playbook(1, [[2]]), "b.json": playbook(2) });
    const opened = await openCatalog({ playbooks: [content.playbooks], rules: [content.rules], clock: systemClock });
    try {
      assert.deepEqual([...opened.current().playbooks.keys()].sort(), ["b", "main"]);
      content.write("playbooks/b.json", JSON.stringify(playbook(2, [], { revoked: true })));
      await opened.reload();
      assert.deepEqual([...opened.current().playbooks.keys()], []);
      const problems = opened.current().problems.map(({ file, message }) => `${basename(file)} ${message}`);
      assert.match(problems.join("\n"), /b\.json is true: whoever made/);
      assert.match(problems.join("\n"), /main\.json calls .*, which is revoked/);
      content.write("playbooks/b.json", "{");
      await opened.reload();
      assert.deepEqual([...opened.current().playbooks.keys()], [], "a revoked one does not come back");
    } finally {
      await opened.close();
    }
  });

  it("keeps what was good of a file that becomes bad", async () => {
    const content = having({ "a.json": playbook(1), "module.ts": emptyPlaybook });
    const opened = await openCatalog({ playbooks: [content.playbooks], rules: [content.rules], clock: systemClock });
    try {
      const before = opened.current().playbooks.get("a")?.version;
      content.write("playbooks/a.json", JSON.stringify({ ...playbook(1), workflow_start: end }));
      await opened.reload();
      assert.equal(opened.current().playbooks.get("a")?.version, before);
      assert.match(opened.current().problems[0]?.message ?? "", /has to be start/);
    } finally {
      await opened.close();
    }
  });

  it("refuses an invalid signature always, and none where one is required", async () => {
    const signature = {
      type: "jss",
      id: idOf("signature", 1),
      created: "2026-01-01T00:00:00Z",
      modified: "2026-01-01T00:00:00Z",
      signee: "somebody",
      related_to: idOf("playbook", 1),
      related_version: "2026-01-01T00:00:00Z",
      hash_algorithm: "sha-256",
      algorithm: "Ed25519",
      public_key: "MCowBQYDK2VwAyEA",
      value: "AAAA",
    };
    const [invalid] = await problemsOf({ "a.json": playbook(1, [], { signatures: [signature] }) });
    assert.match(invalid ?? "", /^a\.json signatures\[0\] the signature .* is invalid/);
    const { publicKey } = generateKeyPairSync("ed25519");
    const trusted = [readTrustedKey("ours", publicKey.export({ type: "spki", format: "pem" }).toString())];
    const { playbooks, rules } = having({ "a.json": playbook(1) });
    const signatures = { required: true, trusted };
    const opened = await openCatalog({ playbooks: [playbooks], rules: [rules], clock: systemClock, signatures });
    await opened.close();
    assert.equal(opened.current().playbooks.size, 0);
    assert.match(opened.current().problems[0]?.message ?? "", /no signature by a key of respond\.signatures\.trusted/);
  });

  it("refuses code that is no bundle", () => {
    const texts = [
      "",
      "{}",
      `{"main": {}, "called": [], "calls": {}}`,
      `{"main": 1, "called": [], "calls": {"a@": 0}}`,
    ];
    for (const text of texts) {
      assert.throws(
        () => readBundle(text),
        (thrown) => thrown instanceof PlaybookError && thrown.code === "invalid-playbook",
      );
    }
  });
});
