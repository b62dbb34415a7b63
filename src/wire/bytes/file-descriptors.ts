import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs/minimal.js";

const location = new URL(import.meta.resolve("#gen/garrison.binpb"));

/** The `FileDescriptorProto`s of Garrison's proto files, as bytes, for server reflection. Read from gen/ at each call. */
export const fileDescriptors = (): readonly Buffer[] => {
  // A FileDescriptorSet: field 1, repeated.
  const reader = protobuf.Reader.create(readFileSync(fileURLToPath(location)));
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) files.push(Buffer.from(reader.bytes()));
    else reader.skipType(tag & 7);
  }
  return files;
};
