import assert from "node:assert/strict";
import { ControlError } from "../../../../src/control/errors.ts";
import { PlaybookShelf, type PlaybookShelfSetup } from "../../../../src/control/runs/playbook-shelf.ts";
import type { CacaoDescription, CacaoPlaybook } from "../../../../src/engines/playbook/cacao/index.ts";
import { type Catalog, PlaybookError, type PlaybookVersion } from "../../../../src/engines/playbook/index.ts";

const module: PlaybookVersion = { id: "block", version: "a".repeat(64), kind: "module", code: "" };
const source = { type: "playbook", name: "Isolate" };
const cacao: PlaybookVersion = {
  id: "isolate",
  version: "c".repeat(64),
  kind: "cacao",
  code: JSON.stringify({ main: source, called: [], calls: {} }),
};
const catalog: Catalog = {
  version: "b".repeat(64),
  playbooks: new Map([module, cacao].map((one) => [one.id, one])),
  bindings: [],
  problems: [],
  choose: () => [],
};
const facts = {
  title: "Block",
  description: undefined,
  actions: [],
  filters: [],
  secrets: [],
  onFinish: false,
};
const declared = { description: undefined, value: null, constant: false };
const playbook: CacaoPlaybook = {
  ...{ id: "playbook--1", name: "Isolate", description: undefined, createdBy: "identity--1" },
  ...{ modified: "2026-01-01T00:00:00Z", revoked: false, validFromMs: 5, validUntilMs: undefined },
  markings: [{ id: "marking-tlp--1", type: "marking-tlp", text: "TLP:AMBER" }],
  variables: new Map([
    ["__address__", { ...declared, name: "__address__", type: "ipv4-addr", external: true, description: "whose" }],
    ["__own__", { ...declared, name: "__own__", type: "string", external: false }],
  ]),
  ...{ start: "start--1", exception: undefined, steps: new Map(), agents: new Map(), targets: new Map() },
  authentications: new Map([
    [
      "user-auth--1",
      { ...{ type: "user-auth", id: "user-auth--1", user: [] }, password: { type: "secret", name: "SSH" } },
    ],
  ]),
};
const description: CacaoDescription = {
  playbook,
  warnings: [],
  signatures: [
    {
      ...{ id: "s1", signee: "identity--2", algorithm: "ES256", state: "trusted", reason: "it fits" },
      ...{ key: "The SOC", countersignature: undefined },
    },
  ],
};

/** A shelf whose playbooks are described with these results, one after the other. */
const shelfWith = (modules: readonly (typeof facts | Error)[], cacaos: readonly CacaoDescription[] = [description]) => {
  let described = 0;
  const seen: unknown[] = [];
  const setup: PlaybookShelfSetup = {
    catalog: { current: () => catalog },
    describeModule: () => {
      const result = modules[described++] ?? assert.fail("it was described too often");
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    describeCacao: (given) => {
      seen.push(given);
      return Promise.resolve(cacaos[seen.length - 1] ?? assert.fail("it was described too often"));
    },
  };
  return { shelf: new PlaybookShelf(setup), seen };
};

/** What the shelf says of the module at each of so many listings. */
const listings = async (results: readonly (typeof facts | Error)[], count: number) => {
  const { shelf } = shelfWith(results);
  const said: (string | undefined)[][] = [];
  for (let n = 0; n < count; n += 1) {
    const { playbooks, problems } = await shelf.list();
    said.push([playbooks[0]?.title, problems[0]?.message]);
  }
  return said;
};

describe("the playbooks of a node, as they are listed", () => {
  it("are described once, those that cannot be loaded too", async () => {
    assert.deepEqual(await listings([facts], 3), Array(3).fill(["Block", undefined]));
    const broken = new PlaybookError("invalid-playbook", "it is no playbook");
    assert.deepEqual(await listings([broken], 2), Array(2).fill([undefined, "it is no playbook"]));
  });

  it("are described again when what failed may succeed", async () => {
    const busy = new PlaybookError("no-process", "no process could be started", { retryable: true });
    assert.deepEqual(await listings([busy, facts], 3), [
      [undefined, "no process could be started"],
      ["Block", undefined],
      ["Block", undefined],
    ]);
  });

  it("have what CACAO says of itself, and their text", async () => {
    const { shelf, seen } = shelfWith([facts]);
    const { playbooks } = await shelf.list();
    const expected = {
      ...{ id: "isolate", version: cacao.version, kind: "cacao", bindings: [], actions: [], title: "Isolate" },
      secrets: ["SSH"],
      cacao: {
        ...{
          id: "playbook--1",
          modified: "2026-01-01T00:00:00Z",
          markings: ["TLP:AMBER"],
          validFromMs: 5,
          warnings: 0,
        },
        signatures: [{ state: "trusted", by: "The SOC", reason: "it fits" }],
        external: [{ name: "__address__", type: "ipv4-addr", description: "whose" }],
      },
    };
    assert.deepEqual(playbooks[1], expected);
    assert.deepEqual(await shelf.get("isolate"), { playbook: expected, code: JSON.stringify(source) });
    assert.equal((await shelf.get("block")).code, undefined);
    assert.deepEqual(seen, [source]);
    await assert.rejects(shelf.get("gone"), { code: "playbook-unknown" });
  });

  it("take only variables that they declare as external, with values of their types", async () => {
    const { shelf } = shelfWith([facts]);
    const problemOf = async (id: string, variables: Readonly<Record<string, string>>): Promise<string> => {
      try {
        await shelf.checkVariables(id, variables);
        return "";
      } catch (error) {
        assert.ok(error instanceof ControlError && error.code === "invalid");
        return error.message;
      }
    };
    assert.equal(await problemOf("isolate", { __address__: "10.0.0.7" }), "");
    assert.match(await problemOf("isolate", { __address__: "ten" }), /^variables\.__address__: is not an IPv4 address/);
    assert.equal(await problemOf("isolate", { __own__: "x" }), "variables.__own__: isolate takes __address__");
    assert.equal(
      await problemOf("block", { __a__: "x" }),
      "variables.__a__: block is a module, which takes no variables",
    );
    // Whoever starts it says that it is not there.
    assert.equal(await problemOf("gone", { __a__: "x" }), "");
  });
});
