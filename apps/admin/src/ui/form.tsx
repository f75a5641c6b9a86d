import type { ReactNode } from 'react';
import { Form as AriaForm } from 'react-aria-components/Form';

/** Fields that are sent together, also by Enter. */
export function Form({
  id,
  onSubmit,
  className,
  children,
}: {
  /** For a button that stands elsewhere. */
  readonly id?: string;
  readonly onSubmit: () => void;
  readonly className: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <AriaForm
      {...(id === undefined ? {} : { id })}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      className={className}
    >
      {children}
    </AriaForm>
  );
}
