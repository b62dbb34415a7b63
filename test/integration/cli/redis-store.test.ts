import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { freePort } from "../../support/free-port.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("garrison node --store redis://", function () {
  this.timeout(60_000);
  const folder = tempDir("redis-store");
  let server: RedisServer;

  before(async () => {
    await built();
    server = await RedisServer.start({
      appendfsync: "always",
      users: ["default off", "garrison on >right ~* &* +@all"],
    });
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  const secret = (name: string, text: string): string => {
    const file = join(folder.path, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };

  const refusal = async (
    store: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly [number | null, string]> => {
    const { code, stdout, stderr } = await runCommand(["node", "--store", store, ...freePorts], {
      environment: { XDG_STATE_HOME: folder.path, ...environment },
    });
    assert.equal(stdout, "");
    const [line = "", ...more] = linesOf(stderr);
    assert.deepEqual(more, []);
    return [code, line];
  };

  it("runs as the user whose password is in a file, and ends in order", async () => {
    const service = new Service(folder.path, ["node", "--store", server.url, ...freePorts], {
      environment: {
        GARRISON_STORE__USERNAME: "garrison",
        GARRISON_STORE__PASSWORDFILE: secret("password", "right\nnot this line\n"),
      },
    });
    const { address } = await service.event("ready");
    assert.deepEqual(await service.members(address), ["node-1 up"]);
    assert.equal((await service.end("SIGTERM")).code, 0);
  });

  it("says that the store is away, not the node that was asked", async () => {
    const environment = {
      XDG_STATE_HOME: folder.path,
      GARRISON_STORE__USERNAME: "garrison",
      GARRISON_STORE__PASSWORDFILE: secret("password", "right\n"),
    };
    const service = new Service(folder.path, ["node", "--store", server.url, ...freePorts], { environment });
    const { address = "" } = await service.event("ready");
    await server.kill();
    const { code, stderr } = await runCommand(["cluster", "members", "--node", address], { environment });
    await server.restart();
    assert.equal((await service.end("SIGTERM")).code, 0);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^garrison: ${address}: .*is redis-server running\\?$`, "m"));
    assert.doesNotMatch(stderr, /is a node running/);
  });

  it("says what to do when the server refuses it, or is not there", async () => {
    const [code, line] = await refusal(server.url);
    assert.equal(code, 2);
    assert.match(line, /set store\.passwordFile/);
    const wrong = { GARRISON_STORE__USERNAME: "garrison", GARRISON_STORE__PASSWORDFILE: secret("wrong", "hunter2\n") };
    const [wrongCode, wrongLine] = await refusal(server.url, wrong);
    assert.equal(wrongCode, 2);
    assert.match(wrongLine, /check store\.username/);
    assert.doesNotMatch(wrongLine, /hunter2/);
    const [downCode, downLine] = await refusal(`redis://127.0.0.1:${await freePort()}`);
    assert.equal(downCode, 1);
    assert.match(downLine, /is redis-server running\?/);
  });

  it("refuses a password in the URL, without repeating it", async () => {
    const [code, line] = await refusal(server.url.replace("//", "//:hunter2@"));
    assert.equal(code, 2);
    assert.match(line, /store\.passwordFile/);
    assert.doesNotMatch(line, /hunter2/);
  });
});
