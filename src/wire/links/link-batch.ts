import type { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { WireError } from "../errors.ts";

/** Of one envelope. */
export const mostEnvelopeBytes = 256 * 1024;
export const mostEnvelopesPerBatch = 16_384;

/** The batch among the frames of a sender, and what a batch holds. */
export const batchField = 2;
const firstSequenceField = 1;
const heldMsField = 2;
const envelopeField = 3;
/** Where `heldMs` stands in a frame of `BatchWriter`: behind the batch's tag and length, and the first sequence with its tag. */
const heldMsAt = 4 + 9 + 1;
const mostHeldMs = 2 ** 32 - 1;

/** Writes frames with one batch each, envelope by envelope, without a copy of any. */
export class BatchWriter {
  readonly #writer: ByteWriter;
  #begun = 0;
  #count = 0;

  /** @param slabBytes of memory taken at a time */
  constructor(slabBytes: number) {
    this.#writer = new ByteWriter(slabBytes);
  }

  /** Envelopes in the batch that is open; 0: none is. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the frame so far. */
  get length(): number {
    return this.#writer.length;
  }

  /** @param firstSequence of the first envelope */
  begin(firstSequence: number): void {
    // What is left of one to which nothing was added.
    this.#writer.cutTo(0);
    this.#begun = this.#writer.beginField(batchField);
    this.#writer.fixed64(firstSequenceField, firstSequence);
    this.#writer.fixed32(heldMsField, 0);
  }

  /**
   * Adds an envelope. What `write` throws is thrown on, and nothing was added.
   *
   * @returns its bytes in the frame; `undefined`: it is larger than `mostEnvelopeBytes`, and was not added
   */
  add<Value>(write: (writer: ByteWriter, value: Value) => void, value: Value): number | undefined {
    const writer = this.#writer;
    const before = writer.length;
    try {
      const begun = writer.beginField(envelopeField, mostEnvelopeBytes);
      write(writer, value);
      writer.endField(begun);
    } catch (error) {
      writer.cutTo(before);
      if (error instanceof WireError && error.code === "oversized") return undefined;
      throw error;
    }
    this.#count += 1;
    return writer.length - before;
  }

  /** Takes the envelope back that was added last. */
  undo(bytes: number): void {
    this.#writer.cutTo(this.#writer.length - bytes);
    this.#count -= 1;
  }

  /** The frame, which belongs to the caller; no batch is open then. */
  end(): Buffer {
    this.#writer.endField(this.#begun);
    this.#count = 0;
    return this.#writer.take();
  }
}

/** Says in a frame of `BatchWriter` how long its envelopes waited, in whole milliseconds. */
export const setHeldMs = (frame: Buffer, heldMs: number): void => {
  frame.writeUInt32LE(Math.min(heldMs, mostHeldMs), heldMsAt);
};

/** A batch that has been read to its end once, so that its parts are known to be whole. */
export interface LinkBatch {
  readonly firstSequence: number;
  readonly heldMs: number;
  readonly count: number;
  /** The field `batch` of the frame. */
  readonly content: Uint8Array;
}

/**
 * @param content the field `batch` of a frame
 * @param reader is moved along it
 * @throws WireError `malformed` or `oversized`
 */
export const readBatch = (content: Uint8Array, reader: ByteReader): LinkBatch => {
  reader.read(content);
  let firstSequence = 0;
  let heldMs = 0;
  let count = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case firstSequenceField:
        firstSequence = reader.fixed64();
        break;
      case heldMsField:
        heldMs = reader.fixed32();
        break;
      case envelopeField:
        if (reader.passOver() > mostEnvelopeBytes) throw new WireError("oversized", "an envelope is too large");
        count += 1;
        break;
      default:
        reader.skip();
    }
  }
  if (firstSequence === 0) throw new WireError("malformed", "a batch does not say where it begins");
  if (count === 0) throw new WireError("malformed", "a batch holds no envelope");
  if (count > mostEnvelopesPerBatch) throw new WireError("oversized", "a batch holds too many envelopes");
  return { firstSequence, heldMs, count, content };
};

/**
 * Goes through the envelopes of a batch.
 *
 * @param reader is moved along the batch
 * @param envelope is moved from envelope to envelope, for `each`
 * @param each gets the sequence; false: stop here
 */
export const eachEnvelope = (
  batch: LinkBatch,
  reader: ByteReader,
  envelope: ByteReader,
  each: (sequence: number) => boolean,
): void => {
  reader.read(batch.content);
  let sequence = batch.firstSequence;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== envelopeField) reader.skip();
    else {
      reader.lend(envelope);
      if (!each(sequence)) return;
      sequence += 1;
    }
  }
};
