import type { VerifyProblem } from '../../api/results.ts';
import { entryOf } from '../../snapshots/entry-of.ts';
import type { Digest, Snapshot } from '../../spi/model.ts';
import { type CheckoutState, checkCheckout } from './check-checkout.ts';
import { checkManifests } from './check-manifests.ts';
import { repairCheckout } from './repair-checkout.ts';
import { LOOKS, type VerifyRun, warn } from './verify-run.ts';

export interface StructureOptions {
  /** Folder for what is being made; absent if nothing is to be repaired. */
  readonly staging: string | undefined;
  /** Contents that are told of already. */
  readonly bad: ReadonlySet<Digest>;
  /** Whether somebody else is storing a model now. */
  readonly busy: () => Promise<boolean>;
}

function problemsOf(
  snapshot: Snapshot,
  state: CheckoutState,
  reasons: ReadonlyMap<string, string> | undefined,
): readonly VerifyProblem[] {
  return state.broken.map(({ path, expected, found }) => {
    const reason = reasons?.get(path);
    return {
      kind: 'checkout-broken',
      modelId: snapshot.modelId,
      commit: snapshot.commit,
      path,
      ...(expected === undefined ? {} : { expected }),
      found,
      repaired: reasons !== undefined && reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

/** Compares a snapshot's checkout and manifests with the index, and repairs them if it may. */
export async function checkStructure(
  run: VerifyRun,
  snapshot: Snapshot,
  options: StructureOptions,
): Promise<void> {
  const before = run.problems.length;
  let current: Snapshot | undefined = snapshot;
  for (let look = 1; current !== undefined && look <= LOOKS; look += 1) {
    const { modelId, commit, createdAt }: Snapshot = current;
    await lookAt(run, current, options);
    if (run.problems.length === before) return;
    current = await run.ctx.metadata.getSnapshot(modelId, commit);
    if (current?.createdAt === createdAt) return;
    // Removed while it was looked at, and perhaps stored anew: nothing of what is gone can be wrong.
    run.problems.length = before;
  }
}

async function lookAt(
  run: VerifyRun,
  snapshot: Snapshot,
  options: StructureOptions,
): Promise<void> {
  const { metadata } = run.ctx;
  const { modelId, commit } = snapshot;
  const { staging, bad, busy } = options;
  const siblings = await Array.fromAsync(metadata.listEntries({ modelId }));
  const entries = siblings.filter((entry) => entry.commit === commit).map(entryOf);
  const revisions = entries.map(({ revision }) => revision);

  const state = await checkCheckout(run, snapshot, revisions, bad);
  let reasons: ReadonlyMap<string, string> | undefined;
  // Where checkouts are copies, each machine has those alone that are used there.
  const isOfOthers = state.layout === 'absent' && run.ctx.storage.localPath === undefined;
  const wrong = !isOfOthers && (state.layout !== 'whole' || state.broken.length > 0);
  const whole = snapshot.files.every(({ digest }) => digest !== undefined && !bad.has(digest));
  if (staging !== undefined && wrong)
    reasons = await repairCheckout(run, snapshot, revisions, state, { staging, whole });
  run.problems.push(...problemsOf(snapshot, state, reasons));
  if (wrong && state.layout !== 'whole' && (staging === undefined || !whole) && !(await busy())) {
    const what = state.layout === 'absent' ? 'is not laid out' : 'is not laid out to its end';
    warn(run, `the folder of ${modelId} at ${commit} ${what}: its next use does it`);
  }

  await checkManifests(run, snapshot, entries, { repair: staging !== undefined, busy });
}
