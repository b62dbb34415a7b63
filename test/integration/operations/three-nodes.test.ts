import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { built, inRepository } from "../../support/built.ts";
import { type Ended, runCommand, startCommand, type Running } from "../../support/command-line.ts";
import { freePort } from "../../support/free-port.ts";
import { startPlainSite } from "../../support/plain-site.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const ids = ["node-1", "node-2", "node-3"] as const;
const settled = 30_000;

interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

/** The settings of a file of `redis-server` as arguments, but for where it listens; a snapshot is made in neither case. */
const settingsOf = (file: string): readonly string[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => /^[a-z]/.test(line) && !/^(bind|port|save) /.test(line))
    .flatMap((line) => {
      const [name = "", ...values] = line.split(" ");
      return [`--${name}`, ...values];
    });

/** What deploy/cluster describes, as it is there, but for the ports: those of this machine may be taken. */
describe("the cluster of deploy/cluster", function () {
  this.timeout(120_000);
  const folder = tempDir("three-nodes");
  const home = join(folder.path, "cluster");
  const certificates = join(home, "certificates");
  const nodes: Service[] = [];
  let redis: RedisServer;
  let address = "";
  let pages: readonly string[] = [];

  before(async () => {
    await built();
    cpSync(inRepository("deploy/cluster"), home, { recursive: true });
    await promisify(execFile)(join(home, "make-certificates.sh"), [], {
      cwd: home,
      env: { ...process.env, GARRISON: `${process.execPath} ${inRepository("dist/bin/garrison.js")}` },
    });
    redis = await RedisServer.start({ appendfsync: "always", args: settingsOf(join(home, "redis.conf")) });
    for (const id of ids) {
      const config = join(home, `${id}.yaml`);
      nodes.push(
        new Service(folder.path, ["node", "--config", config, "--scope", "127.0.0.1", ...freePorts], {
          environment: { GARRISON_STORE__URL: redis.url, GARRISON_LOG__LEVEL: "error" },
        }),
      );
    }
    const ready = await Promise.all(nodes.map((node) => node.event("ready")));
    assert.deepEqual(
      ready.map(({ id }) => id),
      ids,
    );
    address = ready[0]?.address ?? "";
    pages = ready.map(({ http = "" }) => http.replace("127.0.0.1", "localhost"));
  });
  after(async () => {
    await Promise.all(nodes.map((node) => node.end("SIGKILL")));
    await redis.stop();
    folder.remove();
  });

  const tls = (client: string): readonly string[] => [
    ...["--tls-ca", join(certificates, "ca.pem")],
    ...["--tls-cert", join(certificates, `client-${client}.pem`)],
    ...["--tls-key", join(certificates, `client-${client}-key.pem`)],
  ];
  const call = (client: string, ...args: readonly string[]): Promise<Ended> =>
    runCommand([...args, "--node", address, ...tls(client)]);
  const start = (...args: readonly string[]): Running => startCommand([...args, "--node", address, ...tls("operator")]);

  const page = (host: string, path: string, client?: string): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      const read = (name: string): Buffer => readFileSync(join(certificates, name));
      const identity =
        client === undefined ? {} : { cert: read(`client-${client}.pem`), key: read(`client-${client}-key.pem`) };
      get(`https://${host}${path}`, { ca: read("ca.pem"), ...identity, agent: false }, (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => (body += text));
        answer.on("end", () => resolve({ status: answer.statusCode, body }));
      }).on("error", reject);
    });

  it("has three members, which serve, and shares the work of a scan", async () => {
    const { code, stdout, stderr } = await call("operator", "cluster", "members", "--json");
    assert.equal(code, 0, stderr);
    const members = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; state: string });
    assert.deepEqual(
      members.map(({ id, state }) => `${id} ${state}`).toSorted(),
      ids.map((id) => `${id} up`),
    );
    for (const host of pages) {
      assert.equal((await page(host, "/healthz")).status, 200);
      assert.equal((await page(host, "/readyz")).status, 200);
    }
    const site = await startPlainSite();
    const templates = writePlainTemplates(join(folder.path, "templates"), { templates: 30, requests: 1 });
    const scan = start("scan", "submit", "--target", site.url, "--templates", templates);
    const submitted = await scan.ended;
    assert.equal(submitted.code, 0, submitted.stderr);
    const watched = await call("operator", "scan", "watch", submitted.stdout.trim(), "--json");
    assert.equal(watched.code, 0, watched.stderr);
    assert.equal(site.seen.length, 30);
    await site.close();
  });

  it("lets a viewer look and change nothing, and shows metrics to those it knows only", async () => {
    assert.equal((await call("prometheus", "cluster", "members")).code, 0);
    const refused = await call("prometheus", "cluster", "drain", "node-2");
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /role|viewer/);
    const [host = ""] = pages;
    assert.equal((await page(host, "/metrics")).status, 401);
    assert.equal((await page(host, "/metrics", "prometheus")).status, 200);
  });

  it("passes the check of the image's health, which fails where no node is", async () => {
    const check = (url: string): Promise<unknown> =>
      promisify(execFile)(process.execPath, [inRepository("deploy/docker/healthcheck.mjs")], {
        env: { GARRISON_HEALTH_URL: url, HEALTH_CA: join(certificates, "ca.pem") },
      });
    await check(`https://${pages[0] ?? ""}/healthz`);
    await assert.rejects(check(`https://localhost:${await freePort()}/healthz`), /ECONNREFUSED/);
  });

  it("has every metric that the alerts are about, with the values of labels that they name", async () => {
    const { groups } = parse(readFileSync(inRepository("deploy/prometheus/alerts.yaml"), "utf8")) as AlertRules;
    const { body } = await page(pages[0] ?? "", "/metrics", "prometheus");
    const shown = new Set([...body.matchAll(/^([a-z_:]+)(?:\{| )/gm)].map(([, name]) => name));
    // Kept by Prometheus itself, or there only once it has happened.
    const known = new Set(["up"]);
    const declared = new Set([...body.matchAll(/^# TYPE ([a-z_:]+) /gm)].map(([, name]) => name));
    let names = 0;
    for (const { alert, expr } of groups.flatMap(({ rules }) => rules)) {
      for (const [name] of expr.matchAll(/\b(?:garrison|process|nodejs)_[a-z_]+|\bup\b/g)) {
        names += 1;
        const base = name.replace(/_(bucket|count|sum)$/, "");
        assert.ok(known.has(name) || shown.has(name) || declared.has(base), `${alert}: there is no metric ${name}`);
      }
    }
    assert.ok(names >= 12, `only ${names} metrics are watched`);
    for (const label of ['state="up"', 'state="dead"', 'outcome="dropped"', 'quantile="0.99"']) {
      assert.ok(body.includes(label), `nothing has ${label}`);
    }
  });

  it("a node that is killed is taken for dead by the two others, and one that is asked to ends in order", async () => {
    const [, second, third] = nodes;
    assert.ok(second !== undefined && third !== undefined);
    await third.end("SIGKILL");
    let stdout = "";
    await until(
      async () => {
        ({ stdout } = await call("prometheus", "cluster", "members", "--json"));
        return stdout.includes('"dead"');
      },
      () => stdout,
      settled,
    );
    assert.equal((await second.end("SIGTERM")).code, 0);
  });
});
