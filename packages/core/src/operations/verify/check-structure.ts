import type { VerifyProblem } from '../../api/results.ts';
import { entryOf } from '../../snapshots/entry-of.ts';
import type { Digest, Snapshot } from '../../spi/model.ts';
import { type CheckoutState, checkCheckout } from './check-checkout.ts';
import { checkManifests } from './check-manifests.ts';
import { repairCheckout } from './repair-checkout.ts';
import { type VerifyRun, warn } from './verify-run.ts';

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
  const { metadata } = run.ctx;
  const { modelId, commit } = snapshot;
  const { staging, bad, busy } = options;
  const problemsBefore = run.problems.length;
  const siblings = await Array.fromAsync(metadata.listEntries({ modelId }));
  const entries = siblings.filter((entry) => entry.commit === commit).map(entryOf);
  const revisions = entries.map(({ revision }) => revision);

  const state = await checkCheckout(run, snapshot, revisions, bad);
  let reasons: ReadonlyMap<string, string> | undefined;
  const wrong = state.layout !== 'whole' || state.broken.length > 0;
  const whole = snapshot.files.every(({ digest }) => digest !== undefined && !bad.has(digest));
  if (staging !== undefined && wrong)
    reasons = await repairCheckout(run, snapshot, revisions, state, { staging, whole });
  run.problems.push(...problemsOf(snapshot, state, reasons));
  if (state.layout !== 'whole' && (staging === undefined || !whole) && !(await busy())) {
    const what = state.layout === 'absent' ? 'is not laid out' : 'is not laid out to its end';
    warn(run, `the folder of ${modelId} at ${commit} ${what}: its next use does it`);
  }

  await checkManifests(run, snapshot, entries, { repair: staging !== undefined, busy });
  // Removed while it was looked at: nothing of it can be wrong.
  if (
    run.problems.length > problemsBefore &&
    (await metadata.getSnapshot(modelId, commit)) === undefined
  )
    run.problems.length = problemsBefore;
}
