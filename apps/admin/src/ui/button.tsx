import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components/Button';
import { classes } from './classes.ts';
import { Spinner } from './spinner.tsx';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent-fill text-on-accent hover:bg-accent-hover border-transparent font-medium',
  secondary: 'bg-surface text-ink border-edge hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-danger-fill text-on-danger border-transparent hover:brightness-90 font-medium',
};

/** How a button looks, also a link that is made to look like one. */
export function buttonClasses(look: ButtonLook, isIcon = false): string {
  return classes(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border text-[0.9375rem] whitespace-nowrap no-underline transition-colors',
    'min-h-10 disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50',
    isIcon ? 'w-10' : 'px-3.5',
    LOOKS[look],
  );
}

interface ButtonProps extends Omit<AriaProps, 'className' | 'children' | 'style'> {
  readonly look?: ButtonLook;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string;
}

export function Button({
  look = 'secondary',
  icon,
  children,
  className,
  ...props
}: ButtonProps): ReactNode {
  return (
    <AriaButton
      {...props}
      className={classes(buttonClasses(look, children === undefined), className)}
    >
      {props.isPending ? <Spinner /> : icon}
      {children}
    </AriaButton>
  );
}
