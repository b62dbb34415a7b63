import { unreachable } from "../../../../base/unreachable.ts";
import { same, type Context, type Props } from "../../../../kernel/index.ts";
import { ObjectCache } from "./object-cache.ts";
import { viewObject } from "./object-instance.ts";
import type { StorageSetup } from "./object-storage.ts";
import type { ObjectsMessage } from "./objects-protocol.ts";

/** Bounds what the executions of a host may ask for before it is served; each asks once and releases once. */
const mailbox = { capacity: 100_000 };

const view = (
  cache: ObjectCache,
  replyTo: Extract<ObjectsMessage, { readonly type: "view" }>["replyTo"],
  { clock }: Context<ObjectsMessage>,
): void => {
  const objects = [...cache.live()].map((instance) => viewObject(instance, clock.monotonicMs()));
  replyTo.tell({ counts: cache.counts, objects });
};

/** Only for a detector that has a task with this object. */
const locate = (cache: ObjectCache, detector: string, sha256: string): string | undefined => {
  const instance = cache.of(sha256);
  if (instance?.state !== "complete") return undefined;
  for (const need of instance.needs.values()) if (need.detector === detector) return instance.path;
  return undefined;
};

const receive = (cache: ObjectCache, message: ObjectsMessage, context: Context<ObjectsMessage>): typeof same => {
  switch (message.type) {
    case "need":
      cache.need(message);
      break;
    case "release":
      cache.release(message.key, message.sha256);
      break;
    case "downloaded":
      cache.downloaded(message.instance, message.bytes);
      break;
    case "download-failed":
      cache.downloadFailed(message.instance, message.bytes, message.error);
      break;
    case "retry":
      cache.retry(message.instance);
      break;
    case "too-old":
      cache.tooOld(message.instance);
      break;
    case "unused":
      cache.unused(message.instance);
      break;
    case "freed":
      cache.freed(message.bytes);
      break;
    case "locate":
      message.replyTo.tell(locate(cache, message.detector, message.sha256));
      break;
    case "view":
      view(cache, message.replyTo, context);
      break;
    default:
      return unreachable(message);
  }
  return same;
};

/**
 * `/detect/relay/objects`: the objects that the detectors of the host are to scan. Each is downloaded once, whoever asks for it while it is
 * here (RELAY-15, RELAY-16), and deleted when it was scanned by all that were to (RELAY-22), or is too old (RELAY-23).
 */
export const objectsProps = (setup: StorageSetup): Props<ObjectCache, ObjectsMessage> => ({
  mailbox,
  behavior: {
    initial: async (context) => {
      await setup.files.clear();
      return new ObjectCache(setup, context);
    },
    receive: (cache, message, context) => receive(cache, message, context),
    stopped: (cache) => cache.close(),
  },
});
