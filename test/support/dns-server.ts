import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { type AddressInfo, createServer, type Server } from "node:net";
import { decode, encode, type Answer, type DecodedPacket } from "dns-packet";

/** What a server says to one question; undefined: nothing. */
export interface DnsReply {
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  readonly rcode?: number;
  /** Over UDP it is cut off. */
  readonly truncated?: boolean;
}

export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly class: string;
  readonly transport: "udp" | "tcp";
  /** Whether the server is to ask others. */
  readonly recursion: boolean;
  /** As it came. */
  readonly bytes: Buffer;
}

/** Decides what is answered. */
export type DnsTalk = (asked: Asked) => DnsReply | undefined | Promise<DnsReply | undefined>;

export interface DnsServer {
  readonly port: number;
  talk: DnsTalk;
  close(): Promise<void>;
}

const recursionDesired = 0x100;
const truncatedFlag = 0x200;
const response = 0x8000;

const flagsOf = (bytes: Buffer): number => bytes.readUInt16BE(2);

/** The bytes of an answer. */
export const replyBytes = (query: Buffer, reply: DnsReply, cut: boolean): Buffer => {
  const asked = decode(query);
  const bytes = encode({
    type: "response",
    id: asked.id ?? 0,
    questions: asked.questions ?? [],
    ...(cut ? {} : { answers: [...(reply.answers ?? [])] }),
    authorities: [...(reply.authorities ?? [])],
    additionals: [...(reply.additionals ?? [])],
  });
  const flags = response | (flagsOf(query) & recursionDesired) | (cut ? truncatedFlag : 0) | (reply.rcode ?? 0);
  bytes.writeUInt16BE(flags, 2);
  // The class as it was asked: the library does not know every one.
  query.copy(bytes, 12, 12, 12 + questionLength(asked));
  return bytes;
};

const questionLength = (packet: DecodedPacket): number => Buffer.byteLength(packet.questions?.[0]?.name ?? "") + 2 + 4;

const askedOf = (bytes: Buffer, transport: Asked["transport"]): Asked => {
  const [question] = decode(bytes).questions ?? [];
  return {
    name: question?.name ?? "",
    type: question?.type ?? "",
    class: question?.class ?? "",
    transport,
    recursion: (flagsOf(bytes) & recursionDesired) !== 0,
    bytes,
  };
};

const bound = async (
  host: string,
): Promise<{ readonly udp: UdpSocket; readonly tcp: Server; readonly port: number }> => {
  for (;;) {
    const udp = createSocket("udp4");
    await new Promise<void>((resolve) => udp.bind(0, host, resolve));
    const { port } = udp.address();
    const tcp = createServer();
    const free = await new Promise<boolean>((resolve) => {
      tcp.once("error", () => resolve(false)).listen(port, host, () => resolve(true));
    });
    if (free) return { udp, tcp, port: (tcp.address() as AddressInfo).port };
    udp.close();
  }
};

/** A DNS server on loopback, on the same port over UDP and TCP, that answers as it is told. */
export const startDnsServer = async (talk: DnsTalk, host = "127.0.0.1"): Promise<DnsServer> => {
  const { udp, tcp, port } = await bound(host);
  const server: DnsServer = {
    port,
    talk,
    close: async () => {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
  udp.on("message", (bytes, from) => {
    void Promise.resolve(server.talk(askedOf(bytes, "udp"))).then((reply) => {
      if (reply !== undefined) udp.send(replyBytes(bytes, reply, reply.truncated ?? false), from.port, from.address);
    });
  });
  tcp.on("connection", (socket) => {
    socket
      .on("error", () => undefined)
      .on("data", (bytes: Buffer) => {
        const query = bytes.subarray(2);
        void Promise.resolve(server.talk(askedOf(query, "tcp"))).then((reply) => {
          if (reply === undefined) return;
          const answer = replyBytes(query, reply, false);
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          socket.end(Buffer.concat([length, answer]));
        });
      });
  });
  return server;
};
