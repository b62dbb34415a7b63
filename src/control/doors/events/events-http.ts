import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../base/clock.ts";
import { GarrisonError } from "../../../base/errors.ts";
import type { SecurityEvent } from "../../../engines/events/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { Endpoint } from "../../../wire/index.ts";
import { isLocalHost } from "../../access/local-host.ts";
import type { Refusals } from "../../access/refusals.ts";
import { HttpPort } from "../../http/http-port.ts";
import type { ServerTls } from "../../tls/server-tls.ts";
import { TlsRefusals } from "../../tls/tls-refusals.ts";
import { acceptWithin } from "../intake/accept-within.ts";
import type { EventSink, StoredEvents } from "../intake/event-sink.ts";
import type { EventStatistics } from "../intake/event-statistics.ts";
import { BodyReader } from "./body-reader.ts";
import { DoorRefusal, refusal, type DoorAnswer } from "./door-answer.ts";
import type { KnownSource } from "./event-source.ts";
import { eventsDoorLimits } from "./limits.ts";
import { bodyTypeOf, parseBody } from "./parse-body.ts";
import { checkSignature, idsOf, readClaim, type Claim } from "./signature.ts";

const eventsPath = "/v1/events";

export interface EventsHttpSetup {
  readonly address: Endpoint;
  readonly sources: ReadonlyMap<string, KnownSource>;
  readonly sink: EventSink;
  readonly statistics: EventStatistics;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent: it speaks in the clear. */
  readonly tls?: ServerTls | undefined;
}

/** The port that takes events over HTTP. Every request is signed by a source, and answered when its events are stored. */
export class EventsHttp {
  readonly #setup: EventsHttpSetup;
  readonly #bodies: BodyReader;
  /** Opened and closed by whoever has the door. */
  readonly port: HttpPort;

  constructor(setup: EventsHttpSetup) {
    this.#setup = setup;
    const { address, tls, refusals, clock, log } = setup;
    const faults = new TlsRefusals("events", refusals, clock, log);
    const onDrop = (): void => refusals.count("events", "too-many-connections");
    this.#bodies = new BodyReader(onDrop);
    this.port = new HttpPort({
      address,
      maxHeaderBytes: eventsDoorLimits.headBytes,
      maxConnections: eventsDoorLimits.connections,
      onDrop,
      serve: (request, response) => void this.#serve(request, response),
      clock,
      tls: tls && { source: tls.source, onFault: (from, problem) => faults.count("not-tls", from, problem) },
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, retryInMs, hangUp } = await this.#answer(request);
    if (response.destroyed) return;
    const text = `${JSON.stringify(body)}\n`;
    const headers: Readonly<Record<string, string | number>> = {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      ...(retryInMs === undefined ? {} : { "retry-after": Math.max(1, Math.ceil(retryInMs / 1_000)) }),
      ...(status === 405 ? { allow: "POST" } : {}),
      ...(hangUp === true || this.port.isClosing ? { connection: "close" } : {}),
    };
    response.writeHead(status, headers).end(text);
  }

  async #answer(request: IncomingMessage): Promise<DoorAnswer> {
    try {
      this.#check(request);
      const { headers } = request;
      const claim = readClaim(headers, this.#setup.sources, this.#setup.clock.wallMs());
      const type = bodyTypeOf(headers["content-type"], headers["content-encoding"]);
      return await this.#bodies.read(request, async (body) => {
        checkSignature(claim, body);
        this.port.know(request);
        const { results } = await this.#store(this.#eventsOf(body, type, claim), claim);
        return { status: 200, body: { results } };
      });
    } catch (error) {
      return this.#failure(error);
    }
  }

  #check(request: IncomingMessage): void {
    // With TLS, a name that an attacker has made to point here fails at the certificate.
    const isOwn = this.#setup.tls !== undefined || isLocalHost(request.headers.host, this.port.number);
    if (!isOwn) throw refusal(403, "bad-host", "Host has to name this machine's loopback address and this port");
    if (request.headers.origin !== undefined || request.headers["sec-fetch-site"] !== undefined) {
      throw refusal(403, "cross-origin", "no browser reports events");
    }
    const path = request.url?.split("?", 1)[0];
    if (path !== eventsPath) {
      throw new DoorRefusal(404, "not-found", `events go to POST ${eventsPath}`, { hangUp: true });
    }
    if (request.method !== "POST") throw refusal(405, "bad-method", `events go to POST ${eventsPath}`);
  }

  #eventsOf(body: Buffer, type: "json" | "ndjson", claim: Claim): readonly SecurityEvent[] {
    const { name, kind } = claim.source;
    try {
      const events = parseBody(body, type, { id: idsOf(claim), source: name, kind });
      if (events.every(({ source }) => source === name)) return events;
      throw new DoorRefusal(400, "invalid-event", `source: whoever signs as ${name} reports its own events only`);
    } catch (error) {
      const isTooLarge = error instanceof DoorRefusal && error.answer.status === 413;
      this.#setup.statistics.count("http", isTooLarge ? "too-large" : "invalid");
      throw error;
    }
  }

  async #store(events: readonly SecurityEvent[], { source }: Claim): Promise<StoredEvents> {
    const { sink, statistics } = this.#setup;
    const retryInMs = source.gate?.take(events.length) ?? 0;
    if (retryInMs > 0) {
      statistics.count("http", "too-fast", events.length);
      throw refusal(429, "too-fast", `${source.name} sends more events than respond.eventsPerSecond`, retryInMs);
    }
    try {
      const stored = await acceptWithin(sink, events, this.#setup.clock);
      statistics.count("http", "stored", events.length);
      return stored;
    } catch (error) {
      const isFull = error instanceof GarrisonError && error.code === "queue-full";
      statistics.count("http", isFull ? "full" : "not-stored", events.length);
      throw error;
    }
  }

  #failure(error: unknown): DoorAnswer {
    if (error instanceof DoorRefusal) {
      if (error.reason !== undefined) this.#setup.refusals.count("events", error.reason);
      return error.answer;
    }
    if (error instanceof GarrisonError) {
      const { message, retryable, ids } = error;
      const code = String(error.code);
      const body = { error: { code, message } };
      if (retryable) return { status: 503, body, retryInMs: Number(ids["retryInMs"] ?? 1_000) };
      if (code === "invalid") return { status: 400, body };
    }
    this.#setup.log.error({ err: error }, "events that came over HTTP could not be stored");
    return { status: 500, body: { error: { code: "internal", message: "a defect in the node; its log says more" } } };
  }
}
