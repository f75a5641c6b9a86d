import { archiveInvalid } from '@modelkeep/core/spi';

/** A header's extra fields by their number. Each may be there once. */
export type ExtraFields = ReadonlyMap<number, Buffer>;

export function parseExtra(bytes: Buffer, member: string): ExtraFields {
  const fields = new Map<number, Buffer>();
  let at = 0;
  while (at + 4 <= bytes.byteLength) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.byteLength) throw malformed(member);
    if (fields.has(id)) {
      throw archiveInvalid({
        reason: 'ambiguous-headers',
        member,
        problem: `has the extra field 0x${id.toString(16)} twice`,
      });
    }
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  // Tools that align members fill the rest with zeros.
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw malformed(member);
  return fields;
}

function malformed(member: string): Error {
  return archiveInvalid({
    reason: 'bad-header',
    member,
    problem: 'has extra fields that are cut short',
  });
}

/** Takes 64-bit figures from a zip64 field, in the order in which the header lacks them. */
export class Zip64Figures {
  readonly #field: Buffer | undefined;
  readonly #member: string;
  #at = 0;

  constructor(field: Buffer | undefined, member: string) {
    this.#field = field;
    this.#member = member;
  }

  take(): number {
    const field = this.#field;
    if (field === undefined || this.#at + 8 > field.byteLength) {
      throw archiveInvalid({
        reason: 'bad-header',
        member: this.#member,
        problem: 'lacks a figure in its zip64 field',
      });
    }
    const value = field.readBigUInt64LE(this.#at);
    this.#at += 8;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw archiveInvalid({
        reason: 'bad-size',
        member: this.#member,
        problem: 'has a size beyond all files',
      });
    }
    return Number(value);
  }
}
