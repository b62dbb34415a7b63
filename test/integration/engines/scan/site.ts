import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import {
  createScanEngine,
  parseTemplate,
  type ScanEngine,
  type ScanEngineSetup,
  type ScanOutcome,
  type ScanRequestOptions,
  type Template,
} from "../../../../src/engines/scan/index.ts";

/** A real server on a free loopback port. */
export interface Site {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const open = new Set<Site>();

/** Closes every site that is still open; for `afterEach`, so that a failed test leaves nothing running. */
export const closeSites = async (): Promise<void> => {
  await Promise.all([...open].map((site) => site.close()));
};

const listening = async (server: Server | TcpServer, scheme: string): Promise<Site> => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const site: Site = {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        open.delete(site);
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  open.add(site);
  return site;
};

export const startSite = (handler: RequestListener): Promise<Site> => listening(createServer(handler), "http");

/** With a certificate that nobody signed, for another name. */
export const startTlsSite = (handler: RequestListener): Promise<Site> =>
  listening(createTlsServer(selfSigned(), handler), "https");

/** A key and a certificate that nobody signed; for this machine it is right to whoever trusts it. */
export const selfSigned = (): { readonly key: string; readonly cert: string } => {
  const folder = mkdtempSync(join(tmpdir(), "garrison-scan-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-days", "1", "-subj", "/CN=wrong.test", "-addext", "subjectAltName=DNS:wrong.test,IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", cert];
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], {
      stdio: "ignore",
    });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A server that says what it wants on each connection. */
export const startRawSite = (onConnection: (socket: Socket) => void): Promise<Site> =>
  listening(createTcpServer(onConnection), "http");

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Pages that say where they are; `/go/N` redirects N + 1 times before it comes to `/end`. */
export const startPages = (onRequest: (request: SeenRequest) => void): Promise<Site> =>
  startSite((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const url = request.url ?? "";
      onRequest({ method: request.method ?? "", url, headers: request.headers, body });
      const redirect = /^\/go\/(\d+)$/.exec(url);
      if (redirect !== null) {
        const left = Number(redirect[1]);
        response.writeHead(302, { location: left === 0 ? "/end" : `/go/${left - 1}`, "x-hop": String(left) }).end();
      } else {
        response.setHeader("X-Powered-By", "PHP/8.1").end(`page ${url} end`);
      }
    });
  });

/** A template of one block, given as YAML. */
export const templateOf = (block: string, id = "sample"): Template => {
  const lines = block.split("\n").map((line, at) => `${at === 0 ? "  - " : "    "}${line}`);
  const text = `id: ${id}\ninfo: {name: Sample, author: tester, severity: low}\nhttp:\n${lines.join("\n")}\n`;
  const { template, reasons } = parseTemplate(text, `${id}.yaml`);
  assert.deepEqual(reasons, []);
  assert.ok(template !== undefined);
  return template;
};

/** Any response of the path is a finding. */
export const anyResponse = (path: string, more = ""): Template =>
  templateOf(`path: ["{{BaseURL}}${path}"]\n${more}matchers:\n  - {type: size, size: [999999999], negative: true}`);

/** Runs templates against a target with an engine of their own, whose scope is `scope` or the target. */
export const scan = async (
  target: string,
  templates: readonly Template[],
  setup: Partial<ScanEngineSetup> = {},
  signal: AbortSignal = new AbortController().signal,
  request?: ScanRequestOptions,
): Promise<ScanOutcome> => {
  const engine = engineFor(target, setup);
  try {
    return await engine.run({ target, templates, signal, ...(request === undefined ? {} : { request }) });
  } finally {
    await engine.close();
  }
};

export const engineFor = (target: string, setup: Partial<ScanEngineSetup> = {}): ScanEngine =>
  createScanEngine({ clock: systemClock, scope: [new URL(target).host], ...setup });

export const errorKinds = (outcome: ScanOutcome): readonly string[] => outcome.errors.map(({ kind }) => kind);
