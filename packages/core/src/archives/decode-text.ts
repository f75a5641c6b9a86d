import { archiveInvalid } from '../spi/archive-error.ts';
import type { MemberRecord } from './member-record.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The kept content of a member as strict UTF-8. */
export function decodeText({ member, content }: MemberRecord): string {
  try {
    return utf8.decode(content);
  } catch (cause) {
    throw archiveInvalid({
      reason: 'bad-json',
      member,
      problem: 'is not UTF-8 text',
      remedy: 'Save it as UTF-8.',
      cause,
    });
  }
}
