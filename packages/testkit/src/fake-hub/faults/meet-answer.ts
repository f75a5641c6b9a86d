import type { HubRepositories } from '../repositories/hub-repositories.ts';
import { alterReply, type Outcome } from './alter-reply.ts';
import type { AnswerEffect, FaultEffect, FileEffect } from './fault.ts';
import type { ActiveFault, RequestFacts } from './fault-registry.ts';

const FILE_KINDS: ReadonlySet<string> = new Set<FileEffect['kind']>([
  'cut',
  'stall',
  'short',
  'long',
  'corrupt',
  'wrong-content-range',
  'ignore-range',
  'changed-etag',
  'gzip',
  'range-not-satisfiable',
]);

/** Applies the faults that change an answer; returns it with the kinds that happened. */
export async function meetAnswer(
  faults: readonly ActiveFault[],
  facts: RequestFacts,
  first: Outcome,
  repositories: HubRepositories,
): Promise<Outcome & { readonly kinds: readonly string[] }> {
  let outcome = first;
  const kinds: string[] = [];
  for (const fault of faults) {
    const { effect } = fault;
    const carriesFile = outcome.reply.file !== undefined && facts.method === 'GET';
    if (isFileEffect(effect) && !carriesFile && !fault.routeNamed) continue;
    const next = isFileEffect(effect) ? alterReply(effect, outcome) : alterAny(fault, outcome);
    if (next === undefined || !fault.take()) continue;
    kinds.push(effect.kind);
    outcome = next;
    if (effect.kind === 'move-branch') {
      const { repository, branch, files } = effect;
      await repositories.commit(repository, { files, ...(branch === undefined ? {} : { branch }) });
    }
  }
  return { ...outcome, kinds };
}

function isFileEffect(effect: FaultEffect): effect is FileEffect {
  return FILE_KINDS.has(effect.kind);
}

function alterAny(fault: ActiveFault, outcome: Outcome): Outcome | undefined {
  const { reply, delivery } = outcome;
  const any = fault.effect as AnswerEffect;
  switch (any.kind) {
    case 'bandwidth': {
      if (reply.body === undefined) return undefined;
      const without = delivery.bytesPerSecond;
      const bytesPerSecond = (): number | undefined =>
        fault.isRemoved ? without?.() : Math.min(any.bytesPerSecond, without?.() ?? Infinity);
      return { reply, delivery: { ...delivery, bytesPerSecond } };
    }
    case 'headers':
      return { reply: { ...reply, headers: withHeaders(reply.headers, any.headers) }, delivery };
    case 'slow-headers':
      return { reply, delivery: { ...delivery, slowHeadMs: any.ms } };
    case 'move-branch':
      return outcome;
    default:
      return undefined;
  }
}

function withHeaders(
  headers: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const changed = new Map(Object.entries(headers));
  for (const [name, value] of Object.entries(changes)) {
    for (const known of [...changed.keys()]) {
      if (known.toLowerCase() === name.toLowerCase()) changed.delete(known);
    }
    if (value !== null) changed.set(name, value);
  }
  return Object.fromEntries(changed);
}
