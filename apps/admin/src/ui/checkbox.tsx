import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  CheckboxButton,
  CheckboxField,
  type CheckboxFieldProps,
} from 'react-aria-components/Checkbox';

interface Props extends Omit<CheckboxFieldProps, 'children' | 'className' | 'style'> {
  readonly children?: ReactNode;
}

export function Checkbox({ children, ...props }: Props): ReactNode {
  return (
    <CheckboxField {...props}>
      <CheckboxButton className="inline-flex cursor-pointer items-start gap-2.5 py-1">
        {({ isIndeterminate, isSelected, isFocusVisible }) => (
          <>
            <span
              className={`mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded border ${
                isSelected || isIndeterminate
                  ? 'border-accent-fill bg-accent-fill text-on-accent'
                  : 'border-edge bg-surface'
              } ${isFocusVisible ? 'outline-2 outline-offset-2 outline-accent' : ''}`}
            >
              {isIndeterminate ? (
                <Minus aria-hidden className="size-3.5" strokeWidth={3} />
              ) : (
                isSelected && <Check aria-hidden className="size-3.5" strokeWidth={3} />
              )}
            </span>
            {children !== undefined && <span className="min-w-0">{children}</span>}
          </>
        )}
      </CheckboxButton>
    </CheckboxField>
  );
}
