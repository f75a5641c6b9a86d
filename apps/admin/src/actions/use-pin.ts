import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { formatCount } from '../format/count.ts';
import { tell } from '../ui/toasts.tsx';

interface Pins {
  readonly models: string[];
  readonly pinned: boolean;
}

/** Pins models, or lets them go. */
export function usePin() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: Pins) => (await client.POST('/pins', { body })).data,
    onSuccess(answer, { pinned }) {
      const count = answer?.changed.length ?? 0;
      tell({
        title: `${formatCount(count, 'model')} ${pinned ? 'pinned' : 'unpinned'}`,
        ...(pinned ? { detail: 'A pinned model is not removed to make room.' } : {}),
      });
      void cache.invalidateQueries();
    },
    onError: (error) => tell({ ...toMessage(error), isError: true }),
  });
}

function toMessage(error: Error): { title: string; detail: string } {
  const { title, message } = describeError(error);
  return { title, detail: message };
}
