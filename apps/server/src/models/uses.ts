import type { HubView } from '@modelkeep/core';
import { asFields, asNumber, asText } from '../store/read-json.ts';
import type { RecordStore } from '../store/record-store.ts';

export const USES = 'uses';
const FLUSH_MS = 10_000;
const MOST_SHOWN = 100;
/** Uses older than this are forgotten. */
const KEPT_MS = 400 * 86_400_000;

/** Somebody's last use of a model. */
export interface Use {
  readonly user: string;
  /** ms since the epoch. */
  readonly lastUsed: number;
  /** The revision that was asked for. */
  readonly revision: string;
}

/** Who used which model when: the last use of each user. Written in the background, a few seconds later. */
export interface Uses {
  note(modelId: string, revision: string, user: string): void;
  /** The newest first. */
  list(modelId: string): Promise<readonly Use[]>;
  flush(): Promise<void>;
  /** Forgets what is very old. */
  purge(): Promise<void>;
}

export function createUses(records: RecordStore, onError: (error: unknown) => void): Uses {
  let waiting = new Map<string, Omit<Use, 'user'>>();
  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const noted = waiting;
    waiting = new Map();
    for (const [id, use] of noted) {
      try {
        await records.putRecord(USES, id, { ...use });
      } catch (error) {
        // Kept until the store is back; a later use counts.
        waiting = new Map([...noted, ...waiting]);
        throw error;
      }
      noted.delete(id);
    }
  };
  return {
    note(modelId, revision, user) {
      waiting.set(`${prefixOf(modelId)}${user}`, { lastUsed: Date.now(), revision });
      timer ??= setTimeout(() => void flush().catch(onError), FLUSH_MS).unref();
    },
    async list(modelId) {
      const prefix = prefixOf(modelId);
      const found: Use[] = [];
      for await (const { id, value } of records.listRecords(USES, { after: prefix })) {
        if (!id.startsWith(prefix)) break;
        const use = waiting.get(id) ?? readUse(asFields(value));
        found.push({ user: id.slice(prefix.length), ...use });
      }
      const written = new Set(found.map(({ user }) => user));
      for (const [id, use] of waiting) {
        const user = id.slice(prefix.length);
        if (id.startsWith(prefix) && !written.has(user)) found.push({ user, ...use });
      }
      return found.toSorted((a, b) => b.lastUsed - a.lastUsed).slice(0, MOST_SHOWN);
    },
    flush,
    async purge() {
      const oldest = Date.now() - KEPT_MS;
      for await (const { id, value } of records.listRecords(USES)) {
        if (readUse(asFields(value)).lastUsed < oldest) await records.removeRecord(USES, id);
      }
    },
  };
}

/** The view, with each file that a user is given noted as a use. */
export function notingUses(view: HubView, uses: Pick<Uses, 'note'>): HubView {
  return {
    ...view,
    async file(modelId, revision, path, options) {
      const file = await view.file(modelId, revision, path, options);
      if (options?.user !== undefined) {
        uses.note(file.modelId ?? modelId, revision, options.user.name);
      }
      return file;
    },
  };
}

/** Neither a model id nor a user's name has a space. The Hub's names are unique without case. */
function prefixOf(modelId: string): string {
  return `${modelId.toLowerCase()} `;
}

function readUse(fields: ReturnType<typeof asFields>): Omit<Use, 'user'> {
  return {
    lastUsed: asNumber(fields['lastUsed']) ?? 0,
    revision: asText(fields['revision']) ?? '',
  };
}
