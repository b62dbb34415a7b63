import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { Report } from "../report.ts";
import { scanWithNode } from "./node-scan.ts";
import { hasNginx, type Nginx, startNginx } from "./nginx.ts";
import { timedChild } from "./timed-child.ts";

/** 1,000 templates, each with a path of its own, against 200 virtual hosts of one nginx: 200,000 requests. */
export const name = "scan-http";

const paths = 1_000;
const hosts = 200;
const rounds = 3;
const word = "admin console";
/** One path in a hundred is there. */
const site = { found: "^/t/\\d*77/", body: `<html><title>${word}</title></html>` };
const concurrency = 50;

interface Sample {
  readonly requestsPerSecond: number;
  readonly cpuSeconds: number;
}

export const run = async (report: Report): Promise<void> => {
  const missing = [hasNginx() ? [] : ["nginx"], spawnSync("ffuf", ["-V"]).error === undefined ? [] : ["ffuf"]].flat();
  if (missing.length > 0) return report.skip(name, `apt-get install ${missing.join(" ")}`);
  const folder = tempDir("bench-http");
  const nginx = await startNginx(site);
  try {
    const tools = toolsOf(folder.path, nginx);
    const samples = new Map(Object.keys(tools).map((tool) => [tool, [] as Sample[]]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [tool, runTool] of Object.entries(tools))
        samples.get(tool)?.push(await measured(nginx, tool, runTool));
    }
    const of = (tool: string, what: keyof Sample): readonly number[] =>
      (samples.get(tool) ?? []).map((each) => each[what]);
    for (const [peer, atLeast] of [
      ["ffuf", 1],
      ["Pool.dispatch", 0.6],
    ] as const) {
      report.add({
        what: `${paths} templates × ${hosts} virtual hosts`,
        unit: "requests/s",
        ours: of("garrison", "requestsPerSecond"),
        peer: { name: peer, samples: of(peer, "requestsPerSecond") },
        aim: { atLeast },
      });
      report.add({
        what: "the same, processor time",
        unit: "s",
        ours: of("garrison", "cpuSeconds"),
        peer: { name: peer, samples: of(peer, "cpuSeconds") },
        aim: { atMost: 2 },
      });
    }
  } finally {
    await nginx.stop();
    folder.remove();
  }
};

/** Each resolves with the processor time that it took, in seconds. */
const toolsOf = (folder: string, nginx: Nginx): Readonly<Record<string, () => Promise<number>>> => {
  const { port } = nginx;
  const lists = { paths: join(folder, "paths"), hosts: join(folder, "hosts"), templates: join(folder, "templates") };
  const names = Array.from({ length: hosts }, (_, at) => `v${at}.localhost`);
  writeFileSync(lists.paths, Array.from({ length: paths }, (_, at) => `t/${at}/x`).join("\n"));
  writeFileSync(lists.hosts, names.join("\n"));
  writeTemplates(lists.templates);
  const dispatch = fileURLToPath(new URL("dispatch-peer.js", import.meta.url));
  return {
    garrison: () =>
      scanWithNode({
        templates: lists.templates,
        targets: names.map((host) => `http://${host}:${port}/`),
        scope: [`*.localhost:${port}`],
        settings: { probes: concurrency, subtaskRequests: paths, maxTasksInProcess: concurrency },
        isAnswered: () => nginx.answered() >= paths * hosts,
      }).then(({ cpuSeconds }) => cpuSeconds),
    ffuf: () =>
      timedChild("ffuf", [
        ...["-s", "-u", `http://127.0.0.1:${port}/PATH`, "-H", "Host: HOST", "-mode", "clusterbomb"],
        ...["-w", `${lists.paths}:PATH`, "-w", `${lists.hosts}:HOST`, "-t", String(concurrency)],
        ...["-mc", "200", "-mr", word],
      ]),
    "Pool.dispatch": () => timedChild(process.execPath, [dispatch, String(port), String(hosts), String(paths), word]),
  };
};

const writeTemplates = (folder: string): void => {
  mkdirSync(folder);
  for (let at = 0; at < paths; at += 1) {
    writeFileSync(
      join(folder, `t${at}.yaml`),
      `id: t${at}
info: {name: Page ${at}, author: bench, severity: low}
http:
  - method: GET
    path: ["{{BaseURL}}/t/${at}/x"]
    matchers-condition: and
    matchers:
      - {type: status, status: [200]}
      - {type: word, words: ["${word}"]}
`,
    );
  }
};

/** A run, counted by what nginx has written down. */
const measured = async (nginx: Nginx, tool: string, runTool: () => Promise<number>): Promise<Sample> => {
  nginx.mark();
  const cpuSeconds = await runTool();
  const { count, seconds } = await nginx.seen();
  if (count !== paths * hosts) throw new Error(`${tool} made ${count} requests, not ${paths * hosts}`);
  return { requestsPerSecond: count / seconds, cpuSeconds };
};
