import assert from "node:assert/strict";
import { parseBlockWords } from "../../../../../src/bin/node/respond/garrison-command/block-words.ts";
import { CommandFailure, type CommandOutput } from "../../../../../src/engines/playbook/node-commands/index.ts";
import { failsWith, StarterBench, valueOf } from "./starter-bench.ts";
import type { StarterRun } from "./starter-run.ts";

const filed = { "POST /tickets/tickets": { ticket_id: "T-1" } } as const;

describe("starter playbooks of CACAO with decisions and tickets (SOAR-7)", () => {
  let bench: StarterBench;
  before(async () => {
    bench = await StarterBench.open();
  });
  beforeEach(() => bench.api.reset(filed));
  after(() => bench.close());

  const titles = (): readonly string[] =>
    bench.api.requests.flatMap(({ line, body }) =>
      line === "POST /tickets/tickets" ? [(body as { title: string }).title] : [],
    );

  describe("phishing-triage", () => {
    const link = "https://login.example/?user=eve&next=1#top";
    const lookup = `GET /intel/links?link=${encodeURIComponent(link)}`;
    const known = { ...filed, [lookup]: { verdict: "malicious" }, "POST /mail/searches": { recipients: 12 } };
    const run = (decision: string): StarterRun => {
      const apis = { mail_api: "mail", intel_api: "intel", proxy_api: "proxy", ticket_api: "tickets" };
      const mail = { message_id: "<1@mail.example>", subject: "<1@mail.example>", link, reporter: "bob@example.com" };
      const people = {
        "Have an analyst decide": decision === "nobody" ? "nobody" : { __decision__: decision },
      } as const;
      return bench.run("phishing-triage", { ...mail, ...apis }, { people });
    };
    const gathered = [lookup, "POST /mail/searches"];

    it("has an analyst decide with what is known, and contains phishing", async () => {
      bench.api.answers = known;
      const executed = run("phishing");
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
      assert.match(executed.asked[0]?.[1] ?? "", /says malicious of its link, 12 mailboxes/);
      assert.deepEqual(bench.api.lines.slice(0, 2).toSorted(), gathered);
      const contained = ["POST /mail/quarantine", "POST /proxy/blocked-links"];
      assert.deepEqual(bench.api.lines.slice(2, 4).toSorted(), contained);
      assert.deepEqual(bench.api.bodyOf("POST /proxy/blocked-links"), { link });
    });

    it("takes spam out of the mailboxes, and tells the reporter of anything else that it is harmless", async () => {
      bench.api.answers = known;
      valueOf(await run("spam").execute(), "decision");
      assert.deepEqual(bench.api.lines.slice(2), ["POST /mail/quarantine"]);
      bench.api.reset(known);
      valueOf(await run("harmless").execute(), "decision");
      assert.deepEqual(bench.api.lines.slice(2), ["POST /mail/replies"]);
      const { to } = bench.api.bodyOf("POST /mail/replies") as { to: string };
      assert.equal(to, "bob@example.com");
    });

    it("goes on without the threat intelligence", async () => {
      bench.api.answers = { ...known, [lookup]: 503 };
      const executed = run("spam");
      assert.equal(valueOf(await executed.execute(), "verdict"), "unknown");
      assert.match(executed.asked[0]?.[1] ?? "", /says unknown/);
    });

    it("files a ticket when it cannot search, contain, or nobody decides", async () => {
      bench.api.answers = { ...known, "POST /mail/searches": 500 };
      failsWith(await run("").execute(), /Search the mailboxes.*answered 500/s);
      bench.api.answers = { ...known, "POST /mail/quarantine": 500 };
      failsWith(await run("phishing").execute(), /Take it out of all mailboxes.*answered 500/s);
      bench.api.answers = known;
      failsWith(await run("nobody").execute(), /ACTION_TIMEOUT/);
      const title = "Phishing report not dealt with: <1@mail.example>";
      assert.deepEqual(titles(), [title, title, title]);
    });
  });

  describe("file-ticket", () => {
    const run = (): StarterRun =>
      bench.run("file-ticket", { title: 'a "title"', subject: "pc-1", ticket_api: "tickets", details: "line\nline" });

    it("tries once more, under the same idempotency key", async () => {
      bench.api.answers = { "POST /tickets/tickets": [503, { ticket_id: "T-2" }] };
      const executed = run();
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-2");
      assert.equal(executed.time.nowMs, 30_000);
      const [first, second] = bench.api.requests;
      assert.deepEqual([first?.idempotencyKey, second?.idempotencyKey], ["run-1", "run-1"]);
      assert.deepEqual(second?.body, { title: 'a "title": pc-1', description: "line\nline", reference: "run-1" });
    });

    it("fails when the ticket system refuses twice; an answer without an id is all that is known of the ticket", async () => {
      bench.api.answers = { "POST /tickets/tickets": 403 };
      failsWith(await run().execute(), /second try.*answered 403/s);
      bench.api.answers = { "POST /tickets/tickets": { number: 1 } };
      assert.equal(valueOf(await run().execute(), "ticket_id"), '{"number":1}');
    });
  });

  describe("exposed-panel-scan", () => {
    const none = { critical: 0, high: 0, medium: 0, low: 0, info: 3, unknown: 0 };
    const words: unknown[] = [];
    const run = (output: object): StarterRun =>
      bench.run(
        "exposed-panel-scan",
        { service: "https://panel.example/a b", subject: "https://panel.example", ticket_api: "tickets" },
        {
          node: (_name, input) => {
            words.push((input as { words: unknown }).words);
            if (!("critical" in output)) return Promise.reject(new CommandFailure("refused", "out of scope"));
            const facts: CommandOutput["facts"] = { findings: { ...output } as Record<string, number> };
            return Promise.resolve({ text: "run-1/2-1", truncated: false, facts });
          },
        },
      );

    it("files a ticket by what the scan found, with its id, and none when it found nothing", async () => {
      valueOf(await run(none).execute(), "ticket_id");
      assert.deepEqual(titles(), []);
      valueOf(await run({ ...none, low: 1 }).execute(), "ticket_id");
      valueOf(await run({ ...none, high: 2 }).execute(), "ticket_id");
      assert.deepEqual(titles(), ["Exposed: https://panel.example", "Exposed and vulnerable: https://panel.example"]);
      const [first] = bench.api.requests;
      assert.equal((first?.body as { description: string }).description, "run-1/2-1");
      assert.deepEqual(words[0], [
        "scan",
        "https://panel.example/a b",
        "--severity",
        "low,medium,high,critical",
        "--wait",
      ]);
    });

    it("files a ticket when the service cannot be scanned", async () => {
      assert.equal(valueOf(await run({}).execute(), "ticket_id"), "T-1");
      assert.deepEqual(titles(), ["Exposed service could not be scanned: https://panel.example"]);
    });
  });

  describe("failed-logins-answer", () => {
    const findings = { critical: 0, high: 2, medium: 1, low: 0, info: 0, unknown: 0 };
    const answer = (text: string, facts: CommandOutput["facts"]): CommandOutput => ({ text, truncated: false, facts });
    const blocked = answer("blocked", { state: "blocked", until_ms: 1 });
    const scanned = answer("run-1/2-1", { scan_id: "run-1/2-1", findings, scans: [] });
    const run = (outputs: Readonly<Record<string, CommandOutput>>, words: unknown[] = []): StarterRun =>
      bench.run(
        "failed-logins-answer",
        { subject: "--field x", field: "account", front_end: "https://www.example", ticket_api: "tickets" },
        {
          node: (_name, input) => {
            const given = (input as { words: readonly string[] }).words;
            words.push(given);
            const output = outputs[given[0] ?? ""];
            return output === undefined
              ? Promise.reject(new CommandFailure("refused", "not this one"))
              : Promise.resolve(output);
          },
        },
      );
    const reported = async (executed: StarterRun): Promise<unknown> => {
      assert.equal(valueOf(await executed.execute(), "ticket_id"), "T-1");
      return bench.api.bodyOf("POST /tickets/tickets");
    };
    const ticket = { title: "Failed logins: --field x", reference: "run-1" };

    it("blocks, scans the front end, and reports both; a subject is never an option", async () => {
      const words: unknown[] = [];
      assert.deepEqual(await reported(run({ block: blocked, scan: scanned }, words)), {
        ...{ ...ticket, description: "account --field x: blocked", scan: "run-1/2-1", findings },
      });
      const [block] = words as (readonly string[])[];
      assert.deepEqual(parseBlockWords(block?.slice(1) ?? []), {
        ...{ field: "account", subject: "--field x", blockMs: 86_400_000, action: "deny", reason: "failed logins" },
      });
    });

    it("reports a block that waits for a person, one that is refused, and a scan that fails", async () => {
      const pending = answer("pending", { state: "pending", why: "too many" });
      const noScan = { scan: "no scan was completed", findings: {} };
      assert.deepEqual(await reported(run({ block: pending })), {
        ...{ ...ticket, description: "account --field x: pending", ...noScan },
      });
      bench.api.reset(filed);
      assert.deepEqual(await reported(run({ scan: scanned })), {
        ...{ ...ticket, description: "account --field x: not known to be blocked", scan: "run-1/2-1", findings },
      });
    });
  });
});
