import type { LinkEvents } from "../../../src/cluster/index.ts";
import type { DeadLetters } from "../../../src/kernel/index.ts";
import { ByteReader, ByteWriter, Envelope, readEnvelope, writeEnvelope } from "../../../src/wire/index.ts";
import type { TalkHistory } from "./talk-history.ts";
import { idOf } from "./talk-protocol.ts";

export interface ObservedSetup {
  readonly history: TalkHistory;
  readonly letters: Pick<DeadLetters, "unsent">;
  /** `id.incarnation`. */
  readonly node: string;
  /** Told of the path of an actor that a peer writes to for the first time. */
  readonly addressed: (path: string) => void;
}

const slabBytes = 4_096;

/** Notes what links bring and could not deliver, and hands it on. To see which message an envelope holds, it is read and written again. */
export const observedEvents = (
  events: LinkEvents,
  { history, letters, node, addressed }: ObservedSetup,
): LinkEvents => {
  const [seen, writer, reader] = [new Envelope(), new ByteWriter(slabBytes), new ByteReader()];
  const look = (envelope: ByteReader): { readonly id: number | undefined; readonly again: ByteReader } => {
    readEnvelope(envelope, seen);
    writeEnvelope(writer, seen);
    return { id: idOf(seen.payload), again: reader.read(writer.take()) };
  };
  return {
    onEnvelope: (from, envelope, heldMs) => {
      const { id, again } = look(envelope);
      if (seen.path !== "") addressed(seen.path);
      if (id === undefined) return events.onEnvelope(from, again, heldMs);
      history.note({ type: "arrived", id, node, from: `${from.node}.${from.incarnation}` });
      const before = letters.unsent;
      events.onEnvelope(from, again, heldMs);
      if (letters.unsent > before) history.note({ type: "refused", id, node });
    },
    onUndelivered: (to, envelope) => {
      const { id, again } = look(envelope);
      const before = letters.unsent;
      events.onUndelivered(to, again);
      if (id !== undefined) history.note({ type: "undelivered", id, letters: letters.unsent - before });
    },
    onEnded: (peer, why) => {
      events.onEnded(peer, why);
      history.note({ type: "peer-ended", node, peer: `${peer.node}.${peer.incarnation}` });
    },
  };
};
