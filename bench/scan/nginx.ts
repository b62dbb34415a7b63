import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { tempDir } from "../../test/support/temp-dir.ts";
import { until } from "../../test/support/until.ts";

/** The requests of one part of the access log. */
export interface SeenRequests {
  readonly count: number;
  /** From the first answer to the last, in seconds. */
  readonly seconds: number;
}

/** A loopback nginx that writes a line for each request. Whoever starts it stops it. */
export interface Nginx {
  readonly port: number;
  /** Begins a new part of the access log. */
  mark(): void;
  /** How many requests were answered since the mark, up to a flush of the log before. */
  answered(): number;
  /** What was answered since the mark, once nothing is added to the log any more. */
  seen(): Promise<SeenRequests>;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** A regular expression of paths that are answered with 200 and `body`; the others with 404. */
  readonly found: string;
  readonly body: string;
}

export const hasNginx = (): boolean => spawnSync("nginx", ["-v"]).error === undefined;

const flushMs = 200;
/** Such as `1795000000.123`. */
const lineBytes = "1795000000.123\n".length;

/** One worker process, so that on two cores it takes no more of them than what it is measured with. */
const configuration = (folder: string, port: number, { found, body }: NginxOptions): string => `
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log warn;
events { worker_connections 8192; }
http {
  log_format times '$msec';
  access_log ${folder}/access.log times buffer=64k flush=${flushMs}ms;
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  default_type text/html;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
  server {
    listen 127.0.0.1:${port} backlog=2048;
    server_name _;
    location ~ "${found}" { return 200 "${body}"; }
    location / { return 404 "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"; }
  }
}
`;

/** @throws Error when nginx does not come up */
export const startNginx = async (options: NginxOptions): Promise<Nginx> => {
  const folder = tempDir("bench-nginx");
  const port = await freePort();
  const file = join(folder.path, "nginx.conf");
  const log = join(folder.path, "access.log");
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(file, configuration(folder.path, port, options));
  writeFileSync(log, "");
  const child: ChildProcess = spawn("nginx", ["-c", file, "-e", join(folder.path, "error.log")], { stdio: "inherit" });
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  await until(answers, () => `nginx on port ${port}`, 10_000);
  // That request is written down too, after a while.
  await until(
    () => statSync(log).size >= lineBytes,
    () => "the access log",
    10_000,
  );
  let from = 0;
  return {
    port,
    mark: () => (from = statSync(log).size),
    answered: () => (statSync(log).size - from) / lineBytes,
    seen: async () => {
      let size = -1;
      await until(
        async () => {
          const before = size;
          size = statSync(log).size;
          await new Promise((resolve) => setTimeout(resolve, 2 * flushMs));
          return size === before;
        },
        () => size,
        10_000,
      );
      const times = readFileSync(log, "latin1").slice(from).trimEnd().split("\n").map(Number);
      const [first = 0] = times;
      return { count: times.length, seconds: (times.at(-1) ?? 0) - first };
    },
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
      folder.remove();
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};
