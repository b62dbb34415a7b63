// Ends with 0 if the node of this container lives. GARRISON_HEALTH_URL says where it tells so; HEALTH_CA who signed its certificate.
import { readFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get as getTls } from "node:https";

const url = new URL(process.env.GARRISON_HEALTH_URL ?? "http://127.0.0.1:7480/healthz");
const ca = process.env.HEALTH_CA === undefined ? undefined : readFileSync(process.env.HEALTH_CA);
const get = url.protocol === "https:" ? getTls : getPlain;

get(url, { ca, timeout: 4_000, agent: false }, (answer) => {
  answer.resume();
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
})
  .on("timeout", function () {
    this.destroy(new Error("no answer"));
  })
  .on("error", (error) => {
    process.stderr.write(`${url.href}: ${error.message}\n`);
    process.exitCode = 1;
  });
