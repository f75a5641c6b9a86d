import type { TestServer } from './test-server.ts';

export interface ServerSentEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** All events of a job, to its end. */
export async function followJob(
  test: TestServer,
  id: unknown,
  token?: string,
): Promise<ServerSentEvent[]> {
  const { text } = await test.ask(
    `/-/api/v1/jobs/${String(id)}/events`,
    token === undefined ? {} : { token },
  );
  return eventsIn(text);
}

export function eventsIn(text: string): ServerSentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [event = '', data = ''] = block.split('\n');
      return {
        event: event.slice('event: '.length),
        data: JSON.parse(data.slice('data: '.length)) as Record<string, unknown>,
      };
    });
}

/** What a job was at its end. */
export async function endOfJob(
  test: TestServer,
  id: unknown,
  token?: string,
): Promise<Record<string, unknown>> {
  const events = await followJob(test, id, token);
  return events.findLast(({ event }) => event === 'job')?.data ?? {};
}
