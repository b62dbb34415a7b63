import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { runCommand, type Ended } from "../../support/command-line.ts";
import { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";

interface Written {
  readonly cert: string;
  readonly key: string;
}

describe("certificates on the command line", () => {
  const folder = tempDir("cert");
  const authority = join(folder.path, "authority");
  const run = (...args: readonly string[]): Promise<Ended> =>
    runCommand(args, { environment: { XDG_STATE_HOME: folder.path } });
  const issue = async (...args: readonly string[]): Promise<Written> => {
    const { code, stdout, stderr } = await run("cert", "issue", "--dir", authority, "--json", ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Written;
  };

  before(async () => {
    await built();
    const { code, stdout, stderr } = await run("cert", "init", "--dir", authority, "--cluster", "prod");
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${join(authority, "ca.pem")}\n${join(authority, "ca-key.pem")}\n`);
  });
  after(() => folder.remove());

  it("are what other programs take for such, with keys that are private", async () => {
    const node = await issue("--node", "node-9", "--host", "127.0.0.1", "--host", "node-9.internal");
    const client = await issue("--client", "alice", "--role", "operator", "--days", "30");
    const ca = join(authority, "ca.pem");
    execFileSync("openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, node.cert]);
    execFileSync("openssl", ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", ca, node.cert, client.cert]);
    assert.throws(() =>
      execFileSync("openssl", ["verify", "-purpose", "sslserver", "-CAfile", ca, client.cert], { stdio: "ignore" }),
    );
    for (const file of [node.key, client.key, join(authority, "ca-key.pem")]) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
    }
    const shown = async (file: string): Promise<Readonly<Record<string, string>>> =>
      JSON.parse((await run("cert", "show", file, "--json")).stdout) as Record<string, string>;
    const { holder, names } = await shown(node.cert);
    assert.equal(holder, "node node-9 of cluster prod");
    assert.equal(names, "URI:garrison://prod/node/node-9, IP Address:127.0.0.1, DNS:node-9.internal");
    const { holder: of, validFrom = "", validUntil = "" } = await shown(client.cert);
    assert.equal(of, "client alice of cluster prod, operator");
    const days = (Date.parse(validUntil) - Date.parse(validFrom)) / 86_400_000;
    assert.ok(days > 30 && days < 30.1, String(days));
    assert.equal((await shown(ca))["holder"], "authority of cluster prod");
  });

  it("are never written over, and never for nobody", async () => {
    const { key, cert } = await issue("--node", "once");
    const before = [readFileSync(key, "utf8"), readFileSync(cert, "utf8")];
    const inAuthority = ["cert", "issue", "--dir", authority];
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[...inAuthority, "--node", "once"], /is there already and is not written over/],
      [[...inAuthority, "--node", "A/b"], /names no peer/],
      [["cert", "issue", "--dir", join(folder.path, "none"), "--node", "a"], /ca\.pem cannot be read/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
    }
    assert.deepEqual([readFileSync(key, "utf8"), readFileSync(cert, "utf8")], before);
  });

  describe("of nodes in processes of their own", () => {
    const services: Service[] = [];
    after(() => Promise.all(services.map((service) => service.end("SIGKILL"))));

    const configOf = (id: string, { cert, key }: Written, host: string): string => {
      const file = join(folder.path, `${id}-${host}.yaml`);
      const lines = [
        `node: { id: ${id} }`,
        "cluster: { name: prod }",
        `listen: { grpc: "${host}:0", http: "${host}:0" }`,
        `tls: { ca: ${join(authority, "ca.pem")}, cert: ${cert}, key: ${key} }`,
        `store: { url: "lmdb:${join(folder.path, "store")}" }`,
      ];
      writeFileSync(file, `${lines.join("\n")}\n`);
      return file;
    };
    const start = async (
      id: string,
      host: string,
    ): Promise<{ readonly service: Service; readonly address: string }> => {
      const service = new Service(folder.path, ["node", "--config", configOf(id, await issue("--node", id), host)]);
      services.push(service);
      return { service, address: (await service.event("ready")).address ?? "" };
    };

    it("let nodes on two addresses work as one cluster, for those who have a certificate", async function () {
      // Two nodes join, and the machine may be busy.
      this.timeout(60_000);
      const [one, two] = await Promise.all([start("node-1", "127.0.0.1"), start("node-2", "127.0.0.2")]);
      const { cert, key } = await issue("--client", "ada", "--role", "admin");
      const trust = ["--tls-ca", join(authority, "ca.pem")];
      const as = [...trust, "--tls-cert", cert, "--tls-key", key];
      const listed = await run("cluster", "members", "--json", "--node", one.address, ...as);
      assert.equal(listed.code, 0, listed.stderr);
      for (const text of ["node-1", "node-2", one.address, two.address])
        assert.ok(listed.stdout.includes(text), listed.stdout);
      // By its table each node finds the other, and by its certificate knows it.
      const drained = await run("cluster", "drain", "node-2", "--node", one.address, ...as);
      assert.equal(drained.code, 0, drained.stderr);
      assert.equal((await two.service.running.ended).code, 0);
    });

    it("keep a node from starting as another one", async () => {
      const config = configOf("node-3", await issue("--node", "node-4"), "127.0.0.1");
      const { code, stderr } = await run("node", "--config", config);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /tls\.cert is the one of node node-4, and node\.id is node-3/);
    });
  });
});
