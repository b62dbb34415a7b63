import { once } from "node:events";
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { garrison } from "#gen/garrison.js";
import { clientProcess } from "./client-process.ts";

/** The bytes of one object that went to one relay, from the first to the last. */
export interface SeenDownload {
  readonly sha256: string;
  /** Process of the relay. */
  readonly pid: number;
  /** On this process's `performance.now`. */
  readonly endedAtMs: number;
}

const downloadCall = "/garrison.v1.CentreService/FetchSample";
/** In front of a message: whether it is compressed, and its length. */
const framing = 5;

/**
 * The port of a serving node as others see it: passes HTTP/2 on to the node, and notes which process had which object. What the node or the
 * client breaks off is broken off on the other side, and not noted.
 */
export class DownloadProxy {
  readonly downloads: SeenDownload[] = [];
  readonly #server: Http2Server;
  readonly #target: string;
  readonly #clients: () => readonly number[];
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(target: string, clients: () => readonly number[]) {
    this.#target = target;
    this.#clients = clients;
    this.#server = createServer();
    this.#server.on("session", (session) => this.#accept(session));
  }

  /**
   * @param target HOST:PORT of the node
   * @param clients processes that may be clients
   */
  static async start(target: string, clients: () => readonly number[]): Promise<DownloadProxy> {
    const proxy = new DownloadProxy(target, clients);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** HOST:PORT. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(session: ServerHttp2Session): void {
    const pid = clientProcess(session.socket.remotePort ?? 0, this.#clients());
    const node = connect(`http://${this.#target}`);
    this.#sessions.add(session);
    // Either end takes the other with it; why does not matter to whoever comes next.
    for (const [one, other] of [[session, node] as const, [node, session] as const]) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    session.on("close", () => this.#sessions.delete(session));
    session.on("stream", (stream, headers) => this.#pass(stream, headers, node, pid));
  }

  #pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, node: ClientHttp2Session, pid: number): void {
    stream.on("error", () => stream.close());
    if (node.destroyed || node.closed) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    // Nodes take no calls that were meant for another port.
    const onward = node.request({ ...headers, ":authority": this.#target }, { endStream: false });
    let trailers: IncomingHttpHeaders = {};
    const asked: Buffer[] = [];
    onward.on("error", () => stream.close(constants.NGHTTP2_CANCEL));
    onward.on("response", (response, flags) => {
      if (stream.destroyed) return;
      const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      stream.respond(response, isWhole ? { endStream: true } : { waitForTrailers: true });
    });
    onward.on("trailers", (told: IncomingHttpHeaders) => {
      trailers = told;
    });
    onward.on("close", () => {
      if (onward.rstCode !== constants.NGHTTP2_NO_ERROR) stream.close(onward.rstCode);
    });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.on("close", () => {
      if (!onward.closed) onward.close(stream.rstCode);
      const isWhole = stream.rstCode === constants.NGHTTP2_NO_ERROR && trailers["grpc-status"] === "0";
      if (isWhole && headers[":path"] === downloadCall) this.#note(Buffer.concat(asked), pid);
    });
    if (headers[":path"] === downloadCall) stream.on("data", (part: Buffer) => asked.push(part));
    stream.pipe(onward);
    onward.pipe(stream);
  }

  #note(request: Buffer, pid: number): void {
    const { sha256 } = garrison.v1.FetchSampleRequest.decode(request.subarray(framing));
    this.downloads.push({ sha256, pid, endedAtMs: performance.now() });
  }
}
