import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../../../../src/base/clock.ts";
import { startYaraFrom } from "../../../../../src/bin/process/start-yara.ts";
import { yaraCommand } from "../../../../../src/engines/playbook/node-commands/index.ts";
import { built, inRepository } from "../../../../support/built.ts";
import { failsWith, StarterBench, valueOf } from "./starter-bench.ts";
import type { PersonAnswer, StarterRun, StarterRunSetup } from "./starter-run.ts";

type People = Readonly<Record<string, PersonAnswer>>;

const filed = { "POST /tickets/tickets": { ticket_id: "T-1" } } as const;
const isolation = "/edr/hosts/pc-1/isolation";

describe("starter playbooks of CACAO for hosts (SOAR-7)", () => {
  let bench: StarterBench;
  before(async () => {
    bench = await StarterBench.open();
  });
  beforeEach(() => bench.api.reset(filed));
  after(() => bench.close());

  describe("isolate-host-edr", () => {
    const run = (people: People = {}, host = "pc-1"): StarterRun =>
      bench.run("isolate-host-edr", { host, subject: host, edr_api: "edr", ticket_api: "tickets" }, { people });
    const look = "GET /edr/hosts/pc-1";
    const titles = () =>
      bench.api.requests.flatMap(({ line, body }) =>
        line === "POST /tickets/tickets" ? [(body as { title: string }).title] : [],
      );

    it("waits until the host is isolated, and files a ticket", async () => {
      bench.api.answers = { ...filed, [look]: [{ isolation: "pending" }, { isolation: "isolated" }] };
      assert.equal(valueOf(await run().execute(), "ticket_id"), "T-1");
      assert.deepEqual(bench.api.lines, [`PUT ${isolation}`, look, look, "POST /tickets/tickets"]);
      assert.deepEqual(titles(), ["Host isolated: pc-1"]);
    });

    it("takes the isolation back when the EDR refuses it, fails at it, or does not get ready within ten minutes", async () => {
      const refusals: readonly (typeof bench.api.answers)[] = [
        { [`PUT ${isolation}`]: 500 },
        { [look]: { isolation: "failed" } },
        { [look]: 404 },
        { [look]: { isolation: "pending" } },
      ];
      for (const refusal of refusals) {
        bench.api.reset({ ...filed, ...refusal });
        const executed = run();
        assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
        assert.ok(bench.api.lines.includes(`DELETE ${isolation}`), bench.api.lines.join());
        assert.deepEqual(titles(), ["Host could not be isolated: pc-1"]);
        assert.ok(executed.time.nowMs <= 610_000);
      }
    });

    it("has a person look at a host that may be half isolated", async () => {
      bench.api.answers = { ...filed, [`PUT ${isolation}`]: 500, [`DELETE ${isolation}`]: 500 };
      const executed = run({ "Have it looked after by hand": {} });
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
      assert.equal(executed.asked.length, 1);
    });

    it("keeps what an event says in its place of the path", async () => {
      bench.api.answers = { ...filed, "GET /edr/hosts/..%2Fadmin%3Fall": { isolation: "isolated" } };
      valueOf(await run({}, "../admin?all").execute(), "ticket_id");
      assert.equal(bench.api.lines[0], "PUT /edr/hosts/..%2Fadmin%3Fall/isolation");
    });
  });

  describe("ransomware-first-hour", () => {
    const list = { "Work through the list": { __spread__: false } };
    const run = (people: People, account = "eve"): StarterRun => {
      const apis = { edr_api: "edr", backup_api: "backup", directory_api: "directory", chat_api: "chat" };
      const about = { host: "pc-1", subject: "pc-1", account, ticket_api: "tickets" };
      return bench.run("ransomware-first-hour", { ...about, ...apis }, { people });
    };
    const orders = [
      `PUT ${isolation}`,
      "PUT /backup/hosts/pc-1/hold",
      "PUT /directory/accounts/eve/lock",
      "POST /chat/messages",
    ];

    it("isolates, protects, locks and tells beside each other; then the ticket and the list", async () => {
      assert.equal(valueOf(await run(list).execute(), "ticket_id"), "T-1");
      assert.deepEqual(bench.api.lines.slice(0, 4).toSorted(), orders.toSorted());
      assert.deepEqual(bench.api.lines.slice(4), ["POST /tickets/tickets"]);
      const tokens = new Set(bench.api.requests.map(({ authorization }) => authorization));
      assert.equal(tokens.size, 5);
    });

    it("locks nothing when the account is not known, and calls everybody when it spreads", async () => {
      valueOf(await run({ "Work through the list": { __spread__: true } }, "unknown").execute(), "spread");
      const messages = bench.api.lines.filter((line) => line === "POST /chat/messages");
      assert.deepEqual([bench.api.lines.includes(orders[2] ?? ""), messages.length], [false, 2]);
    });

    it("hands what fails to a person, and gives nothing else up for it", async () => {
      bench.api.answers = { ...filed, ...Object.fromEntries(orders.map((line) => [line, 500])) };
      const people = {
        "Have it unplugged": {},
        "Have its backups protected": {},
        "Have the account locked": {},
        ...list,
      };
      const executed = run(people);
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
      assert.deepEqual(executed.asked.map(([step]) => step).toSorted(), Object.keys(people).toSorted());
    });

    it("tells the channel when nobody works through the list", async () => {
      failsWith(await run({ "Work through the list": "nobody" }).execute(), /ACTION_TIMEOUT.*exception step/s);
      assert.equal(bench.api.lines.filter((line) => line === "POST /chat/messages").length, 2);
    });
  });

  describe("suspicious-file-review", () => {
    before(async function () {
      this.timeout(120_000);
      await built();
    });
    const start = startYaraFrom(pathToFileURL(inRepository("dist/bin/respond-yara.js")));
    const yara = yaraCommand({ start, atOnce: 1, timeoutMs: 20_000, maxRssMb: 512, clock: systemClock });
    const sha256 = "ab".repeat(32);
    const matched: StarterRunSetup["node"] = (_name, input, signal) =>
      yara.run(input, { idempotencyKey: "run-1/1", cause: { chain: [] }, signal });
    const run = (content: string, people: People, node?: StarterRunSetup["node"]): StarterRun => {
      const file = { content: Buffer.from(content).toString("hex"), sha256, host: "pc-1", subject: "pc-1" };
      const apis = { edr_api: "edr", ticket_api: "tickets" };
      return bench.run("suspicious-file-review", { ...file, ...apis }, { people, ...(node && { node }) });
    };
    const decided = (decision: string) => ({ "Have an analyst look": { __decision__: decision } });
    const quarantine = "POST /edr/hosts/pc-1/quarantine";
    const malicious = "$x = [Convert]::FromBase64String($y); IEX $x";

    it("quarantines what a rule matches, without asking", async () => {
      assert.equal(valueOf(await run(malicious, {}, matched).execute(), "matched"), "true");
      assert.deepEqual(bench.api.lines, [quarantine, "POST /tickets/tickets"]);
      const { rules } = bench.api.bodyOf(quarantine) as { rules: readonly { name: string }[] };
      assert.deepEqual(
        rules.map(({ name }) => name),
        ["packed_script"],
      );
    });

    it("has an analyst decide about anything else, and where yara is off", async () => {
      assert.equal(valueOf(await run("hello", decided("harmless"), matched).execute(), "matched"), "false");
      assert.deepEqual(bench.api.lines, []);
      valueOf(await run("hello", decided("malicious")).execute(), "matched");
      assert.deepEqual(bench.api.lines, [quarantine, "POST /tickets/tickets"]);
    });

    it("files a ticket when the quarantine fails or nobody decides", async () => {
      bench.api.answers = { ...filed, [quarantine]: 500 };
      failsWith(await run("", decided("malicious")).execute(), /answered 500.*exception step.*was executed/s);
      failsWith(await run("hello", { "Have an analyst look": "nobody" }).execute(), /ACTION_TIMEOUT/);
      assert.equal(bench.api.lines.filter((line) => line === "POST /tickets/tickets").length, 2);
    });
  });
});
