import type { BundleStore } from "../../actors/scan/index.ts";
import { unpackBundle } from "../../engines/scan/index.ts";
import type { UploadBundleRequest } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { Call } from "../calls/call.ts";
import { ControlError } from "../errors.ts";

export interface UploadSetup {
  readonly bundles: BundleStore;
  readonly refusals: Refusals;
  /** Uploads under way at once, each of which is held in memory: at most 64 MiB. */
  readonly mostUploads: number;
}

/** Takes bundles. One is stored only when it is whole and what its hash says. */
export class BundleUploads {
  readonly #setup: UploadSetup;
  #open = 0;

  constructor(setup: UploadSetup) {
    this.#setup = setup;
  }

  /** @throws ControlError `too-many-uploads`, `upload-broken`; ScanError `invalid-bundle` */
  async take(
    parts: AsyncIterable<UploadBundleRequest>,
    call: Call,
  ): Promise<{ readonly bundle: string; readonly known: boolean }> {
    const { refusals, mostUploads, bundles } = this.#setup;
    if (this.#open >= mostUploads) {
      refusals.count("grpc", "too-many-uploads");
      throw new ControlError("too-many-uploads", `${mostUploads} uploads are under way on this node: try again`, {
        retryable: true,
      });
    }
    this.#open += 1;
    const reader = parts[Symbol.asyncIterator]();
    try {
      const { bundle, bytes } = headerOf(await reader.next());
      call.concerns(bundle);
      if (await bundles.has(bundle)) return { bundle, known: true };
      const packed = await collect(reader, bytes);
      await unpackBundle(packed, bundle);
      await bundles.put(bundle, packed);
      return { bundle, known: false };
    } finally {
      this.#open -= 1;
    }
  }
}

const headerOf = (first: IteratorResult<UploadBundleRequest>): { readonly bundle: string; readonly bytes: number } => {
  if (first.done !== true && "header" in first.value) return first.value.header;
  throw broken("the first message has to be the header");
};

const collect = async (reader: AsyncIterator<UploadBundleRequest>, bytes: number): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    if (!("data" in next.value)) throw broken("only the first message may be a header");
    parts.push(next.value.data);
    length += next.value.data.length;
    if (length > bytes) throw broken(`more bytes came than the ${bytes} of its header`);
  }
  if (length < bytes) throw broken(`${length} of ${bytes} bytes came`);
  return Buffer.concat(parts, bytes);
};

const broken = (how: string): ControlError => new ControlError("upload-broken", `the upload is broken: ${how}`);
