import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { systemClock } from "../../../src/base/clock.ts";
import { createScanEngine, type Template } from "../../../src/engines/scan/index.ts";
import type { EngineCase } from "./engine-cases.ts";

const deadlineMs = 10_000;

export interface CaseResult {
  readonly results: number;
  /** What differs from what is expected; empty when nothing does. */
  readonly miss: string;
}

/** Runs a template over loopback against the server of its case. */
export const runCase = async (template: Template, expected: EngineCase): Promise<CaseResult> => {
  const asked: string[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    asked.push(url);
    const { status = 200, body = "", location, withoutDate = false } = expected.answer({ url, headers });
    response.sendDate = !withoutDate;
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const engine = createScanEngine({ clock: systemClock, scope: [host] });
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const { findings, errors } = await engine.run({ target: `http://${host}`, templates: [template], signal });
    const [error] = errors;
    const differences = [
      findings.length === expected.results ? "" : `${findings.length} results instead of ${expected.results}`,
      isDeepStrictEqual(asked, expected.asked)
        ? ""
        : `asked for ${asked.join(" ")} instead of ${expected.asked.join(" ")}`,
      error === undefined ? "" : `${error.kind}: ${error.message}`,
    ];
    return { results: findings.length, miss: differences.filter((difference) => difference !== "").join("; ") };
  } finally {
    await engine.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};
