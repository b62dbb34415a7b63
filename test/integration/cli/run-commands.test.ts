import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf } from "../../support/command-line.ts";
import { writeRespondContent } from "../../support/respond-content.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

interface Run {
  readonly id: string;
  readonly state: string;
  readonly output?: unknown;
  readonly retryOf?: string;
  readonly timeline: readonly { readonly name: string; readonly state: string }[];
}

describe("garrison playbook run, list; run list, show, watch, cancel, retry, answer", function () {
  this.timeout(120_000);
  const folder = tempDir("run-commands");
  const about = '{"kind":"ransomware","data":{"host":"web-1"}}';
  let cluster: CliCluster;

  before(async () => {
    await built();
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1", "--config", writeRespondContent(folder.path));
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const start = async (playbook: string): Promise<string> => {
    const { code, stdout, stderr } = await cluster.run("playbook", "run", playbook, "--event", about);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const runOf = async (id: string): Promise<Run> => (await cluster.json("run", "show", id))[0] as unknown as Run;

  it("an event that a binding is for is answered: watch, show with the timeline, list", async () => {
    const file = join(folder.path, "event.json");
    writeFileSync(file, JSON.stringify({ id: "e1", source: "edr", kind: "ransomware", data: { host: "web-1" } }));
    assert.equal((await cluster.run("event", "send", file)).stdout, "edr/e1\n");
    let runs: readonly { readonly id: string }[] = [];
    await until(
      async () => {
        const [shown] = await cluster.json("event", "show", "edr/e1");
        runs = (shown as unknown as { runs: { id: string }[] }).runs;
        return runs.length > 0;
      },
      () => runs,
      20_000,
    );
    const [{ id } = { id: "" }] = runs;
    const watched = await cluster.run("run", "watch", id);
    assert.equal(watched.code, 0, watched.stderr);
    assert.match(watched.stdout, new RegExp(`^${id} done, 2 of 2 steps in `, "m"));
    const [shown, json, listed] = await Promise.all([
      cluster.run("run", "show", id),
      runOf(id),
      cluster.json("run", "list", "--state", "done", "--playbook", "greet", "--event", "edr/e1"),
    ]);
    assert.match(shown.stdout, /^binding +greet-ransomware$/m);
    assert.match(shown.stdout, /^\d {2}tell +done +\+\d+ms +[\d.]+m?s +·*█+·*$/m);
    assert.match(shown.stdout, /^ {3}→ \{"told":"web-1"\}$/m);
    assert.match(shown.stdout, / warn {2}told web-1$/m);
    assert.deepEqual(json.output, { told: "web-1" });
    assert.deepEqual(json.timeline.map(({ name, state }) => `${name} ${state}`).toSorted(), ["look done", "tell done"]);
    assert.deepEqual(
      listed.map((run) => run["id"]),
      [id],
    );
  });

  it("playbook list has what the node has loaded, and the bindings that start it", async () => {
    const [listing] = await cluster.json("playbook", "list");
    const playbooks = listing?.["playbooks"] as { id: string; actions: string[]; bindings: string[] }[];
    assert.deepEqual(playbooks.map(({ id }) => id).toSorted(), ["cut-off", "greet", "refuse", "wait"]);
    const greet = playbooks.find(({ id }) => id === "greet");
    assert.deepEqual([greet?.actions.toSorted(), greet?.bindings], [["look", "tell"], ["greet-ransomware"]]);
    assert.match((await cluster.run("playbook", "list")).stdout, /greet.*module/);
  });

  it("a run that fails makes watch end with 1 and says why; retry makes another run of it", async () => {
    const failed = await cluster.run("playbook", "run", "refuse", "--event", about, "--watch");
    assert.equal(failed.code, 1, failed.stderr);
    const [id = "", text = ""] = (linesOf(failed.stdout).at(-1) ?? "").split(/ (.*)/);
    assert.match(text, /^failed: threw, 1 of 1 steps.*nobody answers/);
    const retried = await cluster.run("run", "retry", id);
    assert.equal(retried.code, 0, retried.stderr);
    const again = retried.stdout.trim();
    assert.notEqual(again, id);
    assert.equal((await cluster.run("run", "watch", again, id)).code, 1);
    assert.equal((await runOf(again)).retryOf, id);
    assert.match((await cluster.run("run", "show", again)).stdout, /^ {3}threw: .*nobody answers$/m);
  });

  it("a run that was cut off waits: watch ends with 4 and the command that answers it, which lets it go on", async () => {
    const id = await start("cut-off");
    const watched = await cluster.run("run", "watch", id);
    assert.equal(watched.code, 4, watched.stderr);
    const command = `run answer ${id} --step 1 --done [JSON] | --failed TEXT | --repeat`;
    assert.ok(watched.stderr.includes(`garrison ${command}\n`), watched.stderr);
    const shown = await cluster.run("run", "show", id);
    assert.match(shown.stdout, /^state +waiting$/m);
    assert.match(shown.stdout, /^1 {2}block +unknown /m);
    assert.ok(shown.stdout.includes(`garrison ${command}\n`), shown.stdout);

    const wrong = await cluster.run("run", "answer", id, "--step", "2", "--repeat");
    assert.equal(wrong.code, 2, wrong.stderr);
    const answered = await cluster.run("run", "answer", id, "--step", "1", "--done", '{"ticket":7}');
    assert.deepEqual([answered.code, answered.stdout], [0, `${id} answered, it goes on\n`]);
    assert.equal((await cluster.run("run", "watch", id)).code, 0);
    assert.deepEqual((await runOf(id)).output, { answer: { ticket: 7 } });
    const late = await cluster.run("run", "answer", id, "--step", "1", "--repeat");
    assert.equal(late.code, 2, late.stderr);
  });

  it("Ctrl-C ends the watching with 130 and leaves the run; cancel ends it, once", async () => {
    const id = await start("wait");
    const watching = cluster.command(["run", "watch", id, "--json"]);
    await until(
      () => watching.stdout().includes('"started":1'),
      () => watching.stdout(),
      20_000,
    );
    watching.child.kill("SIGINT");
    const { code, stderr } = await watching.ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /the runs go on/);
    assert.equal((await runOf(id)).state, "running");
    const early = await cluster.run("run", "retry", id);
    assert.equal(early.code, 2, early.stderr);
    assert.equal((await cluster.run("run", "cancel", id)).stdout, `${id} cancelled\n`);
    assert.deepEqual(await cluster.json("run", "cancel", id), [{ id, cancelled: false }]);
    assert.equal((await cluster.run("run", "watch", id)).code, 4);
  });

  it("bad usage and unknown ids end with 2, in one line, and keep no other from what is asked", async () => {
    const event = ["--event", about];
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["run", "show", "nosuch"], /nosuch/],
      [["run", "watch", "nosuch"], /nosuch/],
      [["run", "cancel", "nosuch"], /nosuch/],
      [["run", "retry", "nosuch"], /nosuch/],
      [["run", "answer", "nosuch", "--step", "1", "--repeat"], /nosuch/],
      [["run", "answer", "nosuch", "--step", "1"], /--step 1 has no answer/],
      [["run", "list", "--state", "open"], /Use some of queued, running/],
      [["playbook", "run", "nosuch", ...event], /nosuch/],
      [["playbook", "run", "greet", "--event", '{"kind":"mining"'], /--event: is not JSON/],
      [["playbook", "run", "greet", "--event", join(folder.path, "nowhere")], /nowhere: cannot be read/],
      [["playbook", "run", "greet"], /required option '--event <event>'/],
    ];
    const ends = await Promise.all(cases.map(([args]) => cluster.run(...args)));
    ends.forEach(({ code, stdout, stderr }, at) => {
      const what = cases[at]?.[0].join(" ") ?? "";
      assert.equal(code, 2, `${what}: ${stderr}`);
      assert.equal(stdout, "", what);
      assert.match(stderr, cases[at]?.[1] ?? /never/);
      assert.equal(linesOf(stderr).length, 1, stderr);
    });
  });
});
