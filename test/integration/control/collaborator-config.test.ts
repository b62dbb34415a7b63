import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { startOob, type NodeOob } from "../../../src/bin/process/start-oob.ts";
import { loadConfig, type ConfigPath } from "../../../src/config/index.ts";
import { Refusals } from "../../../src/control/index.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { fetchFrom, Oob, oobToken, Seen } from "./collaborator.ts";

describe("out-of-band interactions of a node", () => {
  const folder = tempDir("oob");
  const opened: NodeOob[] = [];
  after(() => folder.remove());
  afterEach(async () => {
    for (const oob of opened.splice(0)) await oob.close();
  });

  const start = (
    overrides: Readonly<Partial<Record<ConfigPath, string | number | readonly string[]>>>,
  ): NodeOob | undefined => {
    const { config } = loadConfig({
      env: { HOME: folder.path },
      overrides: { "interactsh.waitMs": 300, ...overrides },
    });
    const setup = { clock: systemClock, random: systemRandom, refusals: new Refusals() };
    const oob = startOob({ config, scope: config.scan.scope, ...setup });
    if (oob !== undefined) opened.push(oob);
    return oob;
  };

  const tokenFile = (name: string, token: string, mode = 0o600): string => {
    const file = join(folder.path, name);
    writeFileSync(file, `${token}\n`);
    chmodSync(file, mode);
    return file;
  };

  it("needs nothing to be set: a contact with the built-in server is told", async () => {
    const oob = start({});
    const url = (await oob?.session.url("127.0.0.1")) ?? "";
    assert.match(url, /^127\.0\.0\.1:\d+\/[0-9a-z]{33}$/);
    const seen = new Seen();
    await fetchFrom(`http://${url}`);
    oob?.session.watch(url, seen);
    await oob?.session.settled(new AbortController().signal);
    assert.deepEqual([seen.interactions.length, seen.unknown], [1, []]);
    await oob?.close();
    await assert.rejects(fetchFrom(`http://${url}`), /ECONNREFUSED/);
  });

  it("writes urls below the domain that is set, with the port", async () => {
    const oob = start({ "collaborator.domain": "oob.example.test" });
    assert.match((await oob?.session.url()) ?? "", /^[0-9a-z]{33}\.oob\.example\.test:\d+$/);
  });

  it("uses another server with the token of a file, where the scope permits it", async () => {
    const other = await Oob.start();
    try {
      const server = `http://${other.collaborator.httpAddress}`;
      const file = tokenFile("token", oobToken);
      const permitted = { "interactsh.server": server, "interactsh.scope": [other.collaborator.httpAddress] };
      await start({ ...permitted, "interactsh.tokenFile": file })?.session.url();
      assert.equal(other.collaborator.sessions, 1);
      const url = (oob: NodeOob | undefined): Promise<string> => oob?.session.url() ?? Promise.resolve("");
      await assert.rejects(url(start(permitted)), /refuses the token/);
      await assert.rejects(url(start({ "interactsh.server": server })), /not be contacted: .*interactsh\.scope/);
      const open = tokenFile("open", oobToken, 0o644);
      await assert.rejects(url(start({ ...permitted, "interactsh.tokenFile": open })), /may be used by others/);
      const none = join(folder.path, "none");
      await assert.rejects(url(start({ ...permitted, "interactsh.tokenFile": none })), /no interactsh token at/);
    } finally {
      await other.stop();
    }
  });

  it("is off when the configuration says so", () => {
    assert.equal(start({ "interactsh.server": "off" }), undefined);
  });

  it("refuses settings that cannot work", () => {
    const wrong: readonly (readonly [ConfigPath, string | number | readonly string[], RegExp])[] = [
      ["interactsh.server", "http://a b", /no server: use builtin, off/],
      ["interactsh.server", "user@oast.example", /no server/],
      ["interactsh.pollMs", 10, /from 50 to 60000/],
      ["interactsh.waitMs", -1, /from 0 to 600000/],
      ["interactsh.scope", "10.0.0.0/8", /use a list/],
      ["collaborator.listen", "0.0.0.0:7490", /reachable from other machines/],
      ["collaborator.dns", "127.0.0.1:5353", /set collaborator\.domain/],
      ["collaborator.domain", "UPPER.example", /use a domain in lower case/],
      ["collaborator.answer", "localhost", /no address/],
    ];
    for (const [path, value, message] of wrong) {
      assert.throws(() => loadConfig({ env: { HOME: folder.path }, overrides: { [path]: value } }), message);
    }
    const { config } = loadConfig({
      env: { HOME: folder.path },
      overrides: { "collaborator.domain": "oob.example.test", "collaborator.dns": "localhost:5353" },
    });
    assert.equal(config.collaborator.dns, "127.0.0.1:5353");
  });
});
