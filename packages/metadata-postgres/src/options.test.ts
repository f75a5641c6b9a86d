import { inspect } from 'node:util';
import type { Pool } from 'pg';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type PostgresPool, postgresMetadata } from './index.ts';
import { isBusy, translate } from './postgres-errors.ts';

describe('options', () => {
  it('take a pool of pg', () => {
    expectTypeOf<Pool>().toExtend<PostgresPool>();
  });

  it.each([
    {},
    { url: 'postgresql://h/d', pool: {} as PostgresPool },
    { url: 'mysql://h/d' },
    { url: 'h' },
    { url: 'postgresql://h/d', maxConnections: 0 },
    { url: 'postgresql://h/d', statementTimeoutMs: 0.5 },
  ])('that name no database are refused: %o', (options) => {
    expect(() => postgresMetadata(options)).toThrow('PostgreSQL: ');
  });

  it('are refused without showing the password', () => {
    const thrown: unknown[] = [];
    try {
      postgresMetadata({ url: 'postgresql//app:secret-word@host:5432/name' });
    } catch (error) {
      thrown.push(error);
    }
    expect(thrown).toHaveLength(1);
    expect(inspect(thrown)).not.toContain('secret-word');
  });
});

function serverError(code: string, severity = 'ERROR'): Error {
  return Object.assign(new Error(`told with ${code}`), { code, severity });
}

describe('errors', () => {
  it.each([
    ['a full volume', serverError('53100'), { code: 'no-space', retryable: false }],
    ['too many connections', serverError('53300', 'FATAL'), { retryable: true }],
    ['a wrong password', serverError('28P01', 'FATAL'), { retryable: false }],
    ['a database that is not there', serverError('3D000', 'FATAL'), { retryable: false }],
    ['a start that is not over', serverError('57P03', 'FATAL'), { retryable: true }],
    ['a standby', serverError('25006'), { retryable: true }],
    ['a statement that took too long', serverError('57014'), { retryable: true }],
    ['nobody at the address', new AggregateError([new Error('refused')]), { retryable: true }],
    ['a mistake in a statement', serverError('42601'), { retryable: false }],
  ])('tell of %s', (_, error, expected) => {
    expect(translate(error)).toMatchObject({ code: 'storage-failed', ...expected });
    expect(isBusy(error)).toBe(false);
  });

  it('of transactions that met are tried again', () => {
    for (const state of ['40001', '40P01', '55P03']) expect(isBusy(serverError(state))).toBe(true);
  });
});
