import { archiveInvalid } from '@modelkeep/core/spi';
import { checkGlobalPax, type PaxRecords, parsePax } from './pax-records.ts';
import { decodeName, showBytes, type TarHeader } from './tar-header.ts';

/** Longest body of one extended header: extended attributes of files are kept in them. */
const LONGEST_PAX = 1024 * 1024;
/** All extended headers of an archive: a few hundred bytes a member are usual. */
const MOST_EXTENDED_BYTES = 256 * 1024 * 1024;
/** The largest size that eleven octal digits hold. */
const LARGEST_OCTAL = 8 ** 11 - 1;

/** Name and size of a member, after all that was said of it before its own header. */
export interface Described {
  readonly path: string;
  readonly linkTarget: string;
  readonly size: number;
}

/** Collects the headers that precede a member and speak of it: pax (`x`), GNU long names (`L`, `K`), global comments (`g`). */
export class ExtendedHeaders {
  readonly #maxPathBytes: number;
  #pax: PaxRecords | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  #globalSeen = false;
  #totalBytes = 0;

  constructor(maxPathBytes: number) {
    this.#maxPathBytes = maxPathBytes;
  }

  /** Whether a header came that no member has followed yet. */
  get pending(): boolean {
    return this.#globalSeen || this.#anyOfMember;
  }

  get #anyOfMember(): boolean {
    return this.#pax !== undefined || this.#longName !== undefined || this.#longLink !== undefined;
  }

  /** Whether `header` is one of these; then its body goes to {@link add}. Refuses a body of a size that no writer makes. */
  accepts(header: TarHeader): boolean {
    if (!'xgLK'.includes(header.type)) return false;
    const isName = header.type === 'L' || header.type === 'K';
    if (header.size > (isName ? this.#maxPathBytes + 1 : LONGEST_PAX)) {
      throw archiveInvalid({
        reason: isName ? 'path-too-long' : 'extended-header-too-large',
        member: showBytes(header.name),
        problem: isName
          ? `holds a name of more than ${this.#maxPathBytes} bytes`
          : `is an extended header of more than ${LONGEST_PAX} bytes`,
        remedy: isName ? 'Shorten the path.' : 'Make the archive without extended attributes.',
      });
    }
    this.#totalBytes += header.size;
    if (this.#totalBytes > MOST_EXTENDED_BYTES) {
      throw archiveInvalid({
        reason: 'too-many-bytes',
        member: showBytes(header.name),
        problem: `brings the extended headers to more than ${MOST_EXTENDED_BYTES} bytes`,
        remedy: 'Make the archive without extended attributes.',
      });
    }
    return true;
  }

  add(type: string, body: Uint8Array): void {
    if (type === 'g') {
      checkGlobalPax(body);
      this.#globalSeen = true;
      return;
    }
    const twice =
      type === 'x'
        ? this.#anyOfMember
        : this.#pax !== undefined || (type === 'L' ? this.#longName : this.#longLink) !== undefined;
    if (twice) {
      throw archiveInvalid({
        reason: 'ambiguous-headers',
        problem: 'describes one member by more than one extended header of a kind',
      });
    }
    if (type === 'x') this.#pax = parsePax(body);
    else if (type === 'L') this.#longName = decodeName(withoutFinalNul(body));
    else this.#longLink = decodeName(withoutFinalNul(body));
  }

  /** What the member of `header` is called and how large it is; forgets what was collected. */
  describe(header: TarHeader): Described {
    const path = this.#pax?.path ?? this.#longName ?? decodeName(header.name);
    const linkTarget = this.#pax?.linkPath ?? this.#longLink ?? decodeName(header.linkName);
    const size = this.#pax?.size ?? header.size;
    if (!sizesAgree(header.size, size)) {
      throw archiveInvalid({
        reason: 'sizes-disagree',
        member: path,
        problem: `has two sizes: ${header.size} in its header, ${size} in its extended header`,
      });
    }
    this.#globalSeen = false;
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    return { path, linkTarget, size };
  }
}

/** A size that octal digits cannot hold is cut, or written as zero, in the plain header. */
function sizesAgree(plain: number, extended: number): boolean {
  if (plain === extended) return true;
  return (
    extended > LARGEST_OCTAL &&
    (plain === 0 || plain === LARGEST_OCTAL || plain === extended % (LARGEST_OCTAL + 1))
  );
}

function withoutFinalNul(body: Uint8Array): Uint8Array {
  return body.at(-1) === 0 ? body.subarray(0, -1) : body;
}
