import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { built, inRepository } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";

const run = promisify(execFile);
const longestMs = 120_000;

/** What a front end in JavaScript does with the library. */
const inJavaScript = `
import { createServer, get } from "node:http";
import { once } from "node:events";
import { createGuard, guardHttp } from "garrison/guard";

const guard = createGuard({ folder: process.argv[2], failMode: "closed" });
const guarded = guardHttp(guard, { rules: [1] });
const server = createServer(guarded((request, response) => response.end("through"))).listen(0, "127.0.0.1");
await once(server, "listening");
const [response] = await once(get({ host: "127.0.0.1", port: server.address().port, agent: false }), "response");
response.resume();
console.log(JSON.stringify({ status: response.statusCode, undecided: guard.counts.undecided }));
server.close();
guard.close();
`;

/** What the compiler has to accept, and what it has to refuse. */
const inTypeScript = `
import express from "express";
import fastify from "fastify";
import { createServer } from "node:http";
import { clientIp, createGuard, guardExpress, guardFastify, guardHttp, type Decision, type Guard, type Verdict } from "garrison/guard";

const guard: Guard = createGuard({ failMode: "closed", foldMs: 10 });
const verdict: Verdict = guard.check({ rules: [1], ip: "192.0.2.1", account: undefined });
const decision: Decision = guard.decide({ rules: [1], fields: { session: verdict } });
const ip = clientIp(["10.0.0.0/8"]);
createServer(guardHttp(guard, { rules: (request) => (request.url === "/login" ? [2] : [1]) })((request, response) => {
  guard.record({ rules: [3], ip: ip(request) });
  response.end(decision.verdict);
}));
const app = express();
app.use(guardExpress(guard, { rules: [1], onChallenge: (request, response, { proceed }) => proceed() }));
app.use(guardExpress<express.Request, express.Response>(guard, { rules: [2], account: (request) => request.params["account"]?.toString() }));
const server = fastify();
void server.register(guardFastify(guard, { rules: [1], stage: "preHandler" }));
void server.register(guardFastify<fastify.FastifyRequest>(guard, { rules: (request) => (request.is404 ? [2] : [1]) }));
// @ts-expect-error rules are numbers
guardHttp(guard, { rules: ["1"] });
// @ts-expect-error a middleware needs rules
guardExpress(guard, {});
`;

describe("garrison/guard as a package", function () {
  this.timeout(2 * longestMs);
  const folder = tempDir("guard-package");
  const at = (...path: string[]): string => join(folder.path, ...path);
  before(async () => {
    await built();
    const options = { cwd: inRepository("."), timeout: longestMs };
    await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder.path], options);
    const [tarball = ""] = readdirSync(folder.path);
    mkdirSync(at("node_modules/garrison"), { recursive: true });
    await run("tar", ["-xzf", at(tarball), "-C", at("node_modules/garrison"), "--strip-components=1"], options);
    writeFileSync(at("package.json"), JSON.stringify({ type: "module" }));
  });
  after(() => folder.remove());

  it("works in JavaScript, where nothing else is installed", async () => {
    writeFileSync(at("front-end.js"), inJavaScript);
    const { stdout } = await run(process.execPath, [at("front-end.js"), at("shared")], { timeout: longestMs });
    assert.deepEqual(JSON.parse(stdout), { status: 429, undecided: 1 });
  });

  it("has types for TypeScript, with those of Express and Fastify", async () => {
    mkdirSync(at("node_modules/@types"));
    for (const name of ["@types/node", "@types/express", "express", "fastify"]) {
      symlinkSync(inRepository(`node_modules/${name}`), at("node_modules", name));
    }
    writeFileSync(at("front-end.ts"), inTypeScript);
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, target: "es2023" },
      ...{ module: "nodenext", types: ["node"] },
    };
    writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["front-end.ts"] }));
    const compiler = inRepository("node_modules/.bin/tsc");
    const problems = await run(compiler, ["-p", at("tsconfig.json")], { timeout: longestMs }).then(
      () => "",
      (error: unknown) => `${String(error)} ${(error as { readonly stdout?: string }).stdout ?? ""}`,
    );
    assert.equal(problems, "");
  });
});
