import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Decision } from "../../../src/client/guard/index.ts";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf } from "../../support/command-line.ts";
import { FrontEnds, type FrontEndProcess } from "../../support/guard/front-ends.ts";
import type { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const logins = {
  number: 1,
  name: "failed-logins",
  subject: "account",
  threshold: 5,
  windowMs: 3_600_000,
  blockMs: 3_600_000,
};

describe("garrison guard rules, block, unblock, approve, reject, indications, stats, watch", function () {
  this.timeout(180_000);
  const folder = tempDir("cli-guard");
  const frontEnds = new FrontEnds();
  const shared = join(folder.path, "shared");
  const rules = join(folder.path, "rules.yaml");
  const config = join(folder.path, "garrison.yaml");
  let cluster: CliCluster;
  let node: Service;
  let frontEnd: FrontEndProcess;

  before(async () => {
    await built();
    const guard = { folder: shared, neverBlock: ["192.0.2.1"], caps: { networkV4Bits: 24 } };
    writeFileSync(config, stringify({ guard }));
    writeFileSync(rules, stringify([logins, { ...logins, number: 2, name: "quiet", subject: "ip", shadow: true }]));
    cluster = new CliCluster(join(folder.path, "cluster"));
    node = await cluster.start("a", "--config", config);
    frontEnd = await frontEnds.start(shared);
  });
  after(async () => {
    await frontEnds.close();
    await cluster.close();
    folder.remove();
  });

  type Asked = Parameters<FrontEndProcess["decide"]>[0];
  /** The decision about one access, as soon as it is this. Asking counts nothing: the access is under no rule. */
  const decided = async (access: Asked, verdict: Decision["verdict"]): Promise<Decision> => {
    let last: Decision | undefined;
    await until(
      async () =>
        (last = await frontEnd.decide(access)).verdict === verdict &&
        (last.rule !== undefined) === (verdict !== "allow"),
      () => last,
    );
    return last ?? assert.fail();
  };
  const subjects = async (...flags: readonly string[]): Promise<readonly unknown[]> =>
    (await cluster.json("guard", "indications", ...flags)).map(({ subject }) => subject);

  it("rules are put from a file, listed and replaced", async () => {
    const put = await cluster.run("guard", "rules", "put", rules);
    assert.equal(put.code, 0, put.stderr);
    assert.equal(put.stdout, "rule 1 (failed-logins) made\nrule 2 (quiet) made\n");
    assert.deepEqual(await cluster.json("guard", "rules", "put", rules), [
      { number: 1, name: "failed-logins", created: false },
      { number: 2, name: "quiet", created: false },
    ]);
    const [first] = await cluster.json("guard", "rules", "list");
    assert.deepEqual([first?.["number"], first?.["threshold"], first?.["shadow"]], [1, 5, false]);
    const listed = await cluster.run("guard", "rules", "list");
    assert.match(listed.stdout, /failed-logins.*more than 5 accesses in 1h.*deny.*1h/);
    assert.match(listed.stdout, /quiet.*deny \(shadow\)/);
  });

  it("a subject that exceeds a rule at a front end is blocked there, watched, listed, and let through again", async () => {
    const watching = cluster.command(["guard", "watch"]);
    await until(
      async () =>
        (await frontEnd.decide({ account: "nobody" })).verdict === "allow" && (await frontEnd.counts()).undecided >= 0,
      () => watching.stderr(),
    );
    // Accesses before the table are decided by the fail mode and not counted.
    await until(
      async () => {
        await frontEnd.decide({ rule: 1, account: "alice" });
        return (await frontEnd.counts()).recorded > 5;
      },
      () => watching.stderr(),
    );
    const denied = await until(
      async () => (await frontEnd.decide({ rule: 1, account: "alice" })).verdict === "deny",
      async () => frontEnd.counts(),
    ).then(() => frontEnd.decide({ rule: 1, account: "alice" }));
    assert.deepEqual([denied.verdict, denied.rule], ["deny", 1]);
    assert.deepEqual(await subjects("--rule", "1"), ["alice"]);
    assert.match((await cluster.run("guard", "indications")).stdout, /active.*1.*account.*alice.*deny/);
    await until(
      () => /^\S+ \+ 1 account alice deny until /m.test(watching.stdout()),
      () => watching.stdout(),
    );

    const unblocked = await cluster.run("guard", "unblock", "alice", "--field", "account");
    assert.deepEqual([unblocked.code, unblocked.stdout], [0, "alice let through, 1 interceptions ended\n"]);
    await until(
      async () => (await frontEnd.decide({ rule: 1, account: "alice" })).verdict === "allow",
      async () => frontEnd.counts(),
    );
    await until(
      () => /^\S+ - 1 account alice deny until /m.test(watching.stdout()),
      () => watching.stdout(),
    );
    watching.child.kill("SIGINT");
    const { code, stderr } = await watching.ended;
    assert.equal(code, 130, stderr);
    assert.deepEqual(await subjects(), []);
  });

  it("a block holds whatever the rules say, also after the node was killed; stats say what was counted", async () => {
    const blocked = await cluster.run("guard", "block", "198.51.100.0/24", "--for", "48h", "--reason", "scans us");
    assert.equal(blocked.code, 0, blocked.stderr);
    assert.match(blocked.stdout, /^198\.51\.100\.0\/24 blocked until \d{4}-/);
    const denied = await decided({ ip: "198.51.100.7" }, "deny");
    assert.equal(denied.rule, 0);
    await node.end("SIGKILL");
    assert.equal((await frontEnd.decide({ ip: "198.51.100.7" })).verdict, "deny", "without a service the table holds");
    node = await cluster.start("a", "--config", config, "--grpc", cluster.address);
    let stats: readonly Record<string, unknown>[] = [];
    await until(
      async () => {
        const { code, stdout } = await cluster.run("guard", "stats", "--json");
        stats = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
        return code === 0;
      },
      () => stats,
    );
    assert.deepEqual(
      stats.map(({ shard, node: owner }) => `${String(shard)} ${String(owner)}`),
      Array.from({ length: 8 }, (_, shard) => `${shard} a`),
    );
    const [held] = await cluster.json("guard", "indications");
    assert.deepEqual(
      [held?.["subject"], held?.["reason"], held?.["by"], held?.["state"]],
      ["198.51.100.0/24", "scans us", "operator", "active"],
    );
    assert.equal((await cluster.json("guard", "rules", "list")).length, 2);
    assert.equal((await cluster.run("guard", "unblock", "198.51.100.0/24")).code, 0);
    await decided({ ip: "198.51.100.7" }, "allow");
  });

  it("what is beyond a cap waits for a person, and what is never to be blocked is refused", async () => {
    const waiting = await cluster.run("guard", "block", "203.0.112.0/20");
    assert.equal(waiting.code, 4, waiting.stderr);
    const [, id = ""] = /^(\S+) waits for a person: /.exec(waiting.stdout) ?? [];
    assert.match(waiting.stderr, new RegExp(`garrison guard approve ${id}, or reject`));
    assert.deepEqual(await subjects("--state", "pending"), ["203.0.112.0/20"]);
    assert.equal((await frontEnd.decide({ ip: "203.0.113.9" })).verdict, "allow");
    const approved = await cluster.run("guard", "approve", id);
    assert.equal(approved.code, 0, approved.stderr);
    await decided({ ip: "203.0.113.9" }, "deny");
    const again = await cluster.run("guard", "block", "203.0.128.0/20", "--quiet");
    const [other = ""] = again.stdout.split(" ");
    assert.deepEqual([again.code, again.stderr], [4, ""]);
    assert.equal((await cluster.run("guard", "reject", other)).stdout, `${other} rejected\n`);
    assert.equal((await cluster.run("guard", "approve", other)).code, 2);
    const never = await cluster.run("guard", "block", "192.0.2.1");
    assert.equal(never.code, 2, never.stderr);
    assert.equal(linesOf(never.stderr).length, 1, never.stderr);
  });

  it("what the proxy, the feed and the shards of the node did is in its metrics", async () => {
    const { http = "" } = await node.event("ready");
    const pages = await fetch(`http://${http}/metrics`, { headers: { connection: "close" } });
    const text = await pages.text();
    assert.match(text, /^garrison_guard_proxy_following 1$/m);
    assert.match(text, /^garrison_guard_proxy_total\{what="dropped"\} 0$/m);
    assert.match(text, /^garrison_guard_feed_shards 8$/m);
    assert.equal(text.match(/^garrison_guard_subjects\{shard="\d"\} \d+$/gm)?.length, 8);
  });

  it("a deleted rule intercepts nobody; bad input ends with 2, in one line", async () => {
    assert.equal((await cluster.run("guard", "rules", "delete", "2")).stdout, "rule 2 deleted\n");
    const bad: readonly (readonly [readonly string[], RegExp])[] = [
      [["guard", "rules", "delete", "2"], /2/],
      [["guard", "rules", "delete", "0"], /whole number from 1 to 65535/],
      [["guard", "rules", "put", join(folder.path, "none.yaml")], /none\.yaml: cannot be read/],
      [["guard", "block", "no-address"], /no-address/],
      [["guard", "block", "192.0.2.9", "--for", "721h"], /at most 720h/],
      [["guard", "block", "x", "--field", "No"], /field/],
      [["guard", "indications", "--state", "over"], /active, pending/],
      [["guard", "approve", "nosuch"], /nosuch/],
    ];
    const ends = await Promise.all(bad.map(([args]) => cluster.run(...args)));
    ends.forEach(({ code, stdout, stderr }, at) => {
      const what = bad[at]?.[0].join(" ") ?? "";
      assert.equal(code, 2, `${what}: ${stderr}`);
      assert.equal(stdout, "", what);
      assert.match(stderr, bad[at]?.[1] ?? /never/);
      assert.equal(linesOf(stderr).length, 1, stderr);
    });
  });
});
