import { constants, createCipheriv, createPublicKey, publicEncrypt } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server answers a poll with, or what it does instead. */
export type PollScript = (call: RegisterCall, response: ServerResponse) => void;

export interface RegisterCall {
  readonly "public-key": string;
  readonly "secret-key": string;
  readonly "correlation-id": string;
}

/** A server of the protocol that answers polls as it is told to: what ours never does, such as old modes and rubbish. */
export class ScriptedServer {
  readonly calls: string[] = [];
  readonly registered: RegisterCall[] = [];
  poll: PollScript = (_call, response) => answer(response, { data: [], extra: null, aes_key: "" });
  register: (response: ServerResponse) => void = (response) => answer(response, { message: "registration successful" });
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const [path = ""] = (request.url ?? "").split("?", 1);
    this.calls.push(path);
    const call = this.registered.at(-1);
    if (path === "/register") {
      this.registered.push(JSON.parse(Buffer.concat(parts).toString()) as RegisterCall);
      this.register(response);
    } else if (path === "/poll" && call !== undefined) this.poll(call, response);
    else answer(response, { message: "deregistration successful" });
  }
}

export const answer = (response: ServerResponse, content: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(content));
};

/** Encrypts as a server does; written anew here, so that it shares no mistake with ours. */
export const sealed = (
  call: RegisterCall,
  texts: readonly string[],
  mode: "ctr" | "cfb" = "ctr",
): { readonly data: readonly string[]; readonly aes_key: string } => {
  const pem = Buffer.from(call["public-key"], "base64").toString();
  const key = createPublicKey(pem.replaceAll("RSA PUBLIC KEY", "PUBLIC KEY"));
  const aesKey = Buffer.from("0123456789abcdef0123456789abcdef");
  const wrapped = publicEncrypt({ key, oaepHash: "sha256", padding: constants.RSA_PKCS1_OAEP_PADDING }, aesKey);
  const data = texts.map((text, at) => {
    const iv = Buffer.alloc(16, at + 1);
    const cipher = createCipheriv(`aes-256-${mode}`, aesKey, iv);
    return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]).toString("base64");
  });
  return { data, aes_key: wrapped.toString("base64") };
};

/** An interaction as servers write it. */
export const interaction = (id: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    protocol: "http",
    "unique-id": id,
    "full-id": id,
    "raw-request": "GET / HTTP/1.1\r\n\r\nä",
    "raw-response": "HTTP/1.1 200 OK\r\n\r\n",
    "remote-address": "192.0.2.7",
    timestamp: "2026-01-02T03:04:05.006Z",
    ...more,
  });
