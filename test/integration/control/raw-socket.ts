import { connect } from "node:net";

/** Writes bytes to a loopback port as they are and returns all that comes back until the other side closes, within 5 s. */
export const rawExchange = (address: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const [host = "", port = ""] = address.split(":");
    const socket = connect({ host, port: Number(port) }, () => socket.write(text));
    const parts: Buffer[] = [];
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end; so far: ${Buffer.concat(parts).toString()}`)));
    socket.on("data", (part) => parts.push(part));
    socket.once("error", (error) => ("code" in error && error.code === "ECONNRESET" ? undefined : reject(error)));
    socket.once("close", () => resolve(Buffer.concat(parts).toString("latin1")));
  });

/** What a browser sends when a page of another origin submits a form to `address`. */
export const crossOriginPost = (address: string, path: string): string => {
  const body = "text=%00%00%00%00%00";
  return [
    `POST ${path} HTTP/1.1`,
    `Host: ${address}`,
    "Origin: http://evil.test",
    "Sec-Fetch-Site: cross-site",
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
};
