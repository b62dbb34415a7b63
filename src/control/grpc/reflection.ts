import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { fileDescriptors } from "../../wire/index.ts";

/** Server reflection (v1 and v1alpha) of Garrison's own services. */
export const addReflection = (server: Server): void => {
  // Of a definition, reflection reads the descriptors only; of the kinds that it takes this is the one without codecs.
  const format = "Protocol Buffer 3 EnumDescriptorProto" as const;
  const garrison = { format, type: {}, fileDescriptorProtos: [...fileDescriptors()] };
  new ReflectionService({ garrison }).addToServer(server);
};
