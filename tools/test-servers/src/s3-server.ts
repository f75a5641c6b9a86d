/** A server that speaks the protocol of S3. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Ends it before its time. */
  end(signal?: NodeJS.Signals): Promise<void>;
}
