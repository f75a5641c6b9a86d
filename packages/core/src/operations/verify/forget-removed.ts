import { blobKey } from '../../names/store-keys.ts';
import { type BlobChecker, inspectBlob } from './check-blobs.ts';
import { type BadBlob, LOOKS, type Place, type VerifyRun } from './verify-run.ts';

/** The places of a bad blob whose snapshot is still there. */
async function placesLeft(run: VerifyRun, places: readonly Place[]): Promise<readonly Place[]> {
  const left: Place[] = [];
  for (const place of places) {
    const { modelId, commit } = place.snapshot;
    if ((await run.ctx.metadata.getSnapshot(modelId, commit)) !== undefined) left.push(place);
  }
  return left;
}

/** Where the blob is bad, or undefined if it is not: what was missing may have been removed, and even stored anew since. */
async function confirm(run: VerifyRun, blob: BadBlob): Promise<readonly Place[] | undefined> {
  const { digest, size, finding } = blob;
  let places: readonly Place[] = [];
  for (let look = 1; look <= LOOKS; look += 1) {
    const record = (await run.ctx.metadata.getBlobs([digest])).get(digest);
    places = await placesLeft(run, blob.places);
    if (places.length === 0 && record === undefined) return undefined;
    // It was read as it lies there, and is not read twice.
    if (finding.kind === 'blob-damaged') return places;
    const content = { digest, size, gitOid: record?.gitOid, path: blobKey(digest) };
    if (!('kind' in (await inspectBlob(run, content, record)))) return undefined;
  }
  return places;
}

/** Takes back what was found bad only because it was being removed while it was looked at. */
export async function forgetRemoved(run: VerifyRun, checker: BlobChecker): Promise<void> {
  for (const [digest, blob] of checker.bad) {
    const places = await confirm(run, blob);
    if (places === undefined) checker.bad.delete(digest);
    else blob.places.splice(0, blob.places.length, ...places);
  }
}
