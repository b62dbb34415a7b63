import type { Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { decode, encode, type Packet } from "dns-packet";
import type { Clock } from "../../../base/clock.ts";
import { endpointText, type Endpoint } from "../../../wire/index.ts";
import type { RefusalReason, Refusals } from "../../access/refusals.ts";
import { bindUdp } from "../../bind-udp.ts";
import { listen } from "../../listen.ts";
import { answerQuery, type DnsZone, isInZone } from "./dns-answer.ts";
import { dnsText } from "./dns-text.ts";
import type { CollaboratorLimits } from "./limits.ts";
import type { Recorder } from "./recorder.ts";

export interface CollaboratorDnsSetup {
  readonly address: Endpoint;
  readonly zone: DnsZone;
  readonly recorder: Recorder;
  readonly refusals: Refusals;
  readonly limits: CollaboratorLimits;
  readonly clock: Clock;
}

const tcpIdleMs = 5_000;
/** What one TCP connection may bring. */
const tcpBytes = 65_536;
/** A free TCP port can be taken for UDP. */
const tries = 8;

/** The collaborator's DNS port, UDP and TCP: answers for its zone and records who asked for what. */
export class CollaboratorDns {
  readonly #setup: CollaboratorDnsSetup;
  readonly #connections = new Set<Socket>();
  #tcp: Server | undefined;
  #udp: UdpSocket | undefined;
  #address: Endpoint;

  constructor(setup: CollaboratorDnsSetup) {
    this.#setup = setup;
    this.#address = setup.address;
  }

  /** With the real port once it is open. */
  get address(): string {
    return endpointText(this.#address);
  }

  /** @throws ControlError `listen-failed` */
  async open(): Promise<void> {
    const isFree = this.#setup.address.port === 0;
    for (let left = tries; ; left -= 1) {
      try {
        await this.#openOnce();
        return;
      } catch (error) {
        await this.close();
        if (!isFree || left <= 1) throw error;
      }
    }
  }

  /** Ends its connections. */
  async close(): Promise<void> {
    const [tcp, udp] = [this.#tcp, this.#udp];
    this.#tcp = undefined;
    this.#udp = undefined;
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => (tcp?.listening === true ? tcp.close(() => resolve()) : resolve()));
    await new Promise<void>((resolve) => (udp === undefined ? resolve() : udp.close(resolve)));
  }

  async #openOnce(): Promise<void> {
    const tcp = createServer((connection) => this.#serve(connection));
    tcp.maxConnections = this.#setup.limits.connections;
    tcp.on("drop", () => this.#refuse("too-many-connections"));
    this.#tcp = tcp;
    this.#address = await listen(tcp, this.#setup.address);
    this.#udp = await bindUdp(this.#address);
    this.#udp.on("message", (message, { address, port }) => {
      const answer = this.#answer(message, address);
      if (answer !== undefined) this.#udp?.send(answer, port, address, () => undefined);
    });
    this.#udp.on("error", () => undefined);
  }

  #serve(connection: Socket): void {
    const { clock } = this.#setup;
    const timer = clock.after(tcpIdleMs, () => connection.destroy());
    let pending = Buffer.alloc(0);
    let taken = 0;
    this.#connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => {
      timer.cancel();
      this.#connections.delete(connection);
    });
    connection.on("data", (chunk: Buffer) => {
      taken += chunk.length;
      if (taken > tcpBytes) return void connection.destroy();
      pending = Buffer.concat([pending, chunk]);
      // Each message follows its length in two bytes.
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        const answer = this.#answer(pending.subarray(2, end), connection.remoteAddress ?? "");
        pending = pending.subarray(end);
        if (answer === undefined) return void connection.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        connection.write(Buffer.concat([length, answer]));
      }
    });
  }

  /** Undefined: no answer, since it is no query or there are too many. */
  #answer(message: Buffer, remoteAddress: string): Buffer | undefined {
    const { recorder, zone } = this.#setup;
    const query = readQuery(message);
    const question = query?.questions?.[0];
    if (query === undefined || question === undefined) return this.#refuse("not-dns");
    const isOurs = isInZone(question.name, zone);
    const ids = isOurs ? recorder.idsIn(question.name) : [];
    if (!isOurs) this.#refuse("other-name");
    if (!recorder.admit(ids)) return undefined;
    const answer = answerQuery(query, zone);
    for (const id of ids) {
      recorder.record(id, {
        protocol: "dns",
        "full-id": question.name.slice(0, id.end),
        "q-type": question.type,
        "raw-request": dnsText(query, false),
        "raw-response": dnsText(answer, true),
        "remote-address": remoteAddress.replace(/^::ffff:/, ""),
      });
    }
    return encode(answer);
  }

  #refuse(reason: RefusalReason): undefined {
    this.#setup.refusals.count("collaborator", reason);
  }
}

const readQuery = (message: Buffer): Packet | undefined => {
  try {
    const packet = decode(message);
    return packet.type === "query" ? packet : undefined;
  } catch {
    return undefined;
  }
};
