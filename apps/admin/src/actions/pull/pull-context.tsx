import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useMemo,
  useState,
} from 'react';

const PullDialog = lazy(async () => ({ default: (await import('./pull-dialog.tsx')).PullDialog }));

type OpenPull = (model?: string) => void;

const PullContext = createContext<OpenPull>(() => undefined);

/** Opens the dialog that pulls a model, from wherever on the page. */
export function useOpenPull(): OpenPull {
  return useContext(PullContext);
}

export function PullProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [model, setModel] = useState<string | null>(null);
  const open = useMemo<OpenPull>(
    () =>
      (name = '') =>
        setModel(name),
    [],
  );
  return (
    <PullContext value={open}>
      {children}
      {model !== null && (
        <Suspense>
          <PullDialog model={model} onClose={() => setModel(null)} />
        </Suspense>
      )}
    </PullContext>
  );
}
