import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPlainSite } from "../../test/support/plain-site.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { Report } from "../report.ts";
import { scanWithNode } from "./node-scan.ts";

/** The memory of a node does not grow with the number of its targets. */
export const name = "scan-memory";

const few = 10;
const many = 10_000;
const mostGrowthBytes = 64 * 1024 * 1024;

export const run = async (report: Report): Promise<void> => {
  const folder = tempDir("bench-memory");
  const templates = join(folder.path, "templates");
  mkdirSync(templates);
  const matchers = "matchers: [{type: status, status: [200]}]";
  const text = `id: page\ninfo: {name: Page, author: bench, severity: low}\nhttp: [{path: ["{{BaseURL}}/x"], ${matchers}}]\n`;
  writeFileSync(join(templates, "page.yaml"), text);
  const site = await startPlainSite();
  const { port } = new URL(site.url);
  const peak = async (targets: number): Promise<number> => {
    const before = site.seen.length;
    const { peakBytes } = await scanWithNode({
      templates,
      targets: Array.from({ length: targets }, (_, at) => `http://v${at}.localhost:${port}/`),
      scope: [`*.localhost:${port}`],
      settings: { probes: 50, maxTasksInProcess: 50 },
      isAnswered: () => site.seen.length - before >= targets,
    });
    return peakBytes;
  };
  try {
    const [small, large] = [await peak(few), await peak(many)];
    report.add({
      what: `resident memory of a node, ${many} targets against ${few}`,
      unit: "MB more",
      ours: [(large - small) / 1024 / 1024],
      peer: { name: "limit", samples: [mostGrowthBytes / 1024 / 1024] },
      aim: { atMost: 1 },
    });
  } finally {
    await site.close();
    folder.remove();
  }
};
