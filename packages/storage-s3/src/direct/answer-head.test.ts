import { describe, expect, it } from 'vitest';
import { parseAnswerHead } from './answer-head.ts';

const lines = (...all: readonly string[]): string => all.join('\r\n');

describe('the head of an answer', () => {
  it('gives the status, the fields and the length of the body', () => {
    const text = lines(
      'HTTP/1.1 206 Partial Content',
      'Content-Length: 5',
      'ETag:"a"',
      'x-amz-meta-a: 1 ',
      'X-Amz-Meta-A: 2',
      'Empty:',
    );
    expect(parseAnswerHead(text)).toEqual({
      status: 206,
      headers: { 'content-length': '5', etag: '"a"', 'x-amz-meta-a': '1, 2', empty: '' },
      length: 5,
      keepAlive: true,
    });
  });

  it.each([
    ['HTTP/1.0 200 OK', 'Content-Length: 0'],
    ['HTTP/1.1 200', 'Content-Length: 0', 'Connection: Close'],
  ])('tells that the connection ends: %s %s', (...all) => {
    expect(parseAnswerHead(lines(...all))?.keepAlive).toBe(false);
  });

  it.each([
    ['no length', 'HTTP/1.1 200 OK'],
    ['two lengths', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2'],
    ['a length that is no number', 'HTTP/1.1 200 OK', 'Content-Length: +1'],
    ['chunks', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['a folded field', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'A: 1', ' 2'],
    ['a space before the colon', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'A : 1'],
    ['a lone line end', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'A: 1\nB: 2'],
  ])('is not plain with %s', (_, ...all) => {
    const found = parseAnswerHead(lines(...all));
    expect(found).toMatchObject({ status: 200, length: undefined, keepAlive: false });
  });

  it.each([
    ['another protocol', 'SSH-2.0-x'],
    ['an interim answer', 'HTTP/1.1 103 Early Hints', 'Content-Length: 0'],
  ])('is none with %s', (_, ...all) => {
    expect(parseAnswerHead(lines(...all))).toBeUndefined();
  });
});
