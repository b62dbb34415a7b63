import assert from "node:assert/strict";
import { taskQueue } from "../../../src/actors/scan/index.ts";
import { scanService, type ScanSpec } from "../../../src/wire/index.ts";
import { first } from "./first.ts";
import { ControlNode, smallBundle, token } from "./control-node.ts";
import { rawCall } from "./raw-call.ts";
import { refuses } from "./refuses.ts";

const noOptions = { headers: [], variables: {}, excludeHosts: [] };
const specOf = (target: string, options: Partial<ScanSpec["options"]> = {}): ScanSpec => ({
  target,
  bundle: smallBundle.hash,
  options: { ...noOptions, ...options },
});
const spec = specOf("http://127.0.0.1:9/");

describe("scans over gRPC", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
    await node.client().scans.uploadBundle(smallBundle.hash, smallBundle.bytes);
  });
  afterEach(() => node.stop());

  it("are stored once, whoever submits them again", async () => {
    const { scans } = node.client();
    const full = specOf("http://127.0.0.1:9/a?b", {
      headers: [{ name: "X-One", value: "1" }],
      variables: { user: "root" },
      timeoutMs: 5_000,
      retries: 0,
      rateLimit: 7,
      proxy: "http://127.0.0.1:8080",
      excludeHosts: ["10.0.0.0/8"],
    });
    assert.deepEqual(await scans.submit({ id: "first", spec: full, priority: 0 }), { id: "first", known: false });
    assert.deepEqual(await scans.submit({ id: "first", spec: full, priority: 0 }), { id: "first", known: true });
    await refuses(scans.submit({ id: "first", spec }), "already-exists", "id-taken");
    const { id } = await scans.submit({ spec });
    const view = await scans.get("first");
    assert.deepEqual(view.spec, full);
    assert.equal(view.priority, 0);
    assert.equal(view.state, "waiting");
    assert.equal("startedAtMs" in view, false);
    const { scans: listed, nextPageToken } = await scans.list();
    assert.deepEqual(
      listed.map((scan) => scan.id),
      ["first", id],
    );
    assert.equal(nextPageToken, "");
    assert.equal((await node.space.queue.counts(taskQueue)).waiting, 2);
  });

  it("are refused with the field that is wrong", async () => {
    const { scans } = node.client();
    const cases: readonly (readonly [ScanSpec, string, RegExp])[] = [
      [specOf("ftp://127.0.0.1/"), "invalid", /spec\.target/],
      [specOf("http://user@127.0.0.1/"), "invalid", /spec\.target/],
      [specOf("http://10.1.2.3/"), "out-of-scope", /spec\.target.*10\.1\.2\.3/],
      [specOf("http://127.0.0.1/", { proxy: "http://10.1.2.3:8080" }), "out-of-scope", /spec\.options\.proxy/],
      [specOf("http://127.0.0.1/", { excludeHosts: ["not a host"] }), "invalid", /exclude_hosts/],
      [specOf("http://127.0.0.1/", { headers: [{ name: "a b", value: "" }] }), "invalid", /headers\.0\.name/],
      [specOf("http://127.0.0.1/", { headers: [{ name: "a", value: "b\r\nc" }] }), "invalid", /headers\.0\.value/],
      [specOf("http://127.0.0.1/", { retries: 101 }), "invalid", /spec\.options\.retries/],
      [{ ...spec, bundle: "abc" }, "invalid", /spec\.bundle/],
    ];
    for (const [wrong, reason, message] of cases) {
      const error = await refuses(scans.submit({ spec: wrong }), "invalid", reason);
      assert.match(error.message, message);
    }
    await refuses(scans.submit({ id: "No Id", spec }), "invalid");
    const unknown = { ...spec, bundle: "0".repeat(64) };
    await refuses(scans.submit({ spec: unknown }), "failed-precondition", "bundle-unknown");
    assert.equal((await node.space.queue.counts(taskQueue)).waiting, 0);
  });

  it("that nobody knows are not found", async () => {
    const { scans } = node.client();
    const signal = new AbortController().signal;
    await refuses(first(scans.watch("nobody", signal)), "not-found", "scan-unknown");
    await refuses(scans.get("nobody"), "not-found", "scan-unknown");
    await refuses(scans.pause("nobody"), "not-found", "scan-unknown");
    await refuses(scans.resume("nobody"), "not-found", "scan-unknown");
    await refuses(scans.cancel("nobody"), "not-found", "scan-unknown");
    await refuses(scans.findings("nobody"), "not-found", "scan-unknown");
  });

  it("are paused, resumed and cancelled, which the audit log shows latest first", async () => {
    const { scans, control } = node.client();
    await scans.submit({ id: "one", spec });
    await scans.pause("one");
    assert.equal((await scans.get("one")).state, "paused");
    await scans.resume("one");
    assert.equal((await scans.get("one")).state, "waiting");
    assert.equal(await scans.cancel("one"), true);
    assert.equal(await scans.cancel("one"), false);
    await refuses(scans.cancel("other"), "not-found");
    const { records } = await control.audit();
    assert.deepEqual(
      records.map(({ call, subject, outcome }) => `${call.split("/").at(-1) ?? ""} ${subject} ${outcome}`),
      [
        "CancelScan other NOT_FOUND",
        "CancelScan one ok",
        "CancelScan one ok",
        "ResumeScan one ok",
        "PauseScan one ok",
        "SubmitScan one ok",
        `UploadBundle ${smallBundle.hash} ok`,
      ],
    );
    assert.ok(records.every(({ caller, node: at }) => caller === "operator" && at === "node-1"));
    const first = await control.audit({ pageSize: 3 });
    const rest = await control.audit({ pageSize: 100, pageToken: first.nextPageToken });
    assert.deepEqual([...first.records, ...rest.records], records);
  });

  it("are listed in pages that fit into a message, however large the scans are", async () => {
    const { scans } = node.client();
    const large = specOf("http://127.0.0.1/", { variables: { one: "x".repeat(7_500), two: "y".repeat(7_500) } });
    for (let lot = 0; lot < 15; lot += 1) {
      await Promise.all(Array.from({ length: 20 }, () => scans.submit({ spec: large })));
    }
    const seen = new Set<string>();
    let pageToken = "";
    let pages = 0;
    do {
      const page = await scans.list({ pageSize: 1_000, pageToken });
      for (const { id } of page.scans) seen.add(id);
      pageToken = page.nextPageToken;
      pages += 1;
    } while (pageToken !== "");
    assert.equal(seen.size, 300);
    assert.ok(pages > 1 && pages < 10, `${pages} pages`);
    const few = await scans.list({ pageSize: 7 });
    assert.equal(few.scans.length, 7);
    await refuses(scans.list({ pageSize: 1_001 }), "invalid");
  });

  it("have findings, page by page", async () => {
    const { scans } = node.client();
    await scans.submit({ id: "one", spec });
    const finding = (index: number) => ({ "template-id": "one", filler: "é".repeat(50_000), index });
    for (let index = 0; index < 60; index += 1) {
      const key = `finding/one/s-0/${String(index).padStart(4, "0")}`;
      await node.space.commit(undefined, [{ type: "put", key, value: finding(index) }]);
    }
    const found: unknown[] = [];
    let pageToken = "";
    do {
      const page = await scans.findings("one", { pageSize: 1_000, pageToken });
      found.push(...page.findings.map((text): unknown => JSON.parse(text)));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    assert.deepEqual(
      found,
      Array.from({ length: 60 }, (_, index) => finding(index)),
    );
  });

  it("a message that is too large, or is none, is refused and the connection serves on", async () => {
    const bearer = { authorization: `Bearer ${token}` };
    const { path } = scanService.getScan;
    const large = await rawCall(node.plane.grpcAddress, path, Buffer.alloc(1024 * 1024 + 1), bearer);
    assert.equal(large.status, "RESOURCE_EXHAUSTED");
    const broken = await rawCall(node.plane.grpcAddress, path, Buffer.from([0x0a, 0xff, 1]), bearer);
    assert.equal(broken.status, "INVALID_ARGUMENT");
    assert.equal(broken.reason, "malformed");
    await refuses(node.client().scans.get("nobody"), "not-found");
    assert.deepEqual(node.log.lines, []);
  });

  it("a store that does not answer makes calls unavailable, retryable, and is logged once a call", async () => {
    const { scans } = node.client();
    await scans.list();
    await node.store.close();
    const error = await refuses(scans.list(), "unavailable", "closed");
    assert.equal(error.retryable, true);
    assert.equal(node.log.of("a call failed").length, 1);
  });
});
