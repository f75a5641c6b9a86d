import { inspect } from 'node:util';
import { isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { expectBytes } from '../suite/expect-bytes.ts';
import { failureOf } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { joinBytes } from '../tools/bytes.ts';
import type { SourceFaults, SourceGiven, SourceTest } from './source-test.ts';

const AFTER = 100_000;

export function describeFailing(test: SourceTest): void {
  describe('an upstream', () => {
    for (const fault of ['down', 'serverError'] as const) {
      test(`that fails (${fault}) is source-unavailable, retryable, by host`, async (given) => {
        const { host } = new URL(given.source.endpoint);
        for (const error of await failures(given, fault, 'source-unavailable')) {
          expect(error.retryable).toBe(true);
          expect(error.message).toContain(host.replace(/:\d+$/, ''));
        }
      });
    }

    test('that asks to wait is rate-limited, with the time', async (given) => {
      for (const error of await failures(given, 'rateLimit', 'rate-limited')) {
        expect(error.retryable).toBe(true);
        expect(error.retryAfterMs).toBe(7_000);
      }
    });

    test('that gates a model is gated', async (given) => {
      for (const error of await failures(given, 'gate', 'gated')) {
        expect(error.retryable).toBe(false);
      }
    });

    test('that denies a model is access-denied', async (given) => {
      for (const error of await failures(given, 'deny', 'access-denied')) {
        expect(error.retryable).toBe(false);
      }
    });

    for (const fault of ['cutBodies', 'stallBodies'] as const) {
      test(`that breaks off a body (${fault}) gives what came, then a retryable failure`, async (given) => {
        const { source, model, context, faults, secret } = given;
        const { remote, content } = await given.largest();
        await declared(context, faults?.[fault], fault).call(faults, AFTER);
        const chunks: Uint8Array[] = [];
        let failure: unknown;
        try {
          const { body } = await source.open(model.modelId, model.commit, remote);
          for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
        } catch (error) {
          failure = error;
        }
        const came = joinBytes(chunks);
        expect(came.length).toBeLessThanOrEqual(AFTER);
        expectBytes(came, content.subarray(0, came.length));
        if (fault === 'stallBodies') expect(failure, 'a stall does not just end').toBeDefined();
        if (failure === undefined) return;
        expect(isModelkeepError(failure, 'source-unavailable'), inspect(failure)).toBe(true);
        expect((failure as ModelkeepError).retryable).toBe(true);
        expectSecretKept([failure], secret);
      });
    }
  });
}

/** What each call fails with once the fault is there. */
async function failures(
  given: SourceGiven,
  fault: Exclude<keyof SourceFaults, 'cutBodies' | 'stallBodies'>,
  code: 'source-unavailable' | 'rate-limited' | 'gated' | 'access-denied',
): Promise<readonly ModelkeepError[]> {
  const { source, model, context, faults, secret } = given;
  const { modelId, revision, commit } = model;
  const { remote } = await given.largest();
  await declared(context, faults?.[fault], fault).call(faults, 7_000);
  const calls = {
    resolve: () => source.resolve(modelId, revision),
    listFiles: () => listAll(source.listFiles(modelId, commit)),
    open: () => source.open(modelId, commit, remote),
  };
  const errors: ModelkeepError[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const error = await failureOf(call);
    if (!isModelkeepError(error)) expect.fail(`${name}: expected ${code}, got ${inspect(error)}`);
    expect(error.code, `${name}: ${error.message}`).toBe(code);
    errors.push(error);
  }
  expectSecretKept(errors, secret);
  return errors;
}

function expectSecretKept(errors: readonly unknown[], secret: string | undefined): void {
  if (secret === undefined) return;
  for (const error of errors) {
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  }
}
