import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { startPracticeSite, type PracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { createGuard, guardHttp, type Guard } from "../../../src/client/guard/index.ts";
import { built, inRepository } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const listening = async (server: Server): Promise<number> => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
};

const end = async (server: Server): Promise<void> => {
  const closed = once(server.close(), "close");
  server.closeAllConnections();
  await closed;
};

const loginRule = {
  ...{ number: 1, name: "failed-logins", subject: "account", threshold: 5 },
  ...{ windowMs: 60_000, blockMs: 600_000 },
};

/** Logins are refused and counted by their accounts; everything else is the practice website's. */
const listenerOf =
  (site: string) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith("/login") === true) {
      response.writeHead(401).end();
      return;
    }
    const { method = "GET", headers, url = "/" } = request;
    const answered = forward(new URL(url, site), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    answered.on("error", () => response.destroy());
    request.pipe(answered);
  };

const accountOf = ({ url = "" }: IncomingMessage): string | undefined =>
  new URL(url, "http://front-end").searchParams.get("account") ?? undefined;

interface Ticket {
  readonly title: string;
  readonly description: string;
  readonly scan: string;
  readonly findings: Readonly<Record<string, number>>;
}

describe("failed logins, answered by the starter playbook on a real node", function () {
  this.timeout(180_000);
  const folder = tempDir("failed-logins");
  const tickets: Ticket[] = [];
  const ticketSystem = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      tickets.push(JSON.parse(body) as Ticket);
      response.end(JSON.stringify({ ticket_id: `T-${tickets.length}` }));
    });
  });
  let site: PracticeSite;
  let guard: Guard;
  let frontEnd: Server;
  let url: string;
  let cluster: CliCluster;

  before(async () => {
    await built();
    site = await startPracticeSite();
    const shared = join(folder.path, "shared");
    guard = createGuard({ folder: shared });
    const guarded = guardHttp(guard, {
      rules: ({ url: path = "" }) => (path.startsWith("/login") ? [loginRule.number] : []),
      account: accountOf,
    });
    frontEnd = createServer(guarded(listenerOf(site.url)));
    url = `http://127.0.0.1:${await listening(frontEnd)}`;
    const ticketPort = await listening(ticketSystem);

    const secret = join(folder.path, "ticket-api-token");
    writeFileSync(secret, "a token of the tests", { mode: 0o600 });
    mkdirSync(join(folder.path, "rules"));
    const binding = {
      ...{ id: "failed-logins", run: ["failed-logins-answer"] },
      when: { kinds: ["guard-crossing"], detection: { logins: { "rule.name": loginRule.name }, condition: "logins" } },
      variables: {
        __subject__: { field: "subject" },
        __field__: { field: "field" },
        __front_end__: { value: url },
        __ticket_api__: { value: `http://127.0.0.1:${ticketPort}` },
      },
    };
    writeFileSync(join(folder.path, "rules", "bindings.yml"), stringify(binding));
    const config = join(folder.path, "garrison.yaml");
    const respond = {
      ...{ playbooks: [inRepository("playbooks")], rules: ["rules"], egress: [`127.0.0.1:${ticketPort}`] },
      ...{ secrets: [{ name: "ticket-api-token", file: secret }], pool: { spare: 1, max: 2, warmThreads: 1 } },
    };
    writeFileSync(config, stringify({ respond, guard: { folder: shared } }));
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("a", "--config", config);
    const rules = join(folder.path, "guard-rules.yaml");
    writeFileSync(rules, stringify(loginRule));
    const put = await cluster.run("guard", "rules", "put", rules);
    assert.equal(put.code, 0, put.stderr);
  });
  after(async () => {
    await cluster.close();
    await end(frontEnd);
    guard.close();
    await end(ticketSystem);
    await site.close();
    folder.remove();
  });

  const login = async (account: string): Promise<number> =>
    (await fetch(`${url}/login?account=${account}`, { method: "POST", headers: { connection: "close" } })).status;

  it("block the account at the front end, have the front end scanned, and are reported", async () => {
    let status = 0;
    await until(
      async () => (status = await login("mallory")) === 429,
      () => ({ status, counts: guard.counts }),
    );
    assert.equal(await login("alice"), 401, "nobody else is blocked");
    let runs: readonly Record<string, unknown>[] = [];
    await until(
      async () => {
        runs = await cluster.json("run", "list");
        return runs.length > 0 && runs.every(({ state }) => state === "done" || state === "failed");
      },
      () => runs,
      120_000,
    );
    const [run] = runs;
    assert.deepEqual([runs.length, run?.["state"]], [1, "done"], JSON.stringify(runs));

    const [ticket, ...more] = tickets;
    assert.equal(more.length, 0);
    assert.deepEqual([ticket?.title, ticket?.description], ["Failed logins: mallory", "account mallory: blocked"]);
    assert.ok((ticket?.findings["high"] ?? 0) > 0, JSON.stringify(ticket));
    const [scan] = await cluster.json("scan", "show", ticket?.scan ?? "");
    assert.equal(scan?.["state"], "done");

    const held = await cluster.json("guard", "indications", "--rule", "0");
    assert.deepEqual(
      held.map(({ field, subject, state, reason }) => [field, subject, state, reason]),
      [["account", "mallory", "active", "failed logins"]],
    );
    assert.ok(String(held[0]?.["by"]).startsWith(`playbook ${String(run?.["id"])}-`), JSON.stringify(held));
    assert.equal(await login("mallory"), 429);
  });

  it("raise events that say what led to them, and the block that the playbook ordered starts nothing", async () => {
    let events: readonly Record<string, unknown>[] = [];
    await until(
      async () => (events = await cluster.json("event", "list")).length === 2,
      () => events,
    );
    const byKind = (kind: string) => events.find(({ event }) => (event as { kind: string }).kind === kind);
    const [crossing, block] = [byKind("guard-crossing"), byKind("guard-block")];
    assert.deepEqual([crossing?.["state"], crossing?.["cause"]], ["matched", []]);
    assert.deepEqual(
      [block?.["state"], block?.["cause"]],
      ["unmatched", [{ event: crossing?.["key"], playbook: "failed-logins-answer" }]],
    );
    const shown = await cluster.run("event", "show", String(block?.["key"]));
    assert.match(shown.stdout, /led to by\s+garrison\/guard-\S+, answered by failed-logins-answer/);
  });

  it("cannot be made up by whoever may report events", async () => {
    const file = join(folder.path, "event.json");
    writeFileSync(file, '{"source":"garrison","id":"x","kind":"guard-crossing","data":{"subject":"alice"}}');
    const sent = await cluster.run("event", "send", file);
    assert.notEqual(sent.code, 0);
    assert.match(sent.stderr, /source garrison: it is for events of the system itself/);
  });
});
