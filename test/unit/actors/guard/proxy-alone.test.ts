import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { proxyProps, type ProxyView } from "../../../../src/actors/guard/proxy/index.ts";
import { ProxyHost } from "../../../support/guard/proxy-host.ts";

/** Levels of pino. */
const [info, error] = [30, 50];

describe("the proxy of a host is one", () => {
  let host: ProxyHost;
  beforeEach(async () => {
    host = new ProxyHost();
    await host.kernel.settle();
  });
  afterEach(() => host.end());

  it("and another one stands by, says why, and takes its place", async () => {
    const second = host.kernel.system.spawn(proxyProps(host.setup), "second");
    const viewOfSecond = (): Promise<ProxyView> =>
      host.kernel.complete(second.ask<ProxyView>((replyTo) => ({ type: "view", replyTo }), 5_000));
    await host.kernel.settle();
    const standing = await viewOfSecond();
    assert.equal(standing.state, "standing-by");
    assert.match(standing.reason, new RegExp(`process ${process.pid} is the proxy of .*: end it, or`));
    assert.equal((await host.view()).state, "active");
    await host.kernel.complete(host.kernel.system.stopActor(host.proxy));
    await host.kernel.advance(2_100);
    assert.equal((await viewOfSecond()).state, "active");
    const said = host.kernel.log.of("this is not the proxy of its host");
    assert.deepEqual(
      said.map(({ level }) => level),
      [info],
    );
  });

  it("and keeps its reports where nobody else may write", async () => {
    chmodSync(host.settings.spoolFolder, 0o777);
    await host.again();
    await assert.rejects(host.view(), /others may write into .*: run chmod 700/);
    assert.equal(host.kernel.log.of("this is not the proxy of its host").at(-1)?.level, error);
    chmodSync(host.settings.spoolFolder, 0o700);
    await host.kernel.advance(2_100);
    assert.equal((await host.view()).state, "active");
  });
});
