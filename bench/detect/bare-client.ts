import { once } from "node:events";
import { createConnection } from "node:net";

const chunkBytes = 65_536;

/** One object as clamd reads it. */
export const framed = (content: Buffer): Buffer => {
  const parts: Buffer[] = [Buffer.from("zINSTREAM\0")];
  for (let at = 0; at < content.length; at += chunkBytes) {
    const chunk = content.subarray(at, at + chunkBytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    parts.push(length, chunk);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
};

/**
 * As little as it takes: one session, objects that are in memory and framed already, so many at once, replies only counted.
 * @returns how many were found
 */
export const scanBare = async (path: string, objects: readonly Buffer[], outstanding: number): Promise<number> => {
  const socket = createConnection({ path });
  socket.setNoDelay(true);
  await once(socket, "connect");
  socket.write("zIDSESSION\0");
  let sent = 0;
  let answered = 0;
  let found = 0;
  const send = (): void => {
    while (sent < objects.length && sent - answered < outstanding) {
      socket.write(objects[sent] ?? Buffer.alloc(0));
      sent += 1;
    }
  };
  return new Promise<number>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      answered += text.split("\0").length - 1;
      found += text.split(" FOUND\0").length - 1;
      if (answered < objects.length) return send();
      socket.destroy();
      resolve(found);
    });
    send();
  });
};
