import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { HashAnswer, HashRequest } from './hash-messages.ts';

interface Job {
  readonly id: number;
  readonly fd: number;
  readonly size: number;
  readonly sha256: Hash;
  readonly gitOid: Hash | undefined;
  position: number;
  end: number;
}

const READ_BYTES = 1024 * 1024;
// A turn is short enough that a cancel or a new job is heard at once.
const READS_PER_TURN = 8;
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
const jobs = new Map<number, Job>();
let scheduled = false;

function answer(message: HashAnswer): void {
  parentPort?.postMessage(message);
}

function finish(job: Job): void {
  jobs.delete(job.id);
  closeSync(job.fd);
}

function readTurn(job: Job): void {
  for (let reads = 0; reads < READS_PER_TURN && job.position < job.end; reads += 1) {
    const count = readSync(
      job.fd,
      buffer,
      0,
      Math.min(READ_BYTES, job.end - job.position),
      job.position,
    );
    if (count === 0) throw new Error(`the file ended at byte ${job.position} of ${job.size}`);
    const bytes = buffer.subarray(0, count);
    job.sha256.update(bytes);
    job.gitOid?.update(bytes);
    job.position += count;
  }
}

function turn(): void {
  scheduled = false;
  for (const job of jobs.values()) {
    try {
      readTurn(job);
      if (job.position === job.size) {
        finish(job);
        const gitOid = job.gitOid?.digest('hex');
        answer({
          type: 'done',
          id: job.id,
          hashes: { digest: job.sha256.digest('hex'), ...(gitOid === undefined ? {} : { gitOid }) },
        });
      } else {
        answer({ type: 'progress', id: job.id, position: job.position });
      }
    } catch (error) {
      finish(job);
      answer({
        type: 'failed',
        id: job.id,
        message: (error as Error).message,
        code: (error as NodeJS.ErrnoException).code,
      });
    }
  }
  schedule();
}

function schedule(): void {
  if (scheduled) return;
  for (const job of jobs.values()) {
    if (job.position < job.end || job.size === 0) {
      scheduled = true;
      setImmediate(turn);
      return;
    }
  }
}

function start(request: Extract<HashRequest, { type: 'start' }>): void {
  try {
    const gitOid = request.gitOid ? createHash('sha1').update(`blob ${request.size}\0`) : undefined;
    const fd = openSync(request.path, 'r');
    jobs.set(request.id, {
      id: request.id,
      fd,
      size: request.size,
      sha256: createHash('sha256'),
      gitOid,
      position: 0,
      end: request.end,
    });
  } catch (error) {
    answer({
      type: 'failed',
      id: request.id,
      message: (error as Error).message,
      code: (error as NodeJS.ErrnoException).code,
    });
  }
}

parentPort?.on('message', (request: HashRequest) => {
  const job = jobs.get(request.id);
  if (request.type === 'start') start(request);
  else if (job !== undefined && request.type === 'advance')
    job.end = Math.max(job.end, request.end);
  else if (job !== undefined && request.type === 'cancel') finish(job);
  schedule();
});
