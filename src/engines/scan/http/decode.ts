import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Gunzip,
  type Inflate,
  type InflateRaw,
} from "node:zlib";
import { FailureError } from "./failure.ts";

/** A body that fills the limit from this many times fewer bytes is a bomb, not a long page. */
const bombRatio = 200;
const maxLayers = 2;

export interface DecodedBody {
  readonly body: Buffer;
  readonly truncated: boolean;
  /** Whether anything was decoded. */
  readonly decoded: boolean;
}

/**
 * Undoes `content-encoding` (gzip, deflate, br) up to `maxBytes`. An encoding that is unknown, or a body that is not
 * what its header says, is left as it came, as nuclei does; what a cut-off body holds so far is kept.
 *
 * @throws FailureError `decompression-bomb` when little input fills the limit, or layers are stacked too high
 */
export const decodeBody = async (body: Buffer, encoding: string, maxBytes: number): Promise<DecodedBody> => {
  const layers = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (layers.length === 0 || body.length === 0) return { body, truncated: false, decoded: false };
  if (layers.length > maxLayers) {
    throw new FailureError("decompression-bomb", `the body is compressed ${layers.length} times over`);
  }
  let current: DecodedBody = { body, truncated: false, decoded: false };
  for (const layer of layers.toReversed()) {
    const next = await decodeLayer(current.body, layer, maxBytes);
    if (next === undefined) return current;
    current = { body: next.body, truncated: current.truncated || next.truncated, decoded: true };
  }
  return current;
};

type Decoder = Gunzip | Inflate | InflateRaw | BrotliDecompress;

const decoderFor = (layer: string, body: Buffer): Decoder | undefined => {
  switch (layer) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      // Some servers send raw deflate under this name; zlib's header has 8 as the low half of its first byte.
      return ((body[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
};

const decodeLayer = (
  body: Buffer,
  layer: string,
  maxBytes: number,
): Promise<{ readonly body: Buffer; readonly truncated: boolean } | undefined> => {
  const decoder = decoderFor(layer, body);
  if (decoder === undefined) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (truncated: boolean): void =>
      resolve({ body: Buffer.concat(chunks, Math.min(length, maxBytes)), truncated });
    decoder.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return;
      decoder.destroy();
      if (length > decoder.bytesWritten * bombRatio) {
        reject(
          new FailureError("decompression-bomb", `${decoder.bytesWritten} bytes of ${layer} grow beyond ${maxBytes}`),
        );
      } else {
        settle(true);
      }
    });
    decoder.once("end", () => settle(false));
    decoder.once("error", () => {
      if (length > 0) settle(false);
      else resolve(undefined);
    });
    decoder.end(body);
  });
};
