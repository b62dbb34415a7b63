import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { linesOf } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** Put together here, so that no file of the repository is one that scanners stop. */
const marker = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "!$H+H*"].join("");

interface Line {
  readonly path: string;
  readonly status: string;
  readonly trust: string;
  readonly state?: string;
  readonly reason?: string;
}

describe("verdicts about files, from the command line to detector processes", function () {
  this.timeout(120_000);
  const folder = tempDir("file-verdicts");
  const cluster = new CliCluster(folder.path);
  const at = (...names: string[]): string => join(folder.path, ...names);
  const config = at("garrison.yaml");

  before(async () => {
    await built();
    mkdirSync(at("files"));
    writeFileSync(at("files", "harmless.txt"), "nothing to see\n");
    writeFileSync(at("files", "marker.com"), marker);
    writeFileSync(at("files", "listed.bin"), "on the list of the cluster\n");
    writeFileSync(at("local.bin"), "on the list of the client\n");
    const listed = (text: string): string => `${createHash("sha256").update(text).digest("hex")} named\n`;
    writeFileSync(at("deny.txt"), listed("on the list of the cluster\n"));
    writeFileSync(at("local-deny.txt"), listed("on the list of the client\n"));
    writeFileSync(config, "detect:\n  windowMs: 100\n  digest: {deny: [deny.txt]}\n");
    await cluster.start("a", "--config", config);
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const judged = async (
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly lines: Line[] }> => {
    const { code, stdout, stderr } = await cluster.run("file", ...args, "--json");
    const lines = linesOf(stdout).map((line) => JSON.parse(line) as Line);
    assert.notEqual(code, 1, stderr);
    return { code, lines };
  };
  const trusts = (lines: readonly Line[]): Readonly<Record<string, string>> =>
    Object.fromEntries(lines.map(({ path, trust }) => [path.slice(at("files").length + 1), trust]));

  it("does not know a file that nobody has submitted: that is not safe", async () => {
    const { code, lines } = await judged("check", at("files", "harmless.txt"));
    assert.deepEqual([code, lines[0]?.state, lines[0]?.trust], [4, "unknown", "unknown"]);
    assert.equal((await judged("check", at("files", "harmless.txt"), "--allow-incomplete")).code, 0);
  });

  it("scans what is submitted, and knows it from then on", async () => {
    const submitted = await judged("submit", at("files"));
    assert.deepEqual(trusts(submitted.lines), {
      "harmless.txt": "suspected-white",
      "listed.bin": "black",
      "marker.com": "black",
    });
    assert.equal(submitted.code, 3);
    const checked = await judged("check", at("files"));
    assert.deepEqual(trusts(checked.lines), trusts(submitted.lines));
    assert.equal(checked.code, 3);
    assert.equal((await judged("check", at("files", "harmless.txt"))).code, 0);
  });

  it("says what each detector said, and which there are", async () => {
    const sha256 = createHash("sha256").update(marker).digest("hex");
    const [verdict] = await cluster.json("verdict", "show", sha256);
    const { detail } = verdict as { readonly detail: { readonly answers: readonly { readonly kind: string }[] } };
    assert.deepEqual(detail.answers.map(({ kind }) => kind).toSorted(), ["digest", "structure", "yara"]);
    assert.equal((await cluster.json("verdict", "history", sha256)).length, 1);
    const detectors = await cluster.json("detector", "list");
    assert.deepEqual(detectors.map(({ kind }) => kind).toSorted(), ["digest", "structure", "yara"]);
  });

  it("names what is no file, and does not follow it", async () => {
    mkdirSync(at("odd"));
    symlinkSync("/etc/passwd", at("odd", "link"));
    assert.equal(spawnSync("mkfifo", [at("odd", "pipe")]).status, 0);
    const { code, lines } = await judged("check", at("odd"));
    assert.deepEqual(
      lines.map(({ status, reason }) => [status, reason?.split(":")[0]]),
      [
        ["skipped", "a symbolic link"],
        ["skipped", "a FIFO"],
      ],
    );
    assert.equal(code, 4);
    assert.equal((await cluster.run("file", "check", at("missing"))).code, 2);
  });

  it("asks nobody about what a list of this machine knows", async () => {
    const clientConfig = at("client.yaml");
    writeFileSync(clientConfig, "detect: {digest: {deny: [local-deny.txt]}}\n");
    const { code, lines } = await judged("check", at("local.bin"), "--config", clientConfig, "--node", "127.0.0.1:1");
    assert.deepEqual([code, lines[0]?.status, lines[0]?.trust], [3, "listed", "black"]);
  });
});
