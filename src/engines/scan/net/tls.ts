import { isIP, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { FailureError } from "../http/failure.ts";

/** How TLS is spoken; what is absent is the library's own. */
export type TlsOptions = Pick<
  ConnectionOptions,
  "servername" | "minVersion" | "maxVersion" | "ciphers" | "ALPNProtocols"
>;

/** The suites of TLS 1.3; a list of ciphers without any of them would keep to TLS 1.2. */
export const tls13Suites = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_128_CCM_SHA256",
  "TLS_AES_128_CCM_8_SHA256",
] as const;

/** A scanner has to reach what is outdated: every version and key length that the library still speaks. */
export const everyCipher = `${tls13Suites.join(":")}:DEFAULT:@SECLEVEL=0`;

/**
 * Speaks TLS over a connection that stands. Certificates are not verified: a scanner has to look at sites whose
 * certificate is wrong; what is wrong with it is in `authorizationError` of the socket. The caller bounds the time and
 * destroys the connection when it gives up.
 *
 * @param beforeEnd shown what there is when the other side ends the handshake with an alert
 * @throws FailureError `tls`, or `connection-lost` when the other side closes before the handshake is done
 */
export const startTls = (
  socket: Socket,
  hostname: string,
  options: TlsOptions,
  beforeEnd: (secured: TLSSocket) => void = () => undefined,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    let secured: TLSSocket;
    try {
      secured = connect({
        socket,
        minVersion: "TLSv1",
        ciphers: everyCipher,
        ...(isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, "") } : {}),
        ...options,
        rejectUnauthorized: false,
      });
    } catch (thrown) {
      // Options that the library refuses, such as a cipher it does not have.
      return fail(new FailureError("tls", thrown instanceof Error ? thrown.message : String(thrown)));
    }
    const onError = (error: Error): void => {
      beforeEnd(secured);
      const code = "code" in error ? String(error.code) : "";
      fail(new FailureError(code === "ECONNRESET" ? "connection-lost" : "tls", error.message));
    };
    const onClose = (): void => fail(new FailureError("connection-lost", "closed during the TLS handshake"));
    secured.once("error", onError);
    secured.once("close", onClose);
    secured.once("secureConnect", () => {
      secured.off("error", onError);
      secured.off("close", onClose);
      resolve(secured);
    });
  });
