/** PEM text, as bytes. */
export interface TlsMaterial {
  /** The authorities whose certificates are trusted. */
  readonly ca: Buffer;
  /** The certificate that is shown to peers, with what links it to its authority, and its private key. Absent: a caller without one. */
  readonly identity?: { readonly cert: Buffer; readonly key: Buffer };
}

/** Certificates that may be replaced while the process runs. */
export interface TlsSource {
  /** What new connections use from now on. */
  current(): TlsMaterial;
  /** Calls back after each replacement, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Certificates that stay as they are. */
export const fixedTls = (material: TlsMaterial): TlsSource => ({
  current: () => material,
  onChange: () => () => undefined,
});
