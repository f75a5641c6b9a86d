/** A body that stops half-way until it is told what to do. */
export interface PausingBody {
  readonly body: AsyncIterable<Uint8Array>;
  /** Resolves when the first half was taken and more is asked for. */
  readonly paused: Promise<void>;
  /** Lets the second half follow. */
  resume(): void;
}

export function pausingBody(first: Uint8Array, second: Uint8Array): PausingBody {
  let reached = (): void => undefined;
  let resume = (): void => undefined;
  const paused = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    yield first;
    reached();
    await resumed;
    yield second;
  }
  return { body: body(), paused, resume: () => resume() };
}
