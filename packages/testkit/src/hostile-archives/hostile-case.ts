/** One member of a hostile archive, for any format that can express it. */
export interface HostileMember {
  readonly path: string;
  /** Default: `file`. */
  readonly kind?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device';
  readonly content?: string | Uint8Array;
  readonly linkTarget?: string;
}

/** An archive that must be refused, and the one error that it must give. */
export interface HostileCase {
  /** Unique. */
  readonly name: string;
  readonly members: readonly HostileMember[];
  readonly expected: HostileExpectation;
}

export interface HostileExpectation {
  readonly code: 'archive-invalid' | 'integrity-mismatch';
  /** `details.reason` of the error, for `archive-invalid`. */
  readonly reason?: string;
  /** What the message must name. */
  readonly names?: string;
}

/** An archive of one format that must be refused for how it is written. */
export interface HostileArchive {
  readonly name: string;
  /** Made anew at each call. */
  readonly bytes: () => Uint8Array;
  readonly expected: HostileExpectation;
}

export function refused(reason: string, names?: string): HostileExpectation {
  return { code: 'archive-invalid', reason, ...(names === undefined ? {} : { names }) };
}

/** The least that a valid archive has, for a case to add to. */
export function metadataText(extra: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    modelDefinition: { key: 'hf@org/hostile' },
    url: 'https://hub.test/org%2Fhostile/tree/main',
    version: 0,
    ...extra,
  });
}

export const METADATA: HostileMember = { path: 'r/model_metadata.json', content: metadataText() };
export const CONFIG: HostileMember = { path: 'r/model/config.json', content: '{"a":1}' };

/** A valid archive with more members. */
export function withMembers(...members: readonly HostileMember[]): readonly HostileMember[] {
  return [METADATA, CONFIG, ...members];
}
