/**
 * A front end of the demo as a process of its own: `front-end.js SETTINGS`, a web server on loopback with a guard before it and the practice
 * website behind it. Tells its parent the port, and when it has a table and serves. Ends with its parent.
 */
import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../base/clock.ts";
import { createGuard, guardHttp } from "../../../client/guard/index.ts";
import { loginPath, parseFrontEndSettings, visitPath, type FrontEndSays } from "./front-end-settings.ts";

const loopback = "127.0.0.1";
const lookForTableMs = 50;

const { folder, site, port, visits, logins, foldAccesses } = parseFrontEndSettings(process.argv[2] ?? "");
const guard = createGuard({ folder, foldAccesses });
let hasTable = false;

const say = (says: FrontEndSays): void => void process.send?.(says);

const end = (): void => {
  guard.close();
  process.exit();
};

const isLogin = ({ method, url = "" }: IncomingMessage): boolean =>
  method === "POST" && url.split("?", 1)[0] === loginPath;

const forward: RequestListener = (request, response) => {
  const { method, headers, url = "/" } = request;
  const forwarded = send(new URL(url, site), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  forwarded.on("error", () => response.destroy());
  response.on("close", () => forwarded.destroy());
  request.pipe(forwarded);
};

const guarded = guardHttp(guard, {
  rules: (request) => [isLogin(request) ? logins : visits],
  account: ({ url = "" }) => new URL(url, site).searchParams.get("account") ?? undefined,
})((request, response) => {
  if (isLogin(request)) response.writeHead(401).end();
  else if (request.url === visitPath) response.end();
  else forward(request, response);
});

/** Without a table nothing would be counted. */
const server = createServer((request, response) => {
  if (hasTable) guarded(request, response);
  else response.writeHead(503).end();
});

const lookForTable = (): void => {
  // This address is never blocked and not counted.
  guard.record({ rules: [visits], ip: loopback });
  hasTable = guard.counts.recorded > 0;
  if (hasTable) say({ event: "serving" });
  else systemClock.after(lookForTableMs, lookForTable);
};

process.on("SIGTERM", end).on("SIGINT", end).on("disconnect", end);
await once(server.listen(port, loopback), "listening");
say({ event: "listening", port: (server.address() as AddressInfo).port });
lookForTable();
