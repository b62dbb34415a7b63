import type { Random } from "../../../base/random.ts";
import { EventError, syslogEvent } from "../../../engines/events/index.ts";
import type { EventStatistics, Transport } from "../intake/event-statistics.ts";
import type { EventCollector } from "./event-collector.ts";
import type { Sender } from "./senders.ts";

/** What ends a message in some framings, and says nothing: newlines and zeros. */
const trailing: ReadonlySet<number | undefined> = new Set([0x0d, 0x0a, 0x00]);

const withoutTrailing = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > 0 && trailing.has(bytes[end - 1])) end -= 1;
  return bytes.subarray(0, end);
};

/** Makes events of messages. What comes again is another event: a message has no id. */
export class MessageIntake {
  readonly #collector: EventCollector;
  readonly #statistics: EventStatistics;
  readonly #random: Random;

  constructor(collector: EventCollector, statistics: EventStatistics, random: Random) {
    this.#collector = collector;
    this.#statistics = statistics;
    this.#random = random;
  }

  get hasRoom(): boolean {
    return this.#collector.hasRoom;
  }

  room(): Promise<void> {
    return this.#collector.room();
  }

  /**
   * @param bytes one message, UTF-8 as far as it is
   * @param address it came from
   */
  take(bytes: Buffer, address: string, { name, kind }: Sender, transport: Transport): void {
    const text = withoutTrailing(bytes).toString("utf8");
    if (text === "") return this.#statistics.count(transport, "invalid");
    try {
      const event = syslogEvent(text, address, { id: () => this.#random.id(), source: name, kind });
      this.#collector.add({ event, transport, bytes: bytes.length });
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      this.#statistics.count(transport, error.code === "too-large" ? "too-large" : "invalid");
    }
  }
}
