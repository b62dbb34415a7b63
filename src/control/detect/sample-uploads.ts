import type { Samples, Submitted } from "../../actors/detect/index.ts";
import type { SampleHeader, SubmitSampleRequest } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { Call } from "../calls/call.ts";
import { ControlError } from "../errors.ts";
import type { CallbackSender } from "./callback-sender.ts";

export interface SampleUploadsSetup {
  readonly samples: Pick<Samples, "submit">;
  readonly callbacks: Pick<CallbackSender, "check">;
  readonly refusals: Refusals;
  /** Uploads under way at once. */
  readonly mostUploads: number;
}

/** Takes samples, each as a header and its bytes, and hands them on as they come. */
export class SampleUploads {
  readonly #setup: SampleUploadsSetup;
  #open = 0;

  constructor(setup: SampleUploadsSetup) {
    this.#setup = setup;
  }

  /** @throws ControlError `too-many-uploads`, `upload-broken`, `out-of-scope`; DetectError as of `Samples` */
  async take(parts: AsyncIterable<SubmitSampleRequest>, call: Call): Promise<Submitted> {
    const { refusals, mostUploads } = this.#setup;
    if (this.#open >= mostUploads) {
      refusals.count("grpc", "too-many-uploads");
      throw new ControlError("too-many-uploads", `${mostUploads} uploads are under way on this node: try again`, {
        retryable: true,
      });
    }
    this.#open += 1;
    try {
      const reader = parts[Symbol.asyncIterator]();
      const header = headerOf(await reader.next());
      return await this.#submit(header, bytesOf(reader), call);
    } finally {
      this.#open -= 1;
    }
  }

  async #submit(header: SampleHeader, bytes: AsyncIterable<Uint8Array>, call: Call): Promise<Submitted> {
    const { samples, callbacks } = this.#setup;
    const { sha256, source = call.caller.name, callbackUrl, ...rest } = header;
    if (sha256 !== undefined) call.concerns(sha256);
    if (callbackUrl !== undefined) callbacks.check(callbackUrl);
    const submission = {
      ...rest,
      source,
      ...(sha256 === undefined ? {} : { expectedSha256: sha256 }),
      ...(callbackUrl === undefined ? {} : { callbackUrl }),
    };
    const submitted = await samples.submit(submission, bytes, call.signal);
    call.concerns(submitted.sha256);
    return submitted;
  }
}

const headerOf = (first: IteratorResult<SubmitSampleRequest>): SampleHeader => {
  if (first.done !== true && "header" in first.value) return first.value.header;
  throw new ControlError("upload-broken", "the upload is broken: the first message has to be the header");
};

async function* bytesOf(reader: AsyncIterator<SubmitSampleRequest>): AsyncGenerator<Uint8Array, void> {
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    if (!("data" in next.value)) {
      throw new ControlError("upload-broken", "the upload is broken: only the first message may be a header");
    }
    yield next.value.data;
  }
}
