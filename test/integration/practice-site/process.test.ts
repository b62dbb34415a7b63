import assert from "node:assert/strict";
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { request } from "undici";
import { script } from "../../support/script.ts";
import { until } from "../../support/until.ts";

const { file, execArgv } = script("../../../src/bin/practice-site/main", import.meta.url);

const start = (...flags: string[]): ChildProcess =>
  spawn(process.execPath, [...execArgv, file, ...flags], { stdio: "pipe" });

const ready = async (child: ChildProcess): Promise<string> => {
  assert.ok(child.stdout);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { event, url } = JSON.parse(line) as { event: string; url: string };
  assert.equal(event, "ready");
  return url;
};

const exitCode = async (child: ChildProcess): Promise<number | null> => {
  await until(
    () => child.exitCode !== null || child.signalCode !== null,
    () => ({ pid: child.pid, exit: child.exitCode }),
  );
  return child.exitCode;
};

describe("the practice website as a process", function () {
  this.timeout(20_000);
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "practice-site-"));
  });
  afterEach(async () => {
    child?.kill("SIGKILL");
    child = undefined;
    await rm(folder, { recursive: true });
  });

  it("has every answered request in its log when SIGTERM stops it", async () => {
    const log = join(folder, "access.jsonl");
    child = start("--log", log);
    const url = await ready(child);
    for (let at = 0; at < 50; at += 1) await (await request(`${url}/shop/?${at}`)).body.dump();
    child.kill("SIGTERM");
    assert.equal(await exitCode(child), 0);
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { path: string }).path),
      Array.from({ length: 50 }, (_, at) => `/shop/?${at}`),
    );
  });

  it("has every answered request in its log even when it is killed", async () => {
    const log = join(folder, "access.jsonl");
    child = start("--log", log);
    const url = await ready(child);
    for (let at = 0; at < 50; at += 1) await (await request(`${url}/docs/?${at}`)).body.dump();
    child.kill("SIGKILL");
    await exitCode(child);
    assert.equal((await readFile(log, "utf8")).trimEnd().split("\n").length, 50);
  });

  it("ends when its stdin ends, as it does when its parent is gone", async () => {
    child = start();
    await ready(child);
    child.stdin?.end();
    assert.equal(await exitCode(child), 0);
  });

  it("ends when its channel to its parent closes, whatever its stdin is", async () => {
    child = fork(file, { execArgv: [...execArgv], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const url = await ready(child);
    await (await request(`${url}/`)).body.dump();
    child.disconnect();
    assert.equal(await exitCode(child), 0);
  });

  it("listens on 127.0.0.1 and on no other address", async () => {
    child = start();
    const url = new URL(await ready(child));
    assert.equal(url.hostname, "127.0.0.1");
    const socket = connect(Number(url.port), "127.0.0.2");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNREFUSED");
  });

  for (const flags of [
    ["--host", "0.0.0.0"],
    ["--port", "http"],
    ["--port", "70000"],
    ["--delay-ms", "-1"],
  ]) {
    it(`refuses ${flags.join(" ")} with one line and exit code 2`, async () => {
      child = start(...flags);
      let complaint = "";
      child.stderr?.on("data", (data: Buffer) => (complaint += data.toString()));
      assert.equal(await exitCode(child), 2);
      await until(
        () => complaint.endsWith("\n"),
        () => complaint,
      );
      assert.match(complaint, /^practice-site: [^\n]+\n$/);
    });
  }
});
