import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { createGuard, GuardError, guardHttp, type Guard } from "../../../src/client/guard/index.ts";
import { sharedFolders, TableWriter, type Interception } from "../../../src/shared-memory/index.ts";
import { guardedServers, type GuardedServer, type GuardedServerOptions } from "../../support/guard/guarded-servers.ts";
import { tempDir } from "../../support/temp-dir.ts";

const blockedMs = 60_000;
const until = (untilMs: number, more: Partial<Interception> = {}): Interception => ({
  ...{ rule: 1, field: "ip", subject: "203.0.113.9", action: "deny", shadow: false, untilMs },
  ...more,
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

for (const [name, start] of Object.entries(guardedServers)) {
  describe(`the middleware of ${name}`, () => {
    const folder = tempDir("middleware");
    let table: TableWriter;
    let guard: Guard;
    let server: GuardedServer | undefined;
    before(() => {
      table = new TableWriter(sharedFolders(folder.path).table);
      table.append({ type: "settings", slotMs: 10, v6PrefixBits: 64, neverBlock: [] });
      table.append({
        type: "rules",
        rules: [
          { number: 1, subject: "ip" },
          { number: 2, subject: "account" },
        ],
      });
      const untilMs = Date.now() + blockedMs;
      const mallory = { rule: 2, field: "account", subject: "mallory" };
      const challenge = { subject: "203.0.113.10", action: "challenge" } as const;
      table.append({
        type: "put",
        interceptions: [until(untilMs), until(untilMs, mallory), until(untilMs, challenge)],
      });
      table.append({ type: "put", interceptions: [until(untilMs, { subject: "2001:db8:1:2::/64" })] });
      table.publish();
      guard = createGuard({ folder: folder.path });
    });
    afterEach(async () => {
      await server?.close();
      server = undefined;
    });
    after(() => {
      guard.close();
      table.close();
      folder.remove();
    });

    const asked = async (
      headers: Record<string, string | string[]>,
      options: Partial<GuardedServerOptions> = {},
    ): Promise<Answer> => {
      server = await start(guard, { rules: [1], trustedProxies: ["127.0.0.1"], ...options });
      const { port } = server;
      const response = await new Promise<IncomingMessage>((resolve, reject) =>
        get({ host: "127.0.0.1", port, headers, agent: false }, resolve).once("error", reject),
      );
      return { status: response.statusCode, headers: response.headers, body: await text(response) };
    };

    it("lets through who is not intercepted", async () => {
      assert.deepEqual((await asked({ "x-forwarded-for": "203.0.113.8" })).body, "through");
    });

    it("answers a denied request with 429 and when to come again, and says nothing else", async () => {
      const { status, headers, body } = await asked({ "x-forwarded-for": "203.0.113.9" });
      assert.equal(status, 429);
      const seconds = Number(headers["retry-after"]);
      assert.ok(seconds > 0 && seconds <= blockedMs / 1_000, `retry-after ${seconds}`);
      assert.equal(body, "Too many requests\n");
      assert.equal(headers["cache-control"], "no-store");
    });

    it("takes several headers for one list, and an address of a blocked network for blocked", async () => {
      const { status } = await asked({ "x-forwarded-for": ["198.51.100.7", "2001:db8:1:2::77"] });
      assert.equal(status, 429);
    });

    it("believes no header of a client", async () => {
      const { status } = await asked({ "x-forwarded-for": "203.0.113.9" }, { trustedProxies: ["10.0.0.0/8"] });
      assert.equal(status, 200);
    });

    it("counts what a header holds that is no address for the proxy that wrote it", async () => {
      const before = guard.counts.recorded;
      assert.equal((await asked({ "x-forwarded-for": "203.0.113.9, , ;DROP TABLE" })).status, 200);
      assert.equal(guard.counts.recorded, before + 1);
    });

    it("decides by rules for which the request does not count", async () => {
      const before = guard.counts.recorded;
      const blocked = { "x-forwarded-for": "203.0.113.9" };
      assert.equal((await asked(blocked, { rules: [] })).status, 200);
      await server?.close();
      assert.equal((await asked(blocked, { rules: [], decideBy: [1] })).status, 429);
      assert.equal(guard.counts.recorded, before);
    });

    it("asks for rules and account of each request", async () => {
      const options = {
        rules: ({ url }: IncomingMessage) => (url === "/" ? [2] : [1]),
        account: ({ headers }: IncomingMessage) => headers["x-account"]?.toString(),
      };
      assert.equal((await asked({ "x-account": "mallory" }, options)).status, 429);
      await server?.close();
      assert.equal((await asked({ "x-account": "alice" }, options)).status, 200);
    });

    it("takes an account that is no text, as a client may send it in JSON, for none", async () => {
      const { status } = await asked({}, { rules: [2], account: () => ({ $ne: "" }) as unknown as string });
      assert.equal(status, 200);
    });

    it("answers a challenged request with 403, or has a hook do it, which may let it through", async () => {
      const forwarded = { "x-forwarded-for": "203.0.113.10" };
      assert.deepEqual((await asked(forwarded)).status, 403);
      await server?.close();
      const met = await asked(forwarded, { onChallenge: (_request, _response, { proceed }) => proceed() });
      assert.equal(met.body, "through");
    });

    it("has a hook answer a denied request", async () => {
      const { status, body } = await asked(
        { "x-forwarded-for": "203.0.113.9" },
        { onDeny: (_request, response, { decision }) => response.writeHead(418).end(`rule ${decision.rule}`) },
      );
      assert.deepEqual({ status, body }, { status: 418, body: "rule 1" });
    });
  });
}

describe("options of middlewares", () => {
  it("name what is wrong", () => {
    const guard = { decide: () => assert.fail("nothing is decided") };
    const refused = (options: Parameters<typeof guardHttp>[1], words: RegExp): void =>
      assert.throws(
        () => guardHttp(guard, options),
        (error) => error instanceof GuardError && error.code === "invalid-option" && words.test(error.message),
      );
    refused({ rules: [1, 70_000] }, /rules: 70000 is no number of a rule: use whole numbers from 1 to 65535/);
    refused({ rules: [], decideBy: [0] }, /decideBy: 0 is no number of a rule/);
    refused({ rules: [1], trustedProxies: ["proxy"] }, /trustedProxies: proxy is neither an address nor a network/);
  });
});
