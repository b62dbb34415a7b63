import { EventEmitter } from "node:events";
import type { Server, ServerDuplexStream } from "@grpc/grpc-js";
import { asError } from "../../base/errors.ts";
import { fileDescriptors, WireError } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";

/** A `ServerReflectionResponse` for a `ServerReflectionRequest`. @throws WireError `malformed` */
type Answer = (question: Buffer) => Buffer;

const asItIs = { encode: (bytes: Buffer): Buffer => bytes, decode: (bytes: Uint8Array): Buffer => Buffer.from(bytes) };

/**
 * Server reflection (v1 and v1alpha) of Garrison's own services. Few ask for it, and its package compiles .proto files and makes an index
 * of all messages: a good part of what the start of a node takes. So that is done at the first call.
 */
export const serveReflection = (calls: Pick<CallServer, "exchange">): void => {
  let loaded: ReturnType<typeof loadAnswers> | undefined;
  for (const version of ["v1", "v1alpha"]) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    calls.exchange(
      {
        path,
        role: "viewer",
        requestStream: true,
        responseStream: true,
        changes: false,
        request: asItIs,
        response: asItIs,
      },
      async function* (questions) {
        const answer = (await (loaded ??= loadAnswers())).get(path);
        if (answer === undefined) throw new Error(`@grpc/reflection does not serve ${path}`);
        for await (const question of questions) yield answer(question);
      },
    );
  }
};

/** By the paths of the RPCs. */
const loadAnswers = async (): Promise<ReadonlyMap<string, Answer>> => {
  const { ReflectionService } = await import("@grpc/reflection");
  const answers = new Map<string, Answer>();
  const recorder: Pick<Server, "addService"> = {
    addService: (service, handlers) => {
      for (const [name, { path, requestDeserialize, responseSerialize }] of Object.entries(service)) {
        const call = new OneCall();
        (handlers[name] as (call: ServerDuplexStream<unknown, unknown>) => void)(call.asStream());
        answers.set(path, (question) => {
          try {
            return responseSerialize(call.ask(requestDeserialize(question)));
          } catch (error) {
            throw new WireError("malformed", `not a question of reflection: ${asError(error).message}`, {
              cause: error,
            });
          }
        });
      }
    },
  };
  // Of a definition, reflection reads the descriptors only; of the kinds that it takes this is the one without codecs.
  const format = "Protocol Buffer 3 EnumDescriptorProto" as const;
  const garrison = { format, type: {}, fileDescriptorProtos: [...fileDescriptors()] };
  new ReflectionService({ garrison }).addToServer(recorder);
  return answers;
};

/** What the package's handler sees of a call: it answers each question at once, and keeps nothing of it. */
class OneCall extends EventEmitter {
  #answer: unknown;

  asStream(): ServerDuplexStream<unknown, unknown> {
    return this as unknown as ServerDuplexStream<unknown, unknown>;
  }

  write(answer: unknown): void {
    this.#answer = answer;
  }

  ask(question: unknown): unknown {
    this.emit("data", question);
    return this.#answer;
  }
}
