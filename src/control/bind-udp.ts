import { createSocket, type Socket } from "node:dgram";
import { asError } from "../base/errors.ts";
import { endpointText, type Endpoint } from "../wire/index.ts";
import { ControlError } from "./errors.ts";

/**
 * Binds a UDP socket. Whoever has it closes it.
 *
 * @param receiveBufferBytes what the machine keeps of what was not read yet; it may allow less. Absent: as much as it gives by itself
 * @throws ControlError `listen-failed`
 */
export const bindUdp = (at: Endpoint, receiveBufferBytes?: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const type = at.host.includes(":") ? "udp6" : "udp4";
    const socket = createSocket({
      type,
      ...(receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }),
    });
    socket.once("error", (error) => {
      socket.close();
      const address = endpointText(at);
      const message = `cannot listen on ${address} (UDP): ${asError(error).message}`;
      reject(new ControlError("listen-failed", message, { ids: { address }, cause: error }));
    });
    socket.bind({ address: at.host, port: at.port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
