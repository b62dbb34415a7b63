import assert from "node:assert/strict";
import { sshKeys, TestSshServer } from "../../../../support/ssh-server.ts";
import { failsWith, StarterBench, valueOf } from "./starter-bench.ts";
import type { PersonAnswer, StarterRun } from "./starter-run.ts";

const filed = { "POST /tickets/tickets": { ticket_id: "T-1" } } as const;

/** What the host writes on a command that begins so; a number is its exit code. */
type Host = Readonly<Record<string, string | number>>;

describe("starter playbooks of CACAO for Linux hosts (SOAR-7)", () => {
  const hostKeys = sshKeys("ed25519");
  let bench: StarterBench;
  let server: TestSshServer;
  let host: Host = {};

  before(async () => {
    bench = await StarterBench.open();
    server = await TestSshServer.start({
      hostKeys: [hostKeys.privateKey],
      users: { garrison: { password: "the ssh-key" } },
      shell: (command, channel) => {
        const [, answer = ""] = Object.entries(host).find(([begin]) => command.startsWith(begin)) ?? [];
        if (typeof answer === "string") channel.write(answer);
        channel.exit(typeof answer === "number" ? answer : 0);
        channel.end();
      },
    });
  });
  beforeEach(() => {
    bench.api.reset(filed);
    server.commands.length = 0;
  });
  after(async () => {
    await server.stop();
    await bench.close();
  });

  const run = (
    id: string,
    variables: Readonly<Record<string, string>>,
    people: Readonly<Record<string, PersonAnswer>> = {},
  ): StarterRun => {
    const port = String(server.port);
    const about = { host: "127.0.0.1", subject: "web-1", ssh_port: port, ticket_api: "tickets", ...variables };
    return bench.run(id, about, { people, knownHosts: [`[127.0.0.1]:${port} ${hostKeys.publicKey}`] });
  };

  describe("collect-evidence-ssh", () => {
    const collected: Host = { ps: "1 init\n", ss: "tcp\n", "{ who": "eve\n", sha256sum: "ab  /x\n" };
    const collect = (program: string): StarterRun => run("collect-evidence-ssh", { program, evidence_api: "evidence" });

    it("stores what it collects", async () => {
      host = collected;
      bench.api.answers = { "POST /evidence/evidence": { evidence_id: "E-1" } };
      assert.equal(valueOf(await collect("/tmp/x").execute(), "evidence_id"), "E-1");
      const { processes, connections, logins, hash } = bench.api.bodyOf("POST /evidence/evidence") as Record<
        string,
        string
      >;
      assert.deepEqual([processes, connections, logins, hash], ["1 init", "tcp", "eve", "ab  /x"]);
    });

    it("quotes the path that an event names", async () => {
      host = collected;
      bench.api.answers = { "POST /evidence/evidence": { evidence_id: "E-1" } };
      valueOf(await collect("/tmp/x'; reboot; '").execute(), "hash");
      assert.ok(
        server.commands.includes(String.raw`sha256sum -- '/tmp/x'\''; reboot; '\'''`),
        server.commands.join("\n"),
      );
    });

    it("goes on when the program is gone, and files a ticket when the host or the store fails", async () => {
      host = { ...collected, sha256sum: 1 };
      bench.api.answers = { "POST /evidence/evidence": { evidence_id: "E-1" } };
      assert.equal(valueOf(await collect("/tmp/x").execute(), "hash"), "unknown");
      host = { ...collected, ss: 127 };
      bench.api.reset(filed);
      assert.equal(valueOf(await collect("/tmp/x").execute(), "ticket_id"), "T-1");
      assert.deepEqual(bench.api.lines, ["POST /tickets/tickets"]);
      host = collected;
      bench.api.reset({ ...filed, "POST /evidence/evidence": 500 });
      assert.equal(valueOf(await collect("/tmp/x").execute(), "ticket_id"), "T-1");
    });
  });

  describe("stop-miner-ssh", () => {
    const stop = (confirmed: PersonAnswer = { __confirmed__: true }): StarterRun =>
      run("stop-miner-ssh", { pid: "4711" }, { "Have it confirmed": confirmed });
    const look = "readlink -- /proc/4711/exe";
    const term = "kill -TERM 4711";
    const see = "if kill -0 4711 2>/dev/null; then echo running; else echo ended; fi";

    it("ends what an analyst confirms, and kills what does not end", async () => {
      host = { readlink: "/tmp/xmrig\n", if: "ended\n" };
      const executed = stop();
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
      assert.deepEqual(executed.asked[0]?.[1], "Shall /tmp/xmrig (process 4711 on 127.0.0.1) be ended as a miner?");
      assert.deepEqual(server.commands, [look, term, see]);
      host = { ...host, if: "running\n" };
      valueOf(await stop().execute(), "state");
      assert.deepEqual(server.commands.slice(3), [look, term, see, "kill -KILL 4711"]);
    });

    it("ends nothing that is not confirmed", async () => {
      host = { readlink: "/usr/bin/postgres\n" };
      valueOf(await stop({ __confirmed__: false }).execute(), "program");
      assert.deepEqual(server.commands, [look]);
      assert.deepEqual(bench.api.lines, []);
    });

    it("files a ticket when the process is gone, does not end, or nobody confirms", async () => {
      host = { readlink: 1 };
      assert.equal(valueOf(await stop().execute(), "ticket_id"), "T-1");
      host = { readlink: "/tmp/xmrig\n", if: "running\n", "kill -KILL": 1 };
      assert.equal(valueOf(await stop().execute(), "ticket_id"), "T-1");
      failsWith(await stop("nobody").execute(), /ACTION_TIMEOUT.*exception step.*was executed/s);
      assert.equal(bench.api.lines.length, 3);
    });

    it("takes nothing for the id of a process but a number", async () => {
      const end = await run("stop-miner-ssh", { pid: "1; reboot" }).execute();
      failsWith(end, /__pid__.*whole number/);
      assert.deepEqual(server.commands, []);
    });
  });
});
