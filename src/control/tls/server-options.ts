import { constants } from "node:crypto";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import type { TlsSource } from "../../wire/index.ts";

/** What of the certificates a server of `node:tls` is given, at first and after each change. */
export const serverContext = (source: TlsSource): SecureContextOptions => {
  const { ca, identity } = source.current();
  return {
    ca,
    ...identity,
    minVersion: "TLSv1.3",
    // No connection goes on with what an earlier one has shown: each is judged by its own certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
};

/** A server that asks for a certificate and leaves it to the code behind it what one without, or with a wrong one, may do. */
export const serverTlsOptions = (source: TlsSource): TlsOptions => ({
  ...serverContext(source),
  requestCert: true,
  rejectUnauthorized: false,
  handshakeTimeout: 5_000,
});
