import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { GrpcTransport } from "../../../src/cluster/index.ts";
import { channelSecurity, type ChannelSecurity } from "../../../src/client/index.ts";
import {
  ByteReader,
  controlService,
  decodeReceiverFrame,
  fixedTls,
  helloFrame,
  linkProtocolVersion,
  type LinkHello,
  type TlsMaterial,
} from "../../../src/wire/index.ts";
import { built } from "../../support/built.ts";
import { materialOf, TestAuthority, type IssueOptions } from "../../support/certificates.ts";
import { runCommand, type Ended } from "../../support/command-line.ts";
import { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { rawCall } from "../control/raw-call.ts";

const cluster = "prod";

describe("a node refuses, and both sides say why", function () {
  this.timeout(90_000);
  const folder = tempDir("refusals");
  const at = (name: string): string => join(folder.path, name);
  let authority: TestAuthority;
  let node: Service;
  let address = "";

  before(async () => {
    await built();
    authority = await TestAuthority.create(cluster);
    writeFileSync(at("ca.pem"), authority.pair.cert);
    await issue("node-1", `garrison://${cluster}/node/node-1`);
    node = new Service(at("state"), ["node", "--config", configOf("node-1")]);
    ({ address = "" } = await node.event("ready"));
  });
  after(async () => {
    await node.end("SIGKILL");
    folder.remove();
  });

  /** Writes a certificate and its key. */
  const issue = async (name: string, uri: string, options?: IssueOptions): Promise<void> => {
    const { cert, key } = await authority.issue(uri, options);
    writeFileSync(at(`${name}.pem`), cert);
    writeFileSync(at(`${name}-key.pem`), key, { mode: 0o600 });
  };
  const configOf = (id: string, change: object = {}): string => {
    const config = {
      node: { id },
      cluster: { name: cluster },
      store: { url: `lmdb:${at("store")}` },
      listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
      tls: { ca: at("ca.pem"), cert: at(`${id}.pem`), key: at(`${id}-key.pem`) },
      ...change,
    };
    writeFileSync(at(`${id}.yaml`), stringify(config));
    return at(`${id}.yaml`);
  };
  /** A person with a state folder, and so with a token, of their own. */
  const call = (name: string, ...args: readonly string[]): Promise<Ended> => {
    const own = ["--tls-cert", at(`${name}.pem`), "--tls-key", at(`${name}-key.pem`)];
    return runCommand([...args, "--node", address, "--tls-ca", at("ca.pem"), ...own], {
      environment: { XDG_STATE_HOME: at("elsewhere") },
    });
  };
  /** What the node has logged of a refusal for this reason. */
  const logged = (reason: string): Promise<void> =>
    until(
      () => node.running.stderr().includes(`"reason":"${reason}"`),
      () => ({ reason, log: node.running.stderr() }),
      10_000,
    );

  /** Past the command line, which looks at its own certificate first. */
  const refused = async (security: ChannelSecurity, reason: string): Promise<string> => {
    const { listMembers } = controlService;
    const answer = await rawCall(address, listMembers.path, listMembers.request.encode({}), {}, { security });
    assert.deepEqual([answer.status, answer.reason], ["UNAUTHENTICATED", reason], answer.details);
    await logged(reason);
    return answer.details;
  };
  const showing = (material: TlsMaterial): ChannelSecurity => channelSecurity({ source: fixedTls(material), cluster });

  it("callers without certificate and token", async () => {
    assert.match(await refused(showing(authority.trust), "no-token"), /neither a client certificate nor a token/);
  });

  it("callers whose certificate has run out", async () => {
    const uri = `garrison://${cluster}/client/ada?role=admin`;
    const old = { daysAgo: 20, days: 10 };
    await refused(showing(await authority.material(uri, old)), "certificate-expired");
    await issue("late", uri, old);
    const { code, stderr } = await call("late", "cluster", "members");
    assert.equal(code, 2, stderr);
    assert.match(stderr, /tls\.cert was valid until/);
  });

  it("callers whose certificate is of another authority, or for another cluster", async () => {
    const foreign = await TestAuthority.create(cluster);
    const pair = await foreign.issue(`garrison://${cluster}/client/ada?role=admin`);
    await refused(showing(materialOf(authority, pair)), "certificate-untrusted");
    const other = await authority.material("garrison://staging/client/ada?role=admin");
    assert.match(await refused(showing(other), "other-cluster"), /staging/);
  });

  it("a viewer who wants to kill an actor", async () => {
    await issue("viv", `garrison://${cluster}/client/viv?role=viewer`);
    const { code, stderr } = await call("viv", "cluster", "kill", "/scan");
    assert.equal(code, 2, stderr);
    assert.match(stderr, /KillActor needs the role admin, and viv is viewer/);
    await logged("role");
  });

  it("a node with other settings, which does not start", async () => {
    await issue("node-2", `garrison://${cluster}/node/node-2`);
    const config = configOf("node-2", { scan: { maxTasksInProcess: 3 } });
    const { code, stderr } = await runCommand(["node", "--config", config], {
      environment: { XDG_STATE_HOME: at("state") },
    });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /scan\.maxTasksInProcess is 3 here/);
    // (Who looks at the node that runs is told too.)
    await logged("settings-differ");
    assert.match(node.running.stderr(), /settings that have to agree differ between node-1 and node-2/);
  });

  it("links in the name of another node, of another cluster, with other settings", async () => {
    await issue("eva", `garrison://${cluster}/client/eva?role=viewer`);
    const { stdout } = await call("eva", "cluster", "members", "--json");
    const { incarnation = "" } = /"incarnation":"(?<incarnation>[^"]+)"/.exec(stdout)?.groups ?? {};
    const source = fixedTls(await authority.material(`garrison://${cluster}/node/node-8`));
    const links = new GrpcTransport({ clock: systemClock, security: (to) => channelSecurity({ source, cluster }, to) });
    const hello: LinkHello = {
      protocolVersion: linkProtocolVersion,
      cluster,
      fromNode: "node-8",
      fromIncarnation: "one",
      toNode: "node-1",
      toIncarnation: incarnation,
      epoch: 1,
      settingsDigest: "0".repeat(64),
      firstHeld: 1,
    };
    const answerTo = (change: Partial<LinkHello>): Promise<string> =>
      new Promise((resolve) => {
        const channel = links.dial(
          { node: "node-1", address },
          {
            onFrame: (frame) => {
              const answer = decodeReceiverFrame(frame, new ByteReader());
              resolve(answer.type === "refuse" ? `${answer.refuse.reason}: ${answer.refuse.message}` : answer.type);
            },
            onDrain: () => undefined,
            onClosed: ({ code, message }) => resolve(`${code}: ${message}`),
          },
        );
        channel.send(helloFrame({ ...hello, ...change }));
      });
    try {
      assert.match(await answerTo({ fromNode: "node-2" }), /^certificate: /);
      await logged("certificate");
      assert.match(await answerTo({ cluster: "staging" }), /^other-cluster: /);
      await logged("other-cluster");
      assert.match(await answerTo({ toIncarnation: "another" }), /^wrong-target: /);
      await logged("wrong-target");
      assert.match(await answerTo({}), /^settings-differ: .* differ between node-1 and node-8/);
    } finally {
      await links.close();
    }
  });

  it("and goes on", async () => {
    await issue("ada", `garrison://${cluster}/client/ada?role=admin`);
    const { code, stdout, stderr } = await call("ada", "cluster", "members", "--json");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"id":"node-1"/);
  });
});
