import assert from "node:assert/strict";
import { request as requestInTheClear } from "node:http";
import { Agent, request } from "node:https";
import { systemClock } from "../../../src/base/clock.ts";
import { fixedTls, type TlsMaterial } from "../../../src/wire/index.ts";
import { ChangingTls, materialOf, TestAuthority } from "../../support/certificates.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";
import { callerTokens, ControlNode } from "./control-node.ts";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

describe("the HTTP port with TLS", () => {
  let authority: TestAuthority;
  let other: TestAuthority;
  let node: ControlNode;

  before(async () => {
    [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);
    const hosts = ["127.0.0.1"];
    const tls = fixedTls(await authority.material("garrison://garrison/node/node-1", { hosts }));
    node = await ControlNode.start({ setup: { tls } });
  });
  after(() => node.stop());

  /** As a program that knows nothing of Garrison's names: it compares the host with the certificate. */
  const ask = (
    path: string,
    { ca, identity }: TlsMaterial,
    headers: Record<string, string> = {},
    { agent = false, at = node }: { readonly agent?: Agent | false; readonly at?: ControlNode } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const url = `https://${at.plane.httpAddress}${path}`;
      const sent = request(url, { ca, ...identity, headers, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() }));
      });
      sent.on("error", reject);
      sent.end();
    });

  it("says to everyone whether the node lives and serves", async () => {
    assert.equal((await ask("/healthz", authority.trust)).status, 200);
    assert.equal((await ask("/readyz", authority.trust)).status, 503);
  });

  it("shows metrics to whom the cluster knows, and to nobody else", async () => {
    const { trust } = authority;
    const viewer = await authority.material("garrison://garrison/client/prometheus?role=viewer");
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    assert.match((await ask("/metrics", viewer)).body, /garrison_actors /);
    assert.equal((await ask("/metrics", trust, bearer(callerTokens.viv))).status, 200);
    const expired = await authority.material("garrison://garrison/client/viv?role=viewer", { daysAgo: 20, days: 10 });
    const foreign = materialOf(authority, await other.issue("garrison://garrison/client/viv?role=viewer"));
    const cases: readonly (readonly [TlsMaterial, Record<string, string>, number, string])[] = [
      [trust, {}, 401, "no-token"],
      [trust, bearer("x".repeat(40)), 401, "wrong-token"],
      [trust, bearer(callerTokens.rita), 403, "role"],
      [expired, bearer(callerTokens.viv), 403, "certificate-expired"],
      [foreign, {}, 403, "certificate-untrusted"],
      [await authority.material("garrison://test/client/viv?role=viewer"), {}, 403, "other-cluster"],
    ];
    for (const [material, headers, status, reason] of cases) {
      assert.deepEqual(await ask("/metrics", material, headers), { status, body: `refused: ${reason}\n` });
      assert.equal(node.plane.refusals.of("http", reason as "no-token"), 1, reason);
    }
  });

  describe("on a connection that stays", () => {
    const clock = new ManualClock(1_000, systemClock.wallMs());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let tls: ChangingTls;
    let at: ControlNode;
    let scrape: (material: TlsMaterial) => Promise<Answer>;
    beforeEach(async () => {
      tls = new ChangingTls(await authority.material("garrison://garrison/node/node-1", { hosts: ["127.0.0.1"] }));
      at = await ControlNode.start({ clock, setup: { tls } });
      scrape = (material) => ask("/metrics", material, {}, { agent, at });
    });
    afterEach(async () => {
      agent.destroy();
      await at.stop();
    });

    it("shows no metrics any more when the certificate that opened it has run out", async () => {
      const viewer = await authority.material("garrison://garrison/client/prometheus?role=viewer", { days: 1 });
      assert.equal((await scrape(viewer)).status, 200);
      clock.advance(2 * 86_400_000);
      assert.deepEqual(await scrape(viewer), { status: 403, body: "refused: certificate-expired\n" });
    });

    it("shows no metrics any more when the authority that signed it is not trusted any more", async () => {
      const both = Buffer.from(`${authority.pair.cert}${other.pair.cert}`);
      tls.change({ ca: both });
      const viewer = materialOf(authority, await other.issue("garrison://garrison/client/prometheus?role=viewer"));
      assert.equal((await scrape(viewer)).status, 200);
      tls.change(authority.trust);
      assert.deepEqual(await scrape(viewer), { status: 403, body: "refused: certificate-untrusted\n" });
    });
  });

  it("turns away who does not speak TLS", async () => {
    await assert.rejects(
      new Promise((resolve, reject) => {
        requestInTheClear(`http://${node.plane.httpAddress}/healthz`, { agent: false }, resolve)
          .on("error", reject)
          .end();
      }),
    );
    await until(
      () => node.plane.refusals.of("http", "not-tls") === 1,
      () => node.plane.refusals.all(),
    );
  });
});
