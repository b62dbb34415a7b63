import assert from "node:assert/strict";
import { closeSites, scan, startRawSite, startSite, templateOf } from "./site.ts";

/** Run by memory.test.ts in a process with a small heap: it runs out of it where responses are kept as they come. */

const mebibyte = 1_048_576;

const oneByteChunks = Buffer.from("1\r\nx\r\n".repeat(10_000));
const drip = await startRawSite((socket) => {
  socket.once("data", () => {
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const more = (): void => {
      while (!socket.destroyed && socket.write(oneByteChunks));
    };
    socket.on("drain", more);
    more();
  });
});
const whole = templateOf(`path: ["{{BaseURL}}"]\nmatchers:\n  - {type: size, size: [${4 * mebibyte}]}`);
assert.equal((await scan(drip.url, [whole])).findings.length, 1);

const page = Buffer.from(`é token=${"t".repeat(100)} ${"x".repeat(3 * mebibyte)}`);
const large = await startSite((_request, response) => response.end(page));
const paths = Array.from({ length: 60 }, (_none, at) => `"{{BaseURL}}/${at}"`).join(", ");
const kept = templateOf(`path: [${paths}]\nextractors:\n  - {type: regex, regex: ["token=t+"]}`);
assert.equal((await scan(large.url, [kept], { evidenceChars: 100 })).findings.length, 60);

await closeSites();
