import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { client } from '../../api/client.ts';
import { formatCount } from '../../format/count.ts';
import { followJob } from '../../jobs/live-jobs.ts';
import { modelName } from '../../pages/models/model-facts.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/states.tsx';

interface VerifyDialogProps {
  /** Empty: all that is cached. */
  readonly models: readonly string[];
  readonly onClose: () => void;
}

/** Proves what is on the disk, and mends it on request. */
export function VerifyDialog({ models, onClose }: VerifyDialogProps): ReactNode {
  const navigate = useNavigate();
  const [quick, setQuick] = useState(false);
  const [repair, setRepair] = useState(true);
  const verify = useMutation({
    mutationFn: async () => {
      const body = {
        quick,
        repair,
        ...(models.length === 0 ? {} : { models: models.map(modelName) }),
      };
      return (await client.POST('/verify', { body })).data;
    },
    onSuccess(job) {
      if (job === undefined) return;
      followJob(job);
      onClose();
      void navigate({ to: '/jobs/$id', params: { id: job.id } });
    },
  });
  const [first = ''] = models;
  const what =
    models.length === 0
      ? 'all models'
      : models.length === 1
        ? modelName(first)
        : formatCount(models.length, 'model');
  return (
    <Dialog
      title={`Verify ${what}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button look="primary" isPending={verify.isPending} onPress={() => verify.mutate()}>
            Verify
          </Button>
        </>
      }
    >
      <p className="text-muted">
        Every file is read and its digest compared with the one that it had when it came.
      </p>
      <div className="flex flex-col gap-1">
        <Checkbox isSelected={repair} onChange={setRepair}>
          Repair what is damaged
          <span className="block text-sm text-muted">
            Damaged files are fetched again from where they came.
          </span>
        </Checkbox>
        <Checkbox isSelected={quick} onChange={setQuick}>
          Quick
          <span className="block text-sm text-muted">
            Compares sizes and times only: takes seconds, and finds less.
          </span>
        </Checkbox>
      </div>
      {verify.error !== null && <ErrorState error={verify.error} />}
    </Dialog>
  );
}
