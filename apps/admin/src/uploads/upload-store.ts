import * as tus from 'tus-js-client';
import { apiBase } from '../api/api-base.ts';
import { connection } from '../api/connection.ts';
import { createSpeed, type Speed } from './speed.ts';

/** Small enough that a proxy which collects requests keeps little. */
const CHUNK_BYTES = 64 * 1024 * 1024;
const LONGEST_WAIT_MS = 10_000;
/** Half a day of tries, counted anew whenever something was sent. */
const RETRY_DELAYS = [0, 1000, 2000, 5000, ...Array.from({ length: 4000 }, () => LONGEST_WAIT_MS)];

export type UploadState = 'sending' | 'waiting' | 'paused' | 'sent' | 'failed';

/** An archive on its way to the server. */
export interface Upload {
  /** Of this page; the server has its own, once it knows of the upload. */
  readonly id: number;
  readonly fileName: string;
  readonly size: number;
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly state: UploadState;
  readonly error: string | null;
  /** What the server calls it, once all is there. */
  readonly uploadId: string | null;
}

interface Entry {
  upload: Upload;
  readonly task: tus.Upload;
  readonly speed: Speed;
}

/** The uploads of this page. They go on whatever page is shown, and after a break of the network or a closed lid. */
class UploadStore {
  #next = 1;
  #entries: readonly Entry[] = [];
  #snapshot: readonly Upload[] = [];
  readonly #listeners = new Set<() => void>();

  constructor() {
    connection.subscribe(() => {
      if (connection.isUp) this.#resumeWaiting();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.#snapshot.some(({ state }) => state === 'sending')) event.preventDefault();
    });
  }

  get snapshot(): readonly Upload[] {
    return this.#snapshot;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to send a file, or goes on with it where the server has a part of it. */
  async add(file: File): Promise<void> {
    const id = this.#next++;
    const speed = createSpeed();
    const task = new tus.Upload(file, {
      endpoint: `${apiBase}/uploads`,
      metadata: { filename: file.name },
      headers: { 'X-Requested-With': 'modelkeep' },
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      onProgress: (sentBytes) => {
        speed.add(sentBytes);
        this.#set(id, { sentBytes, bytesPerSecond: speed.value(), state: 'sending' });
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const isPassing = status === 0 || status === 409 || status === 423 || status >= 500;
        if (isPassing) {
          if (status === 0) connection.failed();
          this.#set(id, { state: 'waiting', bytesPerSecond: null });
        }
        return isPassing && status !== 507;
      },
      onSuccess: () => {
        const uploadId = task.url?.split('/').at(-1) ?? null;
        this.#set(id, { state: 'sent', sentBytes: file.size, bytesPerSecond: null, uploadId });
      },
      onError: (error) => this.#set(id, { state: 'failed', error: reasonOf(error) }),
    });
    const [earlier] = await task.findPreviousUploads();
    if (earlier !== undefined) task.resumeFromPreviousUpload(earlier);
    const upload: Upload = {
      id,
      fileName: file.name,
      size: file.size,
      sentBytes: 0,
      bytesPerSecond: null,
      state: 'sending',
      error: null,
      uploadId: null,
    };
    this.#entries = [...this.#entries, { upload, task, speed }];
    this.#changed();
    task.start();
  }

  async pause(id: number): Promise<void> {
    await this.#find(id)?.task.abort();
    this.#set(id, { state: 'paused', bytesPerSecond: null });
  }

  resume(id: number): void {
    this.#find(id)?.task.start();
    this.#set(id, { state: 'sending', error: null });
  }

  /** Takes an upload from the list; what was sent of it goes too, unless it became something else. */
  async remove(id: number, isKept = false): Promise<void> {
    const entry = this.#find(id);
    this.#entries = this.#entries.filter(({ upload }) => upload.id !== id);
    this.#changed();
    if (!isKept) await entry?.task.abort(true).catch(() => undefined);
  }

  #find(id: number): Entry | undefined {
    return this.#entries.find(({ upload }) => upload.id === id);
  }

  #set(id: number, changed: Partial<Upload>): void {
    const entry = this.#find(id);
    if (entry === undefined) return;
    entry.upload = { ...entry.upload, ...changed };
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = this.#entries.map(({ upload }) => upload);
    for (const listener of this.#listeners) listener();
  }

  #resumeWaiting(): void {
    for (const { upload, task } of this.#entries) {
      if (upload.state !== 'waiting') continue;
      void task.abort().then(() => task.start());
    }
  }
}

function reasonOf(error: Error | tus.DetailedError): string {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (response === null) return 'The file could not be read. Was it moved or changed?';
  const body = response.getBody().trim();
  try {
    return (JSON.parse(body) as { error: { message: string } }).error.message;
  } catch {
    return body === '' ? `The server answered ${response.getStatus()}.` : body;
  }
}

export const uploads: UploadStore = new UploadStore();
