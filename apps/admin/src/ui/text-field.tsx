import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField';

interface Props extends Omit<TextFieldProps, 'children' | 'className' | 'style'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly isMono?: boolean;
}

export function TextField({ label, hint, error, placeholder, isMono, ...props }: Props): ReactNode {
  return (
    <AriaTextField
      {...props}
      isInvalid={error !== undefined}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className="text-sm font-medium">{label}</Label>
      <Input
        {...(placeholder === undefined ? {} : { placeholder })}
        className={isMono ? 'field font-mono text-sm' : 'field'}
      />
      {hint !== undefined && (
        <Text slot="description" className="text-sm text-muted">
          {hint}
        </Text>
      )}
      <FieldError className="text-sm text-danger">{error}</FieldError>
    </AriaTextField>
  );
}
